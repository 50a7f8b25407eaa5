// Finds each network's configuration in its file and refuses a file that lacks a tensor or has one of another shape.
// All throw Error(BadFile) with the part, the tensors' names and their number.
#pragma once
#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/unet.h"
#include "inference/weights/model_files.h"

namespace athanor {

// What shapes cannot tell comes from the file's metadata (athanor.text.attention_heads, athanor.unet.attention_heads,
// athanor.unet.norm_groups, athanor.vae.norm_groups), else from config.json, else it is Stable Diffusion 1.x's own. A
// ControlNet's file says it as a UNet's does.
ClipTextConfig detectClipText(const ModelFiles& files);
UNetConfig detectUNet(const ModelFiles& files);
ControlNetConfig detectControlNet(const ModelFiles& files);
AutoencoderKlConfig detectAutoencoderKl(const ModelFiles& files);

}
