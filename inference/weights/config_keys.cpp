#include "inference/weights/config_keys.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>

namespace athanor {

namespace {

using Role = KeyUse;

constexpr std::string_view byTensors = "the tensors tell it", ofSteps = "steps are chosen by sampler and schedule here",
                           ofTraining = "of training only", embedsMore = "the network takes more inputs than a prompt",
                           otherLayers = "the layers compute something else", ofLibrary = "of the library only",
                           ofOutputs = "of outputs that are not used";

constexpr ConfigKey unetKeys[] = {
    {"sample_size", Role::Read, {}, {}},
    {"in_channels", Role::Shape, {}, byTensors},
    {"out_channels", Role::Only, "[4]", "a prediction with its variance, or of something else than the latent"},
    {"center_input_sample", Role::Read, {}, {}},
    {"flip_sin_to_cos", Role::Read, {}, {}},
    {"freq_shift", Role::Read, {}, {}},
    {"down_block_types", Role::Only, R"(["CrossAttnDownBlock2D", "DownBlock2D"])", otherLayers},
    {"mid_block_type", Role::Only, R"(["UNetMidBlock2DCrossAttn"])", otherLayers},
    {"up_block_types", Role::Only, R"(["CrossAttnUpBlock2D", "UpBlock2D"])", otherLayers},
    {"only_cross_attention", Role::Only, "[false]", otherLayers},
    {"block_out_channels", Role::Shape, {}, byTensors},
    {"layers_per_block", Role::Shape, {}, byTensors},
    {"downsample_padding", Role::Only, "[1]", otherLayers},
    {"mid_block_scale_factor", Role::Read, {}, {}},
    {"dropout", Role::NoEffect, {}, ofTraining},
    {"act_fn", Role::Read, {}, {}},
    {"norm_num_groups", Role::Read, {}, {}},
    {"norm_eps", Role::Read, {}, {}},
    {"cross_attention_dim", Role::Shape, {}, byTensors},
    {"transformer_layers_per_block", Role::Shape, {}, byTensors},
    {"reverse_transformer_layers_per_block", Role::Shape, {}, byTensors},
    {"encoder_hid_dim", Role::Only, "[null]", embedsMore},
    {"encoder_hid_dim_type", Role::Only, "[null]", embedsMore},
    {"attention_head_dim", Role::Read, {}, {}},
    {"num_attention_heads", Role::Read, {}, {}},
    {"num_head_channels", Role::Read, {}, {}}, // Latent Diffusion's
    {"dual_cross_attention", Role::Only, "[false]", otherLayers},
    {"use_linear_projection", Role::Shape, {}, byTensors},
    {"class_embed_type", Role::Only, "[null]", embedsMore},
    {"addition_embed_type", Role::Read, {}, {}},
    {"addition_time_embed_dim", Role::Shape, {}, byTensors},
    {"num_class_embeds", Role::Only, "[null]", embedsMore},
    {"upcast_attention", Role::NoEffect, {}, "attention is computed in fp32 always"},
    {"resnet_time_scale_shift", Role::Only, R"(["default"])", otherLayers},
    {"resnet_skip_time_act", Role::Only, "[false]", otherLayers},
    {"resnet_out_scale_factor", Role::NoEffect, {}, "diffusers gives it to none of the blocks of Stable Diffusion"},
    {"time_embedding_type", Role::Only, R"(["positional"])", otherLayers},
    {"time_embedding_dim", Role::Shape, {}, byTensors},
    {"time_embedding_act_fn", Role::Only, "[null]", otherLayers},
    {"timestep_post_act", Role::Only, "[null]", otherLayers},
    {"time_cond_proj_dim", Role::Read, {}, {}},
    {"conv_in_kernel", Role::Shape, {}, byTensors},
    {"conv_out_kernel", Role::Shape, {}, byTensors},
    {"projection_class_embeddings_input_dim", Role::Shape, {}, byTensors},
    {"attention_type", Role::Only, R"(["default"])", otherLayers},
    {"class_embeddings_concat", Role::Only, "[false]", embedsMore},
    {"mid_block_only_cross_attention", Role::Only, "[null, false]", otherLayers},
    {"cross_attention_norm", Role::Only, "[null]", otherLayers},
    {"addition_embed_type_num_heads", Role::NoEffect, {}, "of a kind of addition_embed_type that is not supported"},
};

constexpr ConfigKey transformerKeys[] = {
    {"sample_size", Role::Read, {}, {}},
    {"patch_size", Role::Shape, {}, byTensors},
    {"in_channels", Role::Shape, {}, byTensors},
    {"out_channels", Role::Shape, {}, byTensors},
    {"num_layers", Role::Shape, {}, byTensors},
    {"attention_head_dim", Role::NoEffect, {}, "the width over the number of heads"},
    {"num_attention_heads", Role::Read, {}, {}},
    {"joint_attention_dim", Role::Shape, {}, byTensors},
    {"caption_projection_dim", Role::Shape, {}, byTensors},
    {"pooled_projection_dim", Role::Shape, {}, byTensors},
    {"pos_embed_max_size", Role::Shape, {}, byTensors},
    {"dual_attention_layers", Role::Shape, {}, byTensors},
    {"qk_norm", Role::Only, R"([null, "rms_norm"])", otherLayers},
};

constexpr ConfigKey controlNetKeys[] = {
    {"in_channels", Role::Shape, {}, byTensors},
    {"conditioning_channels", Role::Shape, {}, byTensors},
    {"flip_sin_to_cos", Role::Read, {}, {}},
    {"freq_shift", Role::Read, {}, {}},
    {"down_block_types", Role::Only, R"(["CrossAttnDownBlock2D", "DownBlock2D"])", otherLayers},
    {"mid_block_type", Role::Only, R"(["UNetMidBlock2DCrossAttn"])", otherLayers},
    {"only_cross_attention", Role::Only, "[false]", otherLayers},
    {"block_out_channels", Role::Shape, {}, byTensors},
    {"layers_per_block", Role::Shape, {}, byTensors},
    {"downsample_padding", Role::Only, "[1]", otherLayers},
    {"mid_block_scale_factor", Role::Read, {}, {}},
    {"act_fn", Role::Read, {}, {}},
    {"norm_num_groups", Role::Read, {}, {}},
    {"norm_eps", Role::Read, {}, {}},
    {"cross_attention_dim", Role::Shape, {}, byTensors},
    {"transformer_layers_per_block", Role::Shape, {}, byTensors},
    {"encoder_hid_dim", Role::Only, "[null]", embedsMore},
    {"encoder_hid_dim_type", Role::Only, "[null]", embedsMore},
    {"attention_head_dim", Role::Read, {}, {}},
    {"num_attention_heads", Role::Read, {}, {}},
    {"num_head_channels", Role::Read, {}, {}}, // Latent Diffusion's
    {"use_linear_projection", Role::Shape, {}, byTensors},
    {"class_embed_type", Role::Only, "[null]", embedsMore},
    {"addition_embed_type", Role::Read, {}, {}},
    {"addition_time_embed_dim", Role::Shape, {}, byTensors},
    {"num_class_embeds", Role::Only, "[null]", embedsMore},
    {"upcast_attention", Role::NoEffect, {}, "attention is computed in fp32 always"},
    {"resnet_time_scale_shift", Role::Only, R"(["default"])", otherLayers},
    {"projection_class_embeddings_input_dim", Role::Shape, {}, byTensors},
    {"controlnet_conditioning_channel_order", Role::Read, {}, {}},
    {"conditioning_embedding_out_channels", Role::Shape, {}, byTensors},
    {"global_pool_conditions", Role::Read, {}, {}},
    {"addition_embed_type_num_heads", Role::NoEffect, {}, "of a kind of addition_embed_type that is not supported"},
};

constexpr ConfigKey vaeKeys[] = {
    {"in_channels", Role::Only, "[3]", "pictures have three channels here"},
    {"out_channels", Role::Only, "[3]", "pictures have three channels here"},
    {"down_block_types", Role::Only, R"(["DownEncoderBlock2D"])", otherLayers},
    {"up_block_types", Role::Only, R"(["UpDecoderBlock2D"])", otherLayers},
    {"block_out_channels", Role::Shape, {}, byTensors},
    {"layers_per_block", Role::Shape, {}, byTensors},
    {"act_fn", Role::Only, R"(["silu", "swish"])", otherLayers},
    {"latent_channels", Role::Shape, {}, byTensors},
    {"norm_num_groups", Role::Read, {}, {}},
    {"sample_size", Role::NoEffect, {}, "tiles are as large as the user says"},
    {"scaling_factor", Role::Read, {}, {}},
    {"shift_factor", Role::Read, {}, {}},
    {"latents_mean", Role::Only, "[null]", "latents of Stable Diffusion are scaled and not shifted"},
    {"latents_std", Role::Only, "[null]", "latents of Stable Diffusion are scaled by one number"},
    {"force_upcast", Role::NoEffect, {}, "what goes beyond fp16 is computed again in fp32"},
    {"use_quant_conv", Role::Shape, {}, byTensors},
    {"use_post_quant_conv", Role::Shape, {}, byTensors},
    {"mid_block_add_attention", Role::Only, "[true]", otherLayers},
    {"latent_rgb_factors", Role::Read, {}, {}}, // not diffusers': as ComfyUI names them
    {"latent_rgb_factors_bias", Role::Read, {}, {}},
};

constexpr ConfigKey textKeys[] = {
    {"vocab_size", Role::Shape, {}, byTensors},
    {"hidden_size", Role::Shape, {}, byTensors},
    {"intermediate_size", Role::Shape, {}, byTensors},
    {"projection_dim", Role::NoEffect, {}, ofOutputs},
    {"num_hidden_layers", Role::Read, {}, {}},
    {"num_attention_heads", Role::Read, {}, {}},
    {"max_position_embeddings", Role::Shape, {}, byTensors},
    {"hidden_act", Role::Read, {}, {}},
    {"layer_norm_eps", Role::Read, {}, {}},
    {"attention_dropout", Role::NoEffect, {}, ofTraining},
    {"dropout", Role::NoEffect, {}, ofTraining},
    {"initializer_range", Role::NoEffect, {}, ofTraining},
    {"initializer_factor", Role::NoEffect, {}, ofTraining},
    {"pad_token_id", Role::NoEffect, {}, "the tokenizer's files say it"},
    {"bos_token_id", Role::NoEffect, {}, "the tokenizer's files say it"},
    {"eos_token_id", Role::NoEffect, {}, "the tokenizer's files say it"},
    {"architectures", Role::NoEffect, {}, ofLibrary},
    {"model_type", Role::Only, R"(["clip_text_model"])", "another network"},
    {"transformers_version", Role::NoEffect, {}, ofLibrary},
    {"output_hidden_states", Role::NoEffect, {}, ofOutputs},
    {"output_attentions", Role::NoEffect, {}, ofOutputs},
    {"return_dict", Role::NoEffect, {}, ofLibrary},
    {"dtype", Role::NoEffect, {}, "the tensors tell it"},
    {"torch_dtype", Role::NoEffect, {}, "the tensors tell it"},
    {"chunk_size_feed_forward", Role::NoEffect, {}, "the same in pieces"},
    {"is_encoder_decoder", Role::Only, "[false]", "another network"},
    {"id2label", Role::NoEffect, {}, ofOutputs},
    {"label2id", Role::NoEffect, {}, ofOutputs},
    {"problem_type", Role::NoEffect, {}, ofOutputs},
};

constexpr std::string_view ofDecoder = "of the decoder, which is not used";

// T5's.
constexpr ConfigKey t5TextKeys[] = {
    {"vocab_size", Role::Shape, {}, byTensors},
    {"d_model", Role::Shape, {}, byTensors},
    {"d_kv", Role::Shape, {}, byTensors},
    {"d_ff", Role::Shape, {}, byTensors},
    {"num_layers", Role::Read, {}, {}},
    {"num_heads", Role::Shape, {}, byTensors},
    {"relative_attention_num_buckets", Role::Shape, {}, byTensors},
    {"relative_attention_max_distance", Role::Read, {}, {}},
    {"layer_norm_epsilon", Role::Read, {}, {}},
    {"feed_forward_proj", Role::Only, R"(["gated-gelu"])", otherLayers},
    {"dense_act_fn", Role::Only, R"(["gelu_new"])", otherLayers},
    {"is_gated_act", Role::Only, "[true]", otherLayers},
    {"is_decoder", Role::Only, "[false]", "another network"},
    {"model_type", Role::Only, R"(["t5"])", "another network"},
    {"is_encoder_decoder", Role::NoEffect, {}, ofDecoder},
    {"num_decoder_layers", Role::NoEffect, {}, ofDecoder},
    {"decoder_start_token_id", Role::NoEffect, {}, ofDecoder},
    {"scale_decoder_outputs", Role::NoEffect, {}, ofDecoder},
    {"tie_word_embeddings", Role::NoEffect, {}, ofDecoder},
    {"use_cache", Role::NoEffect, {}, ofDecoder},
    {"output_past", Role::NoEffect, {}, ofDecoder},
    {"dropout_rate", Role::NoEffect, {}, ofTraining},
    {"classifier_dropout", Role::NoEffect, {}, ofTraining},
    {"initializer_factor", Role::NoEffect, {}, ofTraining},
    {"pad_token_id", Role::NoEffect, {}, "0 in every vocabulary of T5"},
    {"eos_token_id", Role::NoEffect, {}, "1 in every vocabulary of T5"},
    {"architectures", Role::NoEffect, {}, ofLibrary},
    {"transformers_version", Role::NoEffect, {}, ofLibrary},
    {"output_hidden_states", Role::NoEffect, {}, ofOutputs},
    {"output_attentions", Role::NoEffect, {}, ofOutputs},
    {"return_dict", Role::NoEffect, {}, ofLibrary},
    {"dtype", Role::NoEffect, {}, byTensors},
    {"torch_dtype", Role::NoEffect, {}, byTensors},
    {"chunk_size_feed_forward", Role::NoEffect, {}, "the same in pieces"},
    {"id2label", Role::NoEffect, {}, ofOutputs},
    {"label2id", Role::NoEffect, {}, ofOutputs},
    {"problem_type", Role::NoEffect, {}, ofOutputs},
};

constexpr ConfigKey tokenizerKeys[] = {
    {"bos_token", Role::Read, {}, {}},
    {"eos_token", Role::Read, {}, {}},
    {"unk_token", Role::Read, {}, {}},
    {"pad_token", Role::Read, {}, {}},
    {"sep_token", Role::Read, {}, {}},
    {"cls_token", Role::Read, {}, {}},
    {"mask_token", Role::Read, {}, {}},
    {"added_tokens_decoder", Role::Read, {}, {}},
    {"additional_special_tokens", Role::Read, {}, {}},
    {"extra_special_tokens", Role::Read, {}, {}},
    {"model_max_length", Role::Read, {}, {}},
    {"padding_side", Role::Only, R"(["right"])", "prompts are filled up at their end"},
    {"split_special_tokens", Role::Only, "[false]", "special tokens in prompts are always whole"},
    {"tokenizer_class", Role::Only,
        R"(["CLIPTokenizer", "CLIPTokenizerFast", "TokenizersBackend", "PreTrainedTokenizerFast"])",
        "another way to cut text into tokens"},
    {"truncation_side", Role::NoEffect, {}, "prompts are never cut off"},
    {"add_prefix_space", Role::NoEffect, {}, "words of CLIP have no space in front"},
    {"clean_up_tokenization_spaces", Role::NoEffect, {}, "of making text from ids"},
    {"do_lower_case", Role::NoEffect, {}, "transformers' CLIPTokenizer lower-cases always"},
    {"errors", Role::NoEffect, {}, "of making text from ids"},
    {"pad_token_type_id", Role::NoEffect, {}, ofOutputs},
    {"model_input_names", Role::NoEffect, {}, ofOutputs},
    {"name_or_path", Role::NoEffect, {}, ofLibrary},
    {"special_tokens_map_file", Role::NoEffect, {}, ofLibrary},
    {"tokenizer_file", Role::NoEffect, {}, ofLibrary},
    {"backend", Role::NoEffect, {}, ofLibrary},
    {"is_local", Role::NoEffect, {}, ofLibrary},
    {"local_files_only", Role::NoEffect, {}, ofLibrary},
    {"processor_class", Role::NoEffect, {}, ofLibrary},
    {"use_fast", Role::NoEffect, {}, ofLibrary},
    {"init_inputs", Role::NoEffect, {}, ofLibrary},
};

constexpr std::string_view ofT5 = "the same in every vocabulary of T5", ofTextFromIds = "of making text from ids";

constexpr ConfigKey t5TokenizerKeys[] = {
    {"added_tokens_decoder", Role::Read, {}, {}},
    {"additional_special_tokens", Role::Read, {}, {}},
    {"extra_special_tokens", Role::Read, {}, {}},
    {"extra_ids", Role::Only, "[100]", "T5's vocabularies have as many"},
    {"split_special_tokens", Role::Only, "[false]", "special tokens in prompts are always whole"},
    {"sp_model_kwargs", Role::Only, "[{}]", "text is always cut in the best way"},
    {"tokenizer_class", Role::Only,
        R"(["T5Tokenizer", "T5TokenizerFast", "TokenizersBackend", "PreTrainedTokenizerFast"])",
        "another way to cut text into tokens"},
    {"bos_token", Role::NoEffect, {}, "T5 has none"},
    {"eos_token", Role::NoEffect, {}, ofT5},
    {"unk_token", Role::NoEffect, {}, ofT5},
    {"pad_token", Role::NoEffect, {}, ofT5},
    {"model_max_length", Role::NoEffect, {}, "the model's family says how many tokens prompts have"},
    {"padding_side", Role::Only, R"(["right"])", "prompts are filled up at their end"},
    {"truncation_side", Role::Only, R"(["right"])", "prompts are cut off at their end"},
    {"add_prefix_space", Role::NoEffect, {}, "words always begin with U+2581"},
    {"legacy", Role::NoEffect, {}, "transformers' T5TokenizerFast does not know it"},
    {"clean_up_tokenization_spaces", Role::NoEffect, {}, ofTextFromIds},
    {"pad_token_type_id", Role::NoEffect, {}, ofOutputs},
    {"model_input_names", Role::NoEffect, {}, ofOutputs},
    {"name_or_path", Role::NoEffect, {}, ofLibrary},
    {"special_tokens_map_file", Role::NoEffect, {}, ofLibrary},
    {"tokenizer_file", Role::NoEffect, {}, ofLibrary},
    {"backend", Role::NoEffect, {}, ofLibrary},
    {"is_local", Role::NoEffect, {}, ofLibrary},
    {"local_files_only", Role::NoEffect, {}, ofLibrary},
    {"processor_class", Role::NoEffect, {}, ofLibrary},
    {"use_fast", Role::NoEffect, {}, ofLibrary},
};

constexpr std::string_view toClip = "diffusers' Stable Diffusion pipelines turn it off",
                           ofThresholds = "of thresholding, which must be off",
                           noFlow = "a flow is another kind of model";

// Samplers and schedules are the user's, so that a scheduler's file says only what the network was trained with.
constexpr ConfigKey schedulerKeys[] = {
    {"num_train_timesteps", Role::Read, {}, {}},
    {"beta_start", Role::Read, {}, {}},
    {"beta_end", Role::Read, {}, {}},
    {"beta_schedule", Role::Read, {}, {}},
    {"trained_betas", Role::Read, {}, {}},
    {"prediction_type", Role::Read, {}, {}},
    {"rescale_betas_zero_snr", Role::Read, {}, {}},
    {"predict_epsilon", Role::Only, "[true, null]", "the old name of a prediction_type other than epsilon"},
    {"clip_sample", Role::NoEffect, {}, toClip},
    {"clip_sample_range", Role::NoEffect, {}, "of clip_sample"},
    {"thresholding", Role::Only, "[false]", "it is for models of pixels, not of latents"},
    {"dynamic_thresholding_ratio", Role::NoEffect, {}, ofThresholds},
    {"sample_max_value", Role::NoEffect, {}, ofThresholds},
    {"timestep_type", Role::Only, R"(["discrete"])", "the network takes timesteps here"},
    {"timestep_scaling", Role::Only, "[10]", "the boundary scalings of lcm are those of ten"},
    {"variance_type", Role::Only, R"([null, "fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log"])",
        "a prediction with its variance"},
    {"use_flow_sigmas", Role::Only, "[false]", noFlow},
    {"flow_shift", Role::NoEffect, {}, "of use_flow_sigmas, which must be off"},
    {"use_dynamic_shifting", Role::Only, "[false]", noFlow},
    {"time_shift_type", Role::NoEffect, {}, "of use_dynamic_shifting, which must be off"},
    {"shift_terminal", Role::Only, "[null]", noFlow},
    {"set_alpha_to_one", Role::NoEffect, {}, ofSteps},
    {"steps_offset", Role::NoEffect, {}, ofSteps},
    {"skip_prk_steps", Role::NoEffect, {}, ofSteps},
    {"timestep_spacing", Role::NoEffect, {}, ofSteps},
    {"interpolation_type", Role::NoEffect, {}, ofSteps},
    {"use_karras_sigmas", Role::NoEffect, {}, ofSteps},
    {"use_exponential_sigmas", Role::NoEffect, {}, ofSteps},
    {"use_beta_sigmas", Role::NoEffect, {}, ofSteps},
    {"use_lu_lambdas", Role::NoEffect, {}, ofSteps},
    {"sigma_min", Role::NoEffect, {}, ofSteps},
    {"sigma_max", Role::NoEffect, {}, ofSteps},
    {"final_sigmas_type", Role::NoEffect, {}, ofSteps},
    {"solver_order", Role::NoEffect, {}, ofSteps},
    {"solver_type", Role::NoEffect, {}, ofSteps},
    {"solver_p", Role::NoEffect, {}, ofSteps},
    {"algorithm_type", Role::NoEffect, {}, ofSteps},
    {"lower_order_final", Role::NoEffect, {}, ofSteps},
    {"euler_at_final", Role::NoEffect, {}, ofSteps},
    {"lambda_min_clipped", Role::NoEffect, {}, ofSteps},
    {"predict_x0", Role::NoEffect, {}, ofSteps},
    {"disable_corrector", Role::NoEffect, {}, ofSteps},
    {"original_inference_steps", Role::NoEffect, {}, ofSteps},
};

constexpr std::string_view bySize = "steps are shifted by the size of the picture",
                           ofBySize = "of use_dynamic_shifting";

// Of rectified flows.
constexpr ConfigKey flowSchedulerKeys[] = {
    {"num_train_timesteps", Role::Only, "[1000]", "the network's timesteps are a thousandth of its noise"},
    {"shift", Role::Read, {}, {}},
    {"use_dynamic_shifting", Role::Only, "[false]", bySize},
    {"base_shift", Role::NoEffect, {}, ofBySize},
    {"max_shift", Role::NoEffect, {}, ofBySize},
    {"base_image_seq_len", Role::NoEffect, {}, ofBySize},
    {"max_image_seq_len", Role::NoEffect, {}, ofBySize},
    {"time_shift_type", Role::NoEffect, {}, ofBySize},
    {"invert_sigmas", Role::Only, "[false]", "sigmas fall here"},
    {"shift_terminal", Role::Only, "[null]", "the last step goes to the picture here"},
    {"use_karras_sigmas", Role::NoEffect, {}, ofSteps},
    {"use_exponential_sigmas", Role::NoEffect, {}, ofSteps},
    {"use_beta_sigmas", Role::NoEffect, {}, ofSteps},
    {"stochastic_sampling", Role::NoEffect, {}, ofSteps},
    {"original_inference_steps", Role::NoEffect, {}, ofSteps},
    {"scale_factors", Role::NoEffect, {}, ofSteps},
    {"upscale_mode", Role::NoEffect, {}, ofSteps},
};

constexpr std::string_view ownFiles = "the folder's own files are read",
                           ofChecks = "of a check that this program does not make";

constexpr ConfigKey pipelineKeys[] = {
    {"vae", Role::Read, {}, {}},
    {"text_encoder", Role::Read, {}, {}},
    {"text_encoder_2", Role::Read, {}, {}},
    {"text_encoder_3", Role::Read, {}, {}},
    {"tokenizer", Role::NoEffect, {}, ownFiles},
    {"tokenizer_2", Role::NoEffect, {}, ownFiles},
    {"tokenizer_3", Role::NoEffect, {}, ownFiles},
    {"unet", Role::Read, {}, {}},
    {"transformer", Role::Read, {}, {}},
    {"scheduler", Role::NoEffect, {}, "its own file names its class too"},
    {"safety_checker", Role::NoEffect, {}, ofChecks},
    {"feature_extractor", Role::NoEffect, {}, ofChecks},
    {"requires_safety_checker", Role::NoEffect, {}, ofChecks},
    {"image_encoder", Role::NoEffect, {}, "of adapters, which are files of their own"},
    {"force_zeros_for_empty_prompt", Role::NoEffect, {},
        "without a negative prompt an empty one is encoded, as in ComfyUI"},
    {"requires_aesthetics_score", Role::NoEffect, {}, "the tensors of a refiner tell it"},
};

constexpr std::pair<std::string_view, std::span<const ConfigKey>> classes[] = {
    {"UNet2DConditionModel", unetKeys},
    {"SD3Transformer2DModel", transformerKeys},
    {"ControlNetModel", controlNetKeys},
    {"AutoencoderKL", vaeKeys},
    {"CLIPTextModel", textKeys},
    {"CLIPTextModelWithProjection", textKeys},
    {"T5EncoderModel", t5TextKeys},
    {"CLIPTokenizer", tokenizerKeys},
    {"T5Tokenizer", t5TokenizerKeys},
    {"Scheduler", schedulerKeys},
    {"FlowScheduler", flowSchedulerKeys},
    {"Pipeline", pipelineKeys},
};

constexpr std::string_view schedulers[] = {"PNDMScheduler", "DDIMScheduler", "DDPMScheduler", "EulerDiscreteScheduler",
    "EulerAncestralDiscreteScheduler", "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler",
    "UniPCMultistepScheduler", "LCMScheduler", "LMSDiscreteScheduler", "HeunDiscreteScheduler",
    "DEISMultistepScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler", "DPMSolverSDEScheduler",
    "TCDScheduler", "SASolverScheduler", "DDIMParallelScheduler", "DDPMParallelScheduler"};

constexpr std::string_view flowSchedulers[] = {
    "FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler", "FlowMatchLCMScheduler"};

std::string shown(const nlohmann::json& value)
{
    return printable(value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace), 60);
}

bool isAllowed(const nlohmann::json& value, const nlohmann::json& allowed)
{
    const auto isOne = [&](const nlohmann::json& one) { return std::ranges::find(allowed, one) != allowed.end(); };
    return value.is_array() && !value.empty() ? std::ranges::all_of(value, isOne) : isOne(value);
}

void requireAllowed(const ConfigKey& row, const nlohmann::json& value, const std::string& path)
{
    const nlohmann::json allowed = nlohmann::json::parse(row.values);
    if (isAllowed(value, allowed))
        return;
    std::string names;
    for (const nlohmann::json& one : allowed)
        names += (names.empty() ? "" : " or ") + one.dump();
    throw Error(ErrorKind::BadFile,
        printable(path) + ": " + std::string(row.key) + " is " + shown(value) + ", supported is " + names + ": "
            + std::string(row.reason));
}

}

