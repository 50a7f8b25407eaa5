#include "inference/models/clip_text.h"
#include "inference/models/config_values.h"
#include "inference/models/layout.h"
#include "inference/weights/config_keys.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

namespace {

// Of the layers there are, what is used; fewer than there are skip the last. Stable Diffusion 2's files of OpenCLIP
// have one more, which files made from diffusers' lack, as they lack what is of the comparison with pictures.
int64_t usedLayers(const Layout& l, const TextRow& text)
{
    constexpr int64_t mostOfH = 23;
    const int64_t count = std::max<int64_t>(blockCount(l, "encoder.layers"), 1);
    const bool hasLast = has(l, "logit_scale") || has(l, "text_projection");
    if (text.openClip && text.lastUnused && !text.pooled)
        return setting(
            l.files, l.part, {}, {"num_hidden_layers"}, std::max<int64_t>(std::min(count - hasLast, mostOfH), 1));
    const int64_t told = setting(l.files, l.part, {}, {"num_hidden_layers"}, count);
    return std::max<int64_t>(told - (text.lastUnused && !text.pooled), 1);
}

// What files have beside what is used: of training, of the comparison with pictures, and the last layer.
void markUnused(Layout& l, const ClipTextConfig& c)
{
    for (const char* name : {"logit_scale", "text_projection.weight", "attn_mask"})
        l.roles.try_emplace(name, TensorRole::Mark);
    const std::string last = at("encoder.layers", c.layers) + ".";
    for (const PartTensor& tensor : partOf(l.files, l.part).tensors)
        if (tensor.name.starts_with(last))
            l.roles[tensor.name] = TensorRole::Mark;
}

}

Detected<ClipTextConfig> detectClipText(const ModelFiles& files, std::vector<std::string>* warnings, Part part)
{
    checkConfigKeys("CLIPTextModel", partOf(files, part).config, partOf(files, part).configPath, warnings);
    Layout l{files, part};
    const FamilyRow* family = nearestFamily(files.family);
    const TextRow* row = family ? findText(*family, part) : nullptr;
    const TextRow text = row ? *row : TextRow{.part = part};
    ClipTextConfig c;
    const std::string tokens = "embeddings.token_embedding.weight", positions = "embeddings.position_embedding.weight";
    c.vocabulary = int(side(l, tokens, 0));
    c.width = int(side(l, tokens, 1));
    c.positions = int(side(l, positions, 0));
    c.openClip = text.openClip;
    c.lastUnused = text.lastUnused;
    c.normed = text.normed;
    c.layers = int(usedLayers(l, text));
    // Files of OpenAI's encoder may lack the projection, which then changes nothing, as in ComfyUI.
    const bool isProjected = text.pooled && (text.openClip || has(l, "text_projection"));
    if (text.pooled)
        c.pooledWidth = isProjected ? int(side(l, "text_projection.weight", 0)) : c.width;
    refuseBroken(l);
    need(l, positions, {c.positions, c.width}, TensorRole::Table);
    // OpenAI's text encoders have heads of 64 channels.
    const std::string headsKey =
        part == Part::TextEncoder ? "athanor.text.attention_heads" : "athanor.text2.attention_heads";
    c.heads = int(setting(files, part, headsKey, {"num_attention_heads"}, std::max(1, c.width / 64)));
    requireDivides(l, c.heads, c.width, "attention heads", "channels");
    for (int64_t i = 0; i < c.layers; ++i) {
        const std::string layer = at("encoder.layers", i);
        for (const char* name : {".self_attn.q_proj", ".self_attn.k_proj", ".self_attn.v_proj", ".self_attn.out_proj"})
            needLinear(l, layer + name, c.width, c.width);
        const int64_t inner = side(l, layer + ".mlp.fc1.weight", 0);
        needLinear(l, layer + ".mlp.fc1", inner, c.width);
        needLinear(l, layer + ".mlp.fc2", c.width, inner);
        needNorm(l, layer + ".layer_norm1", c.width);
        needNorm(l, layer + ".layer_norm2", c.width);
    }
    if (c.normed || c.pooledWidth)
        needNorm(l, "final_layer_norm", c.width);
    else
        for (const char* name : {"final_layer_norm.weight", "final_layer_norm.bias"})
            l.roles[name] = TensorRole::Mark;
    if (isProjected)
        needLinear(l, "text_projection", c.pooledWidth, c.width, false);
    need(l, tokens, {c.vocabulary, c.width}, TensorRole::Table);
    refuseBroken(l);
    if (c.openClip || c.lastUnused)
        markUnused(l, c);
    c.activation = textActivation(files, part, c.openClip ? Activation::Gelu : Activation::QuickGelu);
    c.normEpsilon = float(numberSetting(files, part, {}, "layer_norm_eps", 1e-5, {1e-12, 0.1}));
    tellExtra(l, warnings);
    return {c, std::move(l.roles)};
}

}
