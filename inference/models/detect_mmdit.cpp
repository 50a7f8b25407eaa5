#include "inference/models/config_values.h"
#include "inference/models/layout.h"
#include "inference/models/mmdit.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

constexpr int64_t largestTransformerSide = 1 << 20, largestTransformerPatch = 8;

// Before it is computed with.
void requireSide(const Layout& l, int64_t number, int64_t largest, const char* what)
{
    if (number < 1 || number > largest)
        throw Error(ErrorKind::BadFile,
            printable(l.files.path) + ": the transformer has " + what + " of " + std::to_string(number)
                + ", supported is 1 to " + std::to_string(largest));
}

void needAttention(Layout& l, const std::string& name, const MmDitConfig& c, bool isLast)
{
    for (const char* part : {".q", ".k", ".v"})
        needLinear(l, name + part, c.width, c.width);
    if (!isLast)
        needLinear(l, name + ".proj", c.width, c.width);
    for (const char* norm : {".ln_q", ".ln_k"})
        if (has(l, name + norm))
            need(l, name + norm + ".weight", {c.width / c.heads}, TensorRole::Vector);
}

// One stream's half of a block. isLast: of the text, whose result nobody reads.
void needHalf(Layout& l, const std::string& name, const MmDitConfig& c, bool isLast)
{
    needAttention(l, name + ".attn", c, isLast);
    const bool isDual = has(l, name + ".attn2");
    if (isDual)
        needAttention(l, name + ".attn2", c, false);
    if (isLast) {
        for (const char* part : {".adaLN_modulation.1.shift", ".adaLN_modulation.1.scale"})
            needLinear(l, name + part, c.width, c.width);
        return;
    }
    needLinear(l, name + ".adaLN_modulation.1", (isDual ? 9 : 6) * int64_t(c.width), c.width);
    const int64_t inner = side(l, name + ".mlp.fc1.weight", 0);
    needLinear(l, name + ".mlp.fc1", inner, c.width);
    needLinear(l, name + ".mlp.fc2", c.width, inner);
}

// Of a head where its norm does not tell: all that are published have 64.
int64_t headSize(const Layout& l)
{
    const PartTensor* norm = findTensor(partOf(l.files, l.part), "joint_blocks.0.x_block.attn.ln_q.weight");
    return norm && norm->info.shape.size() == 1 && norm->info.shape[0] > 0 ? norm->info.shape[0] : 64;
}

}

Detected<MmDitConfig> detectMmDit(const ModelFiles& files, std::vector<std::string>* warnings)
{
    const ModelPart& part = partOf(files, Part::Transformer);
    checkConfigKeys("SD3Transformer2DModel", part.config, part.configPath, warnings);
    Layout l{files, Part::Transformer};
    MmDitConfig c;
    const std::string patches = "x_embedder.proj";
    c.width = int(side(l, patches + ".weight", 0));
    c.inputChannels = int(side(l, patches + ".weight", 1));
    c.patch = int(side(l, patches + ".weight", 2));
    c.contextWidth = int(side(l, "context_embedder.weight", 1));
    c.addedWidth = int(side(l, "y_embedder.mlp.0.weight", 1));
    const int64_t places = side(l, "pos_embed", 0);
    c.positions = int(std::lround(std::sqrt(double(places))));
    c.depth = int(blockCount(l, "joint_blocks"));
    const int64_t outputs = side(l, "final_layer.linear.weight", 0);
    refuseBroken(l);
    requireSide(l, side(l, patches + ".weight", 2), largestTransformerPatch, "patches of a side");
    for (const int64_t number : {side(l, patches + ".weight", 0), side(l, patches + ".weight", 1),
             side(l, "context_embedder.weight", 1), side(l, "y_embedder.mlp.0.weight", 1), places, outputs})
        requireSide(l, number, largestTransformerSide, "a tensor with a side");
    c.outputChannels = int(outputs / (int64_t(c.patch) * c.patch));
    c.heads = int(setting(files, Part::Transformer, "athanor.transformer.attention_heads", {"num_attention_heads"},
        std::max<int64_t>(c.width / headSize(l), 1)));
    requireDivides(l, c.heads, c.width, "attention heads", "channels");
    requireHeadSize(l, c.width / c.heads);
    needConv(l, patches, c.width, c.inputChannels, c.patch);
    need(l, "pos_embed", {int64_t(c.positions) * c.positions, c.width}, TensorRole::Table);
    needLinear(l, "t_embedder.mlp.0", c.width, 256);
    needLinear(l, "t_embedder.mlp.2", c.width, c.width);
    needLinear(l, "y_embedder.mlp.0", c.width, c.addedWidth);
    needLinear(l, "y_embedder.mlp.2", c.width, c.width);
    needLinear(l, "context_embedder", c.width, c.contextWidth);
    for (int i = 0; i < c.depth; ++i) {
        needHalf(l, at("joint_blocks", i) + ".context_block", c, i + 1 == c.depth);
        needHalf(l, at("joint_blocks", i) + ".x_block", c, false);
    }
    for (const char* name : {"final_layer.adaLN_modulation.1.shift", "final_layer.adaLN_modulation.1.scale"})
        needLinear(l, name, c.width, c.width);
    needLinear(l, "final_layer.linear", int64_t(c.patch) * c.patch * c.outputChannels, c.width);
    refuseBroken(l);
    requirePrediction(l, c.inputChannels, c.outputChannels);
    tellExtra(l, warnings);
    return {c, std::move(l.roles)};
}

}
