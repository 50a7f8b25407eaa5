#include "inference/models/config_values.h"
#include "inference/models/layout.h"
#include "inference/models/t5_text.h"
#include "inference/weights/config_keys.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

[[noreturn]] void refuseT5(const Layout& l, const std::string& what)
{
    throw Error(
        ErrorKind::BadFile, printable(l.files.path) + ": the " + std::string(partName(l.part)) + " has " + what);
}

// What the attention's position bias and q tell.
void findHeads(Layout& l, T5TextConfig& c, const std::string& biasName)
{
    c.buckets = int(side(l, biasName, 0));
    c.heads = int(side(l, biasName, 1));
    const int64_t channels = side(l, "encoder.block.0.layer.0.SelfAttention.q.weight", 0);
    refuseBroken(l);
    if (c.buckets < 4 || c.buckets % 2)
        refuseT5(l, std::to_string(c.buckets) + " buckets of positions, supported is an even number from 4 on");
    if (c.heads < 1)
        refuseT5(l, "no attention heads");
    requireDivides(l, c.heads, channels, "attention heads", "channels");
    c.headSize = int(channels / c.heads);
    requireHeadSize(l, channels / c.heads);
    c.maxDistance = int(setting(l.files, l.part, {}, {"relative_attention_max_distance"}, 128));
    if (c.maxDistance <= c.buckets / 4)
        throw Error(ErrorKind::BadFile,
            configPlace(l.files, l.part) + ": relative_attention_max_distance is " + std::to_string(c.maxDistance)
                + ", supported is more than a quarter of the " + std::to_string(c.buckets) + " buckets");
}

}

Detected<T5TextConfig> detectT5Text(const ModelFiles& files, std::vector<std::string>* warnings, Part part)
{
    checkConfigKeys("T5EncoderModel", partOf(files, part).config, partOf(files, part).configPath, warnings);
    Layout l{files, part};
    const std::string shared = "shared.weight", embedded = "encoder.embed_tokens.weight";
    const bool hasShared = findTensor(partOf(files, part), shared) != nullptr;
    const std::string& table = !hasShared && findTensor(partOf(files, part), embedded) ? embedded : shared;
    const std::string biasName = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    T5TextConfig c;
    c.vocabulary = int(side(l, table, 0));
    c.width = int(side(l, table, 1));
    c.inner = int(side(l, "encoder.block.0.layer.1.DenseReluDense.wi_0.weight", 0));
    c.layers = int(setting(files, part, {}, {"num_layers"}, std::max<int64_t>(blockCount(l, "encoder.block"), 1)));
    findHeads(l, c, biasName);
    need(l, table, {c.vocabulary, c.width}, TensorRole::Table);
    need(l, biasName, {c.buckets, c.heads}, TensorRole::Table);
    for (int64_t i = 0; i < c.layers; ++i) {
        const std::string layer = at("encoder.block", i) + ".layer.", attention = layer + "0.SelfAttention.",
                          dense = layer + "1.DenseReluDense.";
        for (const char* name : {"q", "k", "v"})
            needLinear(l, attention + name, int64_t(c.heads) * c.headSize, c.width, false);
        needLinear(l, attention + "o", c.width, int64_t(c.heads) * c.headSize, false);
        for (const char* name : {"wi_0", "wi_1"})
            needLinear(l, dense + name, c.inner, c.width, false);
        needLinear(l, dense + "wo", c.width, c.inner, false);
        need(l, layer + "0.layer_norm.weight", {c.width}, TensorRole::Vector);
        need(l, layer + "1.layer_norm.weight", {c.width}, TensorRole::Vector);
    }
    need(l, "encoder.final_layer_norm.weight", {c.width}, TensorRole::Vector);
    refuseBroken(l);
    if (hasShared)
        l.roles.emplace(embedded, TensorRole::Mark);
    c.normEpsilon = float(numberSetting(files, part, {}, "layer_norm_epsilon", 1e-6, {1e-12, 0.1}));
    tellExtra(l, warnings);
    return {c, std::move(l.roles)};
}

}
