# FUZZED: the readers of model files, workflows and pictures, which need nothing of the program but each other. Where there
# are fuzz targets, they are a library of their own, instrumented for coverage.
set(FUZZED)
# read FOLDER NAMES…: these files of the folder.
function(read folder)
  list(TRANSFORM ARGN REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/${folder}/\\1.cpp")
  set(FUZZED ${FUZZED} ${ARGN} PARENT_SCOPE)
endfunction()
read(render regular_file)
read(inference/weights byte_source code_carriers file_format json_fields json_position json_text json_value model_yaml pickle
    pickle_machine printable protobuf safetensors tensor_file torch_checkpoint zip_archive)
read(inference/graph bypass flatten graph graph_edit graph_links lay_out link_rules node_size node_type param_check param_kind placeholder subgraph
    subgraph_type validate workflow_json workflow_tidy workflow_write)
read(inference/formats comfyui_api comfyui_classes comfyui_json comfyui_node comfyui_prompt comfyui_subgraphs comfyui_ui
    comfyui_values comfyui_write drawthings easydiffusion fooocus infotext infotext_controls infotext_graph invoke invoke2 krita lora_nodes
    metadata novelai sampler_names sdcpp settings_reader swarmui workflow_text)
read(inference/text later_syntax lora_tags prompt_lexer prompt_syntax t5_tokenizer t5_vocabulary)
read(inference/sampling names noise prediction samplers schedule)
read(inference/networks onnx_check onnx_file onnx_folded onnx_forms onnx_layers onnx_plan onnx_planned onnx_write)
read(app/pictures bmp_header exif jpeg_text picture_info png_text webp_text)
list(SORT FUZZED) # as they stand in their folders, where several are compiled as one
