#include "inference/weights/model_names.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <optional>
#include <set>

namespace athanor {

namespace {

struct Rename {
    std::string_view from, to;
};

constexpr Rename unetTop[] = {
    {"conv_in.", "input_blocks.0.0."},
    {"time_embedding.linear_1.", "time_embed.0."},
    {"time_embedding.linear_2.", "time_embed.2."},
    {"time_embedding.cond_proj.", "time_embed.cond_proj."},
    {"add_embedding.linear_1.", "label_emb.0.0."},
    {"add_embedding.linear_2.", "label_emb.0.2."},
    {"mid_block.attentions.0.", "middle_block.1."},
    {"conv_norm_out.", "out.0."},
    {"conv_out.", "out.2."},
};

constexpr Rename unetMiddleResnets[] = {
    {"mid_block.resnets.0.", "middle_block.0."},
    {"mid_block.resnets.1.", "middle_block.2."},
};

constexpr Rename unetResnet[] = {
    {"norm1.", "in_layers.0."},
    {"conv1.", "in_layers.2."},
    {"time_emb_proj.", "emb_layers.1."},
    {"norm2.", "out_layers.0."},
    {"conv2.", "out_layers.3."},
    {"conv_shortcut.", "skip_connection."},
};

constexpr Rename vaeTop[] = {
    {"mid_block.resnets.0.", "mid.block_1."},
    {"mid_block.resnets.1.", "mid.block_2."},
    {"mid_block.attentions.0.", "mid.attn_1."},
    {"conv_norm_out.", "norm_out."},
};

constexpr Rename vaeResnet[] = {{"conv_shortcut.", "nin_shortcut."}};

// The second names are those of diffusers before 0.18.
constexpr Rename vaeAttention[] = {
    {"group_norm.", "norm."},
    {"to_q.", "q."},
    {"query.", "q."},
    {"to_k.", "k."},
    {"key.", "k."},
    {"to_v.", "v."},
    {"value.", "v."},
    {"to_out.0.", "proj_out."},
    {"proj_attn.", "proj_out."},
};

// OpenCLIP's.
constexpr Rename textTop[] = {
    {"positional_embedding", "embeddings.position_embedding.weight"},
    {"token_embedding.", "embeddings.token_embedding."},
    {"ln_final.", "final_layer_norm."},
};

constexpr Rename textLayer[] = {
    {"ln_1.", "layer_norm1."},
    {"ln_2.", "layer_norm2."},
    {"attn.in_proj_", "self_attn.in_proj."},
    {"attn.", "self_attn."},
    {"mlp.c_fc.", "mlp.fc1."},
    {"mlp.c_proj.", "mlp.fc2."},
};

// Replaces the front of the name by the first row that fits.
std::string renamed(std::string_view name, std::span<const Rename> rows)
{
    for (const Rename& row : rows)
        if (name.starts_with(row.from))
            return std::string(row.to) + std::string(name.substr(row.from.size()));
    return std::string(name);
}

std::optional<int> takeNumber(std::string_view& name)
{
    int number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || number < 0 || number > 99 || end == name.data() + name.size() || *end != '.')
        return std::nullopt;
    name.remove_prefix(size_t(end - name.data()) + 1);
    return number;
}

// A name of the form "<side>_blocks.<block>.<kind>.<index>.<rest>".
struct BlockName {
    bool up = false;
    int block = 0;
    std::string_view kind; // resnets, attentions, downsamplers, upsamplers
    int index = 0;
    std::string_view rest;
};

std::optional<BlockName> parseBlockName(std::string_view name)
{
    BlockName parsed;
    parsed.up = name.starts_with("up_blocks.");
    if (!parsed.up && !name.starts_with("down_blocks."))
        return std::nullopt;
    name.remove_prefix(name.find('.') + 1);
    const auto block = takeNumber(name);
    const size_t dot = name.find('.');
    if (!block || dot == name.npos)
        return std::nullopt;
    parsed.block = *block;
    parsed.kind = name.substr(0, dot);
    name.remove_prefix(dot + 1);
    const auto index = takeNumber(name);
    if (!index)
        return std::nullopt;
    parsed.index = *index;
    parsed.rest = name;
    return parsed;
}

// What the numbers of the single file's blocks depend on.
struct UNetLayout {
    int layers = 0; // resnets in a down block
    std::set<int> attentionUpBlocks;
};

UNetLayout unetLayout(std::span<const std::string> names)
{
    UNetLayout layout;
    for (const std::string& name : names) {
        const auto block = parseBlockName(name);
        if (!block)
            continue;
        if (!block->up && block->kind == "resnets")
            layout.layers = std::max(layout.layers, block->index + 1);
        if (block->up && block->kind == "attentions")
            layout.attentionUpBlocks.insert(block->block);
    }
    return layout;
}

// The single file numbers every resnet (with its attention) and every downsampler in one row.
std::string unetName(const std::string& name, const UNetLayout& layout)
{
    for (const Rename& resnet : unetMiddleResnets)
        if (name.starts_with(resnet.from))
            return std::string(resnet.to) + renamed(std::string_view(name).substr(resnet.from.size()), unetResnet);
    const auto block = parseBlockName(name);
    for (const std::string_view middle : {"mid_block.resnets.0.", "mid_block.resnets.1."})
        if (name.starts_with(middle))
            return renamed(std::string(middle), unetTop)
                + renamed(std::string_view(name).substr(middle.size()), unetResnet);
    if (!block)
        return renamed(name, unetTop);
    const int stride = layout.layers + 1;
    const std::string rest = block->kind == "resnets" ? renamed(block->rest, unetResnet) : std::string(block->rest);
    const auto at = [&](const char* side, int position, const std::string& inner) {
        return side + std::to_string(position) + "." + inner;
    };
    const int row = stride * block->block + block->index;
    const char* side = block->up ? "output_blocks." : "input_blocks.";
    const int position = block->up ? row : row + 1;
    if (block->kind == "resnets")
        return at(side, position, "0." + rest);
    if (block->kind == "attentions")
        return at(side, position, "1." + rest);
    if (block->kind == "downsamplers" && rest.starts_with("conv."))
        return at(side, stride * (block->block + 1), "0.op." + rest.substr(5));
    if (block->kind == "upsamplers")
        return at(side, stride * block->block + layout.layers,
            (layout.attentionUpBlocks.contains(block->block) ? "2." : "1.") + rest);
    return name;
}

// "7.rest" behind `front`: the number, with `name` then at the rest.
std::optional<int> numberBehind(std::string_view& name, std::string_view front)
{
    if (!name.starts_with(front))
        return std::nullopt;
    std::string_view rest = name.substr(front.size());
    const std::optional<int> number = takeNumber(rest);
    if (number)
        name = rest;
    return number;
}

constexpr std::string_view hintBlocks = "controlnet_cond_embedding.blocks.";

int hintBlockCount(std::span<const std::string> names)
{
    int count = 0;
    for (std::string_view name : names)
        count = std::max(count, numberBehind(name, hintBlocks).value_or(-1) + 1);
    return count;
}

// The single file numbers the convolutions on the hint together with the SiLU behind each.
std::string controlNetName(const std::string& name, const UNetLayout& layout, int hintCount)
{
    std::string_view rest = name;
    if (const auto number = numberBehind(rest, "controlnet_down_blocks."))
        return "zero_convs." + std::to_string(*number) + ".0." + std::string(rest);
    if (const auto number = numberBehind(rest, hintBlocks))
        return "input_hint_block." + std::to_string(2 * (*number + 1)) + "." + std::string(rest);
    const std::string last = "input_hint_block." + std::to_string(2 * (hintCount + 1)) + ".";
    const Rename ends[] = {{"controlnet_mid_block.", "middle_block_out.0."},
        {"controlnet_cond_embedding.conv_in.", "input_hint_block.0."}, {"controlnet_cond_embedding.conv_out.", last}};
    const std::string renamedEnd = renamed(name, ends);
    return renamedEnd == name ? unetName(name, layout) : renamedEnd;
}

constexpr Rename transformerTop[] = {
    {"pos_embed.pos_embed", "pos_embed"},
    {"pos_embed.proj.", "x_embedder.proj."},
    {"time_text_embed.timestep_embedder.linear_1.", "t_embedder.mlp.0."},
    {"time_text_embed.timestep_embedder.linear_2.", "t_embedder.mlp.2."},
    {"time_text_embed.text_embedder.linear_1.", "y_embedder.mlp.0."},
    {"time_text_embed.text_embedder.linear_2.", "y_embedder.mlp.2."},
    {"norm_out.linear.", "final_layer.adaLN_modulation.1.scale_shift."},
    {"final_layer.adaLN_modulation.1.", "final_layer.adaLN_modulation.1.shift_scale."},
    {"proj_out.", "final_layer.linear."},
};

constexpr Rename transformerBlock[] = {
    {"norm1.linear.", "x_block.adaLN_modulation.1."},
    {"norm1_context.linear.", "context_block.adaLN_modulation.1."},
    {"attn.to_q.", "x_block.attn.q."},
    {"attn.to_k.", "x_block.attn.k."},
    {"attn.to_v.", "x_block.attn.v."},
    {"attn.to_out.0.", "x_block.attn.proj."},
    {"attn.norm_q.", "x_block.attn.ln_q."},
    {"attn.norm_k.", "x_block.attn.ln_k."},
    {"attn.add_q_proj.", "context_block.attn.q."},
    {"attn.add_k_proj.", "context_block.attn.k."},
    {"attn.add_v_proj.", "context_block.attn.v."},
    {"attn.to_add_out.", "context_block.attn.proj."},
    {"attn.norm_added_q.", "context_block.attn.ln_q."},
    {"attn.norm_added_k.", "context_block.attn.ln_k."},
    {"attn2.to_q.", "x_block.attn2.q."},
    {"attn2.to_k.", "x_block.attn2.k."},
    {"attn2.to_v.", "x_block.attn2.v."},
    {"attn2.to_out.0.", "x_block.attn2.proj."},
    {"attn2.norm_q.", "x_block.attn2.ln_q."},
    {"attn2.norm_k.", "x_block.attn2.ln_k."},
    {"ff.net.0.proj.", "x_block.mlp.fc1."},
    {"ff.net.2.", "x_block.mlp.fc2."},
    {"ff_context.net.0.proj.", "context_block.mlp.fc1."},
    {"ff_context.net.2.", "context_block.mlp.fc2."},
};

// The last block's text is only read: its modulation has a shift and a scale alone.
constexpr Rename lastTransformerBlock[] = {
    {"norm1_context.linear.", "context_block.adaLN_modulation.1.scale_shift."},
    {"context_block.adaLN_modulation.1.", "context_block.adaLN_modulation.1.shift_scale."},
};

constexpr std::string_view jointBlocks[] = {"transformer_blocks.", "joint_blocks."};

int lastJointBlock(std::span<const std::string> names)
{
    int last = -1;
    for (std::string_view name : names)
        for (const std::string_view front : jointBlocks)
            last = std::max(last, numberBehind(name, front).value_or(-1));
    return last;
}

std::string transformerName(const std::string& name, int lastBlock)
{
    std::string_view rest = name;
    std::optional<int> block;
    for (const std::string_view front : jointBlocks)
        block = block ? block : numberBehind(rest, front);
    if (!block)
        return renamed(name, transformerTop);
    const std::string last = *block == lastBlock ? renamed(rest, lastTransformerBlock) : std::string(rest);
    return "joint_blocks." + std::to_string(*block) + "." + renamed(last, transformerBlock);
}

std::string textName(std::string_view name)
{
    if (name.starts_with("text_model."))
        return std::string(name.substr(11));
    if (const auto number = numberBehind(name, "transformer.resblocks."))
        return "encoder.layers." + std::to_string(*number) + "." + renamed(name, textLayer);
    return renamed(name, textTop);
}

// `upBlocks`: how many the decoder has; the single file counts them from the last.
std::string vaeName(const std::string& name, int upBlocks)
{
    const size_t dot = name.find('.');
    const std::string side = name.substr(0, dot == name.npos ? 0 : dot + 1);
    if (side != "encoder." && side != "decoder.")
        return name;
    const std::string_view inner = std::string_view(name).substr(side.size());
    if (inner.starts_with("mid_block.attentions.0."))
        return side + "mid.attn_1." + renamed(inner.substr(23), vaeAttention);
    const auto block = parseBlockName(inner);
    if (!block)
        return side + renamed(inner, vaeTop);
    const int number = block->up ? upBlocks - 1 - block->block : block->block;
    const std::string place = side + (block->up ? "up." : "down.") + std::to_string(number) + ".";
    if (block->kind == "resnets")
        return place + "block." + std::to_string(block->index) + "." + renamed(block->rest, vaeResnet);
    return place + (block->up ? "upsample." : "downsample.") + std::string(block->rest);
}

int vaeUpBlocks(std::span<const std::string> names)
{
    int blocks = 0;
    for (const std::string& name : names)
        if (name.starts_with("decoder."))
            if (const auto block = parseBlockName(std::string_view(name).substr(8)); block && block->up)
                blocks = std::max(blocks, block->block + 1);
    return blocks;
}

// Replaces the front of the name by the first row that fits, the other way.
std::string renamedBack(std::string_view name, std::span<const Rename> rows)
{
    for (const Rename& row : rows)
        if (name.starts_with(row.to))
            return std::string(row.from) + std::string(name.substr(row.to.size()));
    return std::string(name);
}

// stride: blocks of one level, its resampling among them.
std::string diffusersUNetName(std::string_view name, int stride)
{
    for (const Rename& resnet : unetMiddleResnets)
        if (name.starts_with(resnet.to))
            return std::string(resnet.from) + renamedBack(name.substr(resnet.to.size()), unetResnet);
    std::string_view rest = name;
    const bool down = name.starts_with("input_blocks.") && !name.starts_with("input_blocks.0.");
    const auto block = numberBehind(rest, down ? "input_blocks." : "output_blocks.");
    const auto part = block ? takeNumber(rest) : std::nullopt;
    if (!part)
        return renamedBack(name, unetTop);
    const int row = down ? *block - 1 : *block;
    const std::string level = (down ? "down_blocks." : "up_blocks.") + std::to_string(row / stride) + ".";
    const std::string index = std::to_string(row % stride) + ".";
    if (rest.starts_with("op."))
        return level + "downsamplers.0.conv." + std::string(rest.substr(3));
    if (rest.starts_with("conv."))
        return level + "upsamplers.0." + std::string(rest);
    return *part == 0 ? level + "resnets." + index + renamedBack(rest, unetResnet)
                      : level + "attentions." + index + std::string(rest);
}

}

