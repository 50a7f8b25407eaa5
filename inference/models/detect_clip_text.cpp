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

// Of the layers there are, what is used. OpenCLIP's own files have one more, which files made from diffusers' lack, as
// they lack what is of the comparison with pictures.
int64_t usedLayers(const Layout& l, bool openClip)
{
    constexpr int64_t most = 23;
    const int64_t count = blockCount(l, "encoder.layers");
    return openClip ? std::min(count - (has(l, "logit_scale") || has(l, "text_projection")), most) : count;
}

// What OpenCLIP's files have beside what is used: of training, of the comparison with pictures, and the last layer.
void markUnused(Layout& l, const ClipTextConfig& c)
{
    for (const char* name : {"logit_scale", "text_projection", "attn_mask"})
        l.roles[name] = TensorRole::Mark;
    const std::string last = at("encoder.layers", c.layers) + ".";
    for (const PartTensor& tensor : partOf(l.files, l.part).tensors)
        if (tensor.name.starts_with(last))
            l.roles[tensor.name] = TensorRole::Mark;
}

}

Detected<ClipTextConfig> detectClipText(const ModelFiles& files, std::vector<std::string>* warnings)
{
    checkConfigKeys("CLIPTextModel", files.textEncoder.config, files.textEncoder.configPath, warnings);
    Layout l{files, Part::TextEncoder};
    ClipTextConfig c;
    const std::string tokens = "embeddings.token_embedding.weight", positions = "embeddings.position_embedding.weight";
    c.vocabulary = int(side(l, tokens, 0));
    c.width = int(side(l, tokens, 1));
    c.positions = int(side(l, positions, 0));
    const FamilyRow* family = findFamily(files.family.architecture);
    c.openClip = family && family->openClip;
    c.layers = int(setting(files, Part::TextEncoder, {}, {"num_hidden_layers"},
        std::max<int64_t>(usedLayers(l, c.openClip), 1))); // fewer than there are skip the last
    refuseBroken(l);
    need(l, positions, {c.positions, c.width}, TensorRole::Table);
    // OpenAI's text encoders have heads of 64 channels.
    c.heads = int(setting(
        files, Part::TextEncoder, "athanor.text.attention_heads", {"num_attention_heads"}, std::max(1, c.width / 64)));
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
    needNorm(l, "final_layer_norm", c.width);
    need(l, tokens, {c.vocabulary, c.width}, TensorRole::Table);
    refuseBroken(l);
    if (c.openClip)
        markUnused(l, c);
    c.activation = textActivation(files, c.openClip ? Activation::Gelu : Activation::QuickGelu);
    c.normEpsilon = float(numberSetting(files, Part::TextEncoder, {}, "layer_norm_eps", 1e-5, {1e-12, 0.1}));
    tellExtra(l, warnings);
    return {c, std::move(l.roles)};
}

}
