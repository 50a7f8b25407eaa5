# Compiles every variant of every compute shader to SPIR-V with glslc and embeds all of them in one generated table.
# A shader names its variants in its own first lines:
#     //variant matmul_f32: -DTYPE=float
# One line makes one module; the word before the colon is its name in the table (see render/shader_table.h).
function(athanor_compile_shaders target)
  find_program(GLSLC glslc REQUIRED)
  file(GLOB SHADERS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/render/kernels/*.comp)
  file(GLOB SHADER_HEADERS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/render/kernels/*.glsl)
  set(out ${CMAKE_BINARY_DIR}/shaders)
  file(MAKE_DIRECTORY ${out})
  set(includes "")
  set(rows "")
  foreach(shader ${SHADERS})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${shader})
    file(STRINGS ${shader} variants REGEX "^//variant ")
    if(NOT variants)
      message(FATAL_ERROR "${shader}: no line '//variant NAME: DEFINES'")
    endif()
    foreach(variant ${variants})
      if(NOT variant MATCHES "^//variant ([a-z0-9_]+):(.*)$")
        message(FATAL_ERROR "${shader}: cannot read '${variant}'")
      endif()
      set(name ${CMAKE_MATCH_1})
      separate_arguments(defines UNIX_COMMAND "${CMAKE_MATCH_2}")
      add_custom_command(
        OUTPUT ${out}/${name}.inc
        COMMAND ${GLSLC} --target-env=vulkan1.2 -O -Werror -mfmt=num -MD -MF ${out}/${name}.d -MT ${out}/${name}.inc
                ${defines} -I ${CMAKE_SOURCE_DIR}/render/kernels -o ${out}/${name}.inc ${shader}
        DEPENDS ${shader} ${SHADER_HEADERS}
        VERBATIM)
      list(APPEND outputs ${out}/${name}.inc)
      string(APPEND includes "static const uint32_t ${name}[] = {\n#include \"shaders/${name}.inc\"\n};\n")
      string(APPEND rows "    {\"${name}\", ${name}},\n")
    endforeach()
  endforeach()
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/shader_table.cpp CONTENT
    "#include \"render/shader_table.h\"\n${includes}namespace athanor {\nstatic const ShaderCode table[] = {\n${rows}};\nstd::span<const ShaderCode> shaderTable() { return table; }\n}\n")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/shader_table.cpp)
  set_source_files_properties(${CMAKE_BINARY_DIR}/shader_table.cpp PROPERTIES OBJECT_DEPENDS "${outputs}")
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR})
endfunction()