std::string_view partName(Part part)
{
    constexpr std::string_view names[] = {
        "text encoder", "second text encoder", "third text encoder", "UNet", "transformer", "VAE", "ControlNet"};
    return names[size_t(part)];
}

std::vector<std::string> singleFileNames(Part part, std::span<const std::string> names)
{
    const UNetLayout layout = unetLayout(names);
    const int upBlocks = vaeUpBlocks(names), hintCount = hintBlockCount(names), lastBlock = lastJointBlock(names);
    std::vector<std::string> result;
    result.reserve(names.size());
    for (const std::string& name : names)
        result.push_back(part == Part::UNet ? unetName(name, layout)
                : part == Part::Vae         ? vaeName(name, upBlocks)
                : part == Part::ControlNet  ? controlNetName(name, layout, hintCount)
                : part == Part::Transformer ? transformerName(name, lastBlock)
                                            : textName(name));
    return result;
}

std::vector<std::string> diffusersUNetNames(std::span<const std::string> names)
{
    // The first downsampling ends the first level.
    int stride = INT_MAX;
    for (std::string_view name : names)
        if (const auto block = numberBehind(name, "input_blocks."); block && name.starts_with("0.op."))
            stride = std::min(stride, *block);
    std::vector<std::string> result;
    for (const std::string& name : names)
        result.push_back(diffusersUNetName(name, stride));
    return result;
}

std::string diffusersTransformerName(std::string_view name)
{
    std::string_view rest = name;
    const auto block = numberBehind(rest, "joint_blocks.");
    if (!block)
        return renamedBack(name, transformerTop);
    const std::string last = renamedBack(rest, std::span(lastTransformerBlock).first(1));
    return "transformer_blocks." + std::to_string(*block) + "." + renamedBack(last, transformerBlock);
}

}