std::span<const ConfigKey> configKeys(std::string_view className)
{
    const auto* it =
        std::ranges::find(classes, className, &std::pair<std::string_view, std::span<const ConfigKey>>::first);
    return it == std::end(classes) ? std::span<const ConfigKey>() : it->second;
}

std::string_view schedulerTable(std::string_view className)
{
    if (std::ranges::find(flowSchedulers, className) != std::end(flowSchedulers))
        return "FlowScheduler";
    return std::ranges::find(schedulers, className) != std::end(schedulers) ? "Scheduler" : std::string_view();
}

void checkConfigKeys(std::string_view className, const nlohmann::json& config, const std::string& path,
    std::vector<std::string>* warnings)
{
    if (!config.is_object())
        return;
    const std::span<const ConfigKey> rows = configKeys(className);
    size_t unknown = 0;
    std::string names;
    for (const auto& [key, value] : config.items()) {
        const auto row = std::ranges::find(rows, std::string_view(key), &ConfigKey::key);
        if (row != rows.end() && row->use == KeyUse::Only)
            requireAllowed(*row, value, path);
        if (row != rows.end() || key.starts_with('_'))
            continue;
        if (unknown++ < 3)
            names += (names.empty() ? "" : ", ") + printable(key, 40);
    }
    if (unknown && warnings)
        warnings->push_back(printable(path) + " has " + std::to_string(unknown)
            + (unknown == 1 ? " key that is not known and has no effect: "
                            : " keys that are not known and have no effect: ")
            + names + (unknown > 3 ? ", …" : ""));
}

}
