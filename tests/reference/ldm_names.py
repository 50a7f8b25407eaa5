"""The names a Stable Diffusion 1.x single file gives to the weights of a diffusers UNet, VAE and CLIP text encoder.

One direction only, diffusers to single file: the references are computed with diffusers, the files are written from it.
"""
import re

UNET_PREFIX = "model.diffusion_model."
VAE_PREFIX = "first_stage_model."
TEXT_PREFIX = "cond_stage_model.transformer.text_model."
CONTROL_PREFIX = "control_model."

_RESNET = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1",
           "norm2": "out_layers.0", "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
_UNET_ENDS = {"conv_in": "input_blocks.0.0", "time_embedding.linear_1": "time_embed.0",
              "time_embedding.linear_2": "time_embed.2", "conv_norm_out": "out.0", "conv_out": "out.2"}
_MIDDLE = {"resnets.0": "middle_block.0", "attentions.0": "middle_block.1", "resnets.1": "middle_block.2"}
_VAE_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def _unet_block(name):
    """The single-file place of 'down_blocks.1.resnets.0' and its like (SD 1.x: 4 levels, 2 layers a level)."""
    if name.startswith("mid_block."):
        return _MIDDLE[name.removeprefix("mid_block.")]
    side, level, kind, index = re.fullmatch(r"(down|up)_blocks\.(\d)\.(\w+)\.(\d)", name).groups()
    level, index = int(level), int(index)
    if kind == "downsamplers":
        return f"input_blocks.{3 * level + 3}.0"
    if kind == "upsamplers":  # behind the last resnet and, below the lowest level, its attention
        return f"output_blocks.{3 * level + 2}.{1 if level == 0 else 2}"
    number = 3 * level + index + 1 if side == "down" else 3 * level + index
    return f"{'input' if side == 'down' else 'output'}_blocks.{number}.{0 if kind == 'resnets' else 1}"


def unet_name(name):
    module, leaf = name.rsplit(".", 1)
    if module in _UNET_ENDS:
        return f"{UNET_PREFIX}{_UNET_ENDS[module]}.{leaf}"
    block, inner = re.fullmatch(r"((?:mid_block|(?:down|up)_blocks\.\d)\.\w+\.\d)\.(.+)", module).groups()
    if ".resnets." in block:
        inner = _RESNET[inner]
    elif ".downsamplers." in block:
        inner = "op"
    return f"{UNET_PREFIX}{_unet_block(block)}.{inner}.{leaf}"


def control_name(name):
    """Of a ControlNet with four levels of two layers and a hint block of eight convolutions."""
    module, leaf = name.rsplit(".", 1)
    if found := re.fullmatch(r"controlnet_down_blocks\.(\d+)", module):
        return f"{CONTROL_PREFIX}zero_convs.{found[1]}.0.{leaf}"
    if module == "controlnet_mid_block":
        return f"{CONTROL_PREFIX}middle_block_out.0.{leaf}"
    if module.startswith("controlnet_cond_embedding."):
        part = module.removeprefix("controlnet_cond_embedding.")
        number = {"conv_in": 0, "conv_out": 14}.get(part)
        number = 2 * (int(part.removeprefix("blocks.")) + 1) if number is None else number
        return f"{CONTROL_PREFIX}input_hint_block.{number}.{leaf}"
    return CONTROL_PREFIX + unet_name(name).removeprefix(UNET_PREFIX)


def vae_name(name):
    name = name.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    name = re.sub(r"mid_block\.attentions\.0\.([\w.]+)\.(\w+)$",
                  lambda m: f"mid.attn_1.{_VAE_ATTENTION[m[1]]}.{m[2]}", name)
    name = re.sub(r"down_blocks\.(\d)", r"down.\1", name)
    name = re.sub(r"up_blocks\.(\d)", lambda m: f"up.{3 - int(m[1])}", name)  # the single file counts from the image
    name = re.sub(r"resnets\.(\d)", r"block.\1", name)
    return VAE_PREFIX + re.sub(r"(down|up)samplers\.0", r"\1sample", name)


def text_name(name):
    """Takes both spellings: transformers 5 leaves out the 'text_model.' that folders carry."""
    return TEXT_PREFIX + name.removeprefix("text_model.")


def vae_shape(single_file_name, shape):
    """The VAE's attention matrices are 1x1 convolutions in a single file."""
    is_attention_matrix = ".mid.attn_1." in single_file_name and len(shape) == 2
    return (*shape, 1, 1) if is_attention_matrix else tuple(shape)


def single_file_state(unet, vae, text):
    """The three diffusers/transformers state dicts as one dict with single-file names and shapes."""
    state = {unet_name(k): v for k, v in unet.items()}
    for k, v in vae.items():
        state[vae_name(k)] = v.reshape(vae_shape(vae_name(k), v.shape))
    state.update({text_name(k): v for k, v in text.items()})
    return state
