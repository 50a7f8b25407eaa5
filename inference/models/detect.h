// Finds each network's configuration in its file and refuses a file that lacks a tensor or has one of another shape.
// All throw Error(BadFile) with the part, the tensors' names and their number.
#pragma once
#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/unet.h"
#include "inference/weights/model_files.h"

#include <string>
#include <vector>

namespace athanor {

// What shapes cannot tell comes from the file's metadata (athanor.text.attention_heads, athanor.text.activation,
// athanor.unet.attention_heads, athanor.unet.norm_groups, athanor.vae.norm_groups, athanor.vae.scaling_factor), else
// from config.json, else it is Stable Diffusion 1.x's own. A ControlNet's file says it as a UNet's does. A value that
// is not supported is refused by name (config_keys.h); tensors and keys that nobody asks for are told in warnings,
// which may be null.
ClipTextConfig detectClipText(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);
UNetConfig detectUNet(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);
ControlNetConfig detectControlNet(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);
AutoencoderKlConfig detectAutoencoderKl(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

// How often the VAE that comes with the model halves a picture's sides; 3 where there is none.
int vaeDownsamplings(const ModelFiles& files);

}
