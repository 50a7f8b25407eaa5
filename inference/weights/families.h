// The model families that run, a row each: what is the same for all files of one, and never in their tensors.
#pragma once
#include "inference/weights/family.h"
#include "inference/weights/latent_format.h"
#include "inference/weights/model_names.h"
#include "inference/weights/text_kind.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// A part of a model, and what it is called where.
struct PartRow {
    Part part;
    std::string_view prefix; // in a single file
    std::string_view folder, className; // in a folder of diffusers and its model_index.json
    std::string_view stem, pickleStem; // of the weight files there
    std::string_view tokenizer = {}; // of a text encoder the folder of its tokenizer
};

// What a family makes of one of its text encoders. CLIP's states lie side by side, in the order of the rows; T5's
// tokens follow them.
struct TextRow {
    Part part = Part::TextEncoder;
    TextKind kind = TextKind::Clip;
    bool openClip = false; // OpenCLIP's: GELU, and prompts are filled up with zeros
    bool lastUnused = false; // states are never the last layer's
    bool normed = true; // states go through the final norm
    bool pooled = false; // the projected state at the prompt's end is taken too, which is the last layer's
    // Users may leave it out; it then counts as zeros, so many a token (as many as the network reads: 0) and of the
    // whole prompt.
    bool optional = false;
    int width = 0, pooledWidth = 0; // of the published one
};

// What pictures are usually made with.
struct Preset {
    int steps = 20;
    double cfg = 7.5;
    std::string_view sampler = "dpmpp_2m", schedule = "karras";
};

struct FamilyRow {
    Architecture architecture;
    Variant variant;
    std::string_view id = {}; // of those whose text encoders are files of their own: "sd3"
    std::vector<PartRow> parts;
    LatentFormat latent;
    Part denoiser = Part::UNet;
    std::vector<TextRow> texts = {{}};
    std::vector<ExtraInput> extraInputs = {}; // in the order of their channels
    std::vector<SizeInput> sizeInputs = {}; // of networks that are told sizes, and the pooled prompt before them
    int headChannels = 0; // of each head of the UNet where no configuration tells; 0: there are 8 heads
    int side = 64; // of the latents it was trained at
    double flowShift = 0; // of a rectified flow where no configuration tells it; 0: this is none
    bool padsText = false; // text states are filled up with zeros to what the network reads
    Preset preset = {};
    // Where the values of this tensor of the UNet deviate more from their mean, the network predicts v, and was trained
    // at velocitySide. Empty: files tell it (ComfyUI: comfy/supported_models.py, SD20).
    std::string_view velocityBias = {};
    double velocityDeviation = 0;
    int velocitySide = 64;
};

// Null for what does not run.
const FamilyRow* findFamily(Architecture architecture, Variant variant = Variant::Base);

// Of the variant or, where that does not run, of the base; null for what has none.
const FamilyRow* nearestFamily(Family family);

// "Stable Diffusion 1.x", a comma, …: what runs; of ControlNets only what they steer.
std::string familyTitles(std::string_view lastComma = ", ", bool ofControlNets = false);

// Whether ControlNets of the architecture run: they steer UNets.
bool hasControlNets(Architecture architecture);

// "auto" and the ids of families, for text encoders that stand in files of their own.
std::vector<std::string_view> textFamilyNames();
// Of those with an id the first that reads with all these parts and needs no other; where several do, one whose
// published encoder is as wide as the first part. Null where there is none.
const FamilyRow* familyOfTexts(std::span<const Part> parts, int64_t firstWidth);
// Null for "auto" and any other name.
const FamilyRow* findFamily(std::string_view id);

// "20; Stable Diffusion 3 28": what `text` makes of the first family's preset, and of others' where that differs.
std::string presetTexts(const std::function<std::string(const Preset&)>& text);

// Null for a part that the family does not read prompts with.
const TextRow* findText(const FamilyRow& family, Part part);

// Of the family, or, where it has no row as a VAE's own file, of the first family with as many channels, else the
// first.
const LatentFormat& latentOf(Family family, int channels = 4);

// Parts that stand in a file or folder of their own: each part once.
std::span<const PartRow> loneParts();
const PartRow& lonePart(Part part);

// Throws BadFile, "PATH: this is …, this command takes …": the first accepts whole checkpoints that have a row, the
// second these and what denoises of them alone, the third text encoders alone, then VAEs and checkpoints with one,
// ControlNets of a family that has a row, and the last anything that enlarges pictures.
const FamilyRow& requireCheckpoint(Family family, const std::string& path);
const FamilyRow& requireDenoiser(Family family, const std::string& path);
void requireText(Family family, const std::string& path);
void requireVae(Family family, const std::string& path);
void requireControlNet(Family family, const std::string& path);
void requireUpscaler(Family family, const std::string& path);

}
