# Compiles the translations (*.ts) and puts them into the target as resources.
find_program(LRELEASE lrelease PATHS /usr/lib/qt6/bin REQUIRED)

function(athanor_translations target)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/resources/translations/*.ts)
  set(folder ${CMAKE_BINARY_DIR}/translations)
  file(MAKE_DIRECTORY ${folder})
  set(entries "")
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    add_custom_command(OUTPUT ${folder}/${name}.qm
      COMMAND ${LRELEASE} -silent ${source} -qm ${folder}/${name}.qm
      DEPENDS ${source} VERBATIM)
    string(APPEND entries "<file>${name}.qm</file>")
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/athanor_translations.qrc
    CONTENT "<RCC><qresource prefix=\"/translations\">${entries}</qresource></RCC>\n" @ONLY)
  qt_add_resources(generated ${folder}/athanor_translations.qrc)
  target_sources(${target} PRIVATE ${generated})
endfunction()
