// Names of Stable Diffusion's tensors: from diffusers folders to the single-file (LDM) checkpoints, whose names this
// program uses everywhere. Works on the whole list of a part, because block numbers depend on how many layers there
// are.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class Part { TextEncoder, TextEncoder2, TextEncoder3, UNet, Transformer, Vae, ControlNet };
inline constexpr Part allParts[] = {Part::TextEncoder, Part::TextEncoder2, Part::TextEncoder3, Part::UNet,
    Part::Transformer, Part::Vae, Part::ControlNet};

std::string_view partName(Part part); // "text encoder", "UNet", "transformer", "VAE", "ControlNet"

inline bool isText(Part part)
{
    return part == Part::TextEncoder || part == Part::TextEncoder2 || part == Part::TextEncoder3;
}

// For each diffusers name the single-file name relative to the part, in the same order. Names that are already in
// that form, or unknown, stay as they are. The text encoders' lose a leading "text_model.", and OpenCLIP's become
// CLIP's; "self_attn.in_proj.weight" are then the rows of q_proj, k_proj and v_proj behind one another. Likewise a
// transformer's "attn.qkv", and "shift_scale" and "scale_shift", of which the two kinds of files have one or the other.
// Tables: diffusers' scripts/convert_diffusers_to_original_stable_diffusion.py and convert_sd3_to_diffusers.py.
std::vector<std::string> singleFileNames(Part part, std::span<const std::string> names);

// The other way for a UNet: of each of its single-file names the diffusers name.
std::vector<std::string> diffusersUNetNames(std::span<const std::string> names);
// And for a transformer.
std::string diffusersTransformerName(std::string_view name);

}
