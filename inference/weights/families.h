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
};

struct FamilyRow {
    Architecture architecture;
    Variant variant;
    std::vector<PartRow> parts;
    LatentFormat latent;
    std::vector<ExtraInput> extraInputs = {}; // in the order of their channels
    int headChannels = 0; // of each head of the UNet where no configuration tells; 0: there are 8 heads
    bool openClip = false; // the text encoder is OpenCLIP's, whose last layer is never used
    int side = 64; // of the latents it was trained at
    // Where the values of this tensor of the UNet deviate more from their mean, the network predicts v, and was trained
    // at velocitySide. Empty: files tell it (ComfyUI: comfy/supported_models.py, SD20).
    std::string_view velocityBias = {};
    double velocityDeviation = 0;
    int velocitySide = 64;
};

// Null for what does not run.
const FamilyRow* findFamily(Architecture architecture, Variant variant = Variant::Base);

// "Stable Diffusion 1.x", a comma, …: what runs.
std::string familyTitles(std::string_view lastComma = ", ");

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
