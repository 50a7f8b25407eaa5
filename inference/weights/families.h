// The model families that run, a row each: what is the same for all files of one, and never in their tensors.
#pragma once
#include "inference/weights/family.h"
#include "inference/weights/latent_format.h"
#include "inference/weights/model_names.h"

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

// What a family makes of one of its CLIP text encoders. Their states lie side by side, in the order of the rows.
struct TextRow {
    Part part = Part::TextEncoder;
    bool openClip = false; // OpenCLIP's: GELU, and prompts are filled up with zeros
    bool lastUnused = false; // states are never the last layer's
    bool normed = true; // states go through the final norm
    bool pooled = false; // the projected state at the prompt's end is taken too, which is the last layer's
};

struct FamilyRow {
    Architecture architecture;
    Variant variant;
    std::vector<PartRow> parts;
    LatentFormat latent;
    std::vector<TextRow> texts = {{}};
    std::vector<ExtraInput> extraInputs = {}; // in the order of their channels
    std::vector<SizeInput> sizeInputs = {}; // of networks that are told sizes, and the pooled prompt before them
    int headChannels = 0; // of each head of the UNet where no configuration tells; 0: there are 8 heads
    int side = 64; // of the latents it was trained at
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

// "Stable Diffusion 1.x", a comma, …: what runs.
std::string familyTitles(std::string_view lastComma = ", ");

// Null for a part that the family does not read prompts with.
const TextRow* findText(const FamilyRow& family, Part part);

// Of the family, or, where it has no row as a VAE's own file, the first family's.
const LatentFormat& latentOf(Family family);

// Parts that stand in a file or folder of their own: each part once.
std::span<const PartRow> loneParts();
const PartRow& lonePart(Part part);

// Throws BadFile, "PATH: this is …, this command takes …": the first accepts whole checkpoints that have a row, the
// second VAEs and checkpoints with one, the third ControlNets of a family that has a row, the last anything that
// enlarges pictures.
const FamilyRow& requireCheckpoint(Family family, const std::string& path);
void requireVae(Family family, const std::string& path);
void requireControlNet(Family family, const std::string& path);
void requireUpscaler(Family family, const std::string& path);

}
