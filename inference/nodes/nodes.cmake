# Writes the table of node types: the file inference/nodes/empty_latent.cpp defines the function emptyLatentNode().
function(athanor_node_table target)
  file(GLOB NODE_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/inference/nodes/*.cpp)
  list(SORT NODE_FILES)
  set(declarations "")
  set(calls "")
  foreach(file ${NODE_FILES})
    get_filename_component(id ${file} NAME_WE)
    set(function "")
    string(REPLACE "_" ";" words ${id})
    foreach(word ${words})
      string(SUBSTRING ${word} 0 1 first)
      string(SUBSTRING ${word} 1 -1 rest)
      if(function)
        string(TOUPPER ${first} first)
      endif()
      string(APPEND function ${first}${rest})
    endforeach()
    string(APPEND declarations "NodeType ${function}Node();\n")
    string(APPEND calls "${function}Node(), ")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/node_types.cpp @ONLY CONTENT [[
#include "inference/graph/node_types.h"

namespace athanor {

@declarations@
std::vector<NodeType> makeNodeTypes()
{
    return {@calls@};
}

}
]])
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/node_types.cpp)
endfunction()
