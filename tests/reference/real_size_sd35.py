"""A Stable Diffusion 3.5 medium of random weights at its real size, and what diffusers and transformers compute with it.

Five files (16.5 GB, fp16) in folders as ComfyUI has them, with the names and shapes of those published:
diffusion_models/sd3.5_medium, text_encoders/clip_l, clip_g and t5xxl_fp16, vae/sd3_vae. They are too large to keep; the
results are tests/data/real_size_sd35.safetensors, whose names tests/data/README.md lists.

    python real_size_sd35.py FOLDER WHEEL     writes the files that FOLDER lacks and the results; less than 8 GB of memory
    python real_size_sd35.py FOLDER --model   writes the files alone

WHEEL has T5's tokenizer, as in stable_diffusion_3.py.
"""
import pathlib
import sys

import torch
from diffusers import AutoencoderKL, SD3Transformer2DModel
from safetensors import safe_open
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, T5Config, T5EncoderModel

import ldm_names
import real_size
import stable_diffusion_3 as sd3
import stored
import tiny_models
from networks import full_vocabulary, token_ids
from real_size_xl import KEPT, write_file
from tiny_models import Shape

MODEL = sd3.Model(24, 24, 64, 4096, 384, tuple(range(13)), True, (), Shape((), 0, 0, (128, 256, 512, 512), 32, 0, 0, 0, 0),
                  Shape((), 0, 0, (), 0, 768, 12, 12, 49408), Shape((), 0, 0, (), 0, 1280, 20, 32, 49408), 1280, True)
T5 = sd3.t5_config(4096, 24, 64, 64, 10240)
PROMPT, TIME = "a red house on green grass, sunset", 501.0
FILES = {"transformer": "diffusion_models/sd3.5_medium", "clip_l": "text_encoders/clip_l", "clip_g": "text_encoders/clip_g",
         "t5": "text_encoders/t5xxl_fp16", "vae": "vae/sd3_vae"}
SHARED, EMBEDDED = "shared.weight", "encoder.embed_tokens.weight"  # the same numbers, which the file has twice


def file_of(folder, name):
    return folder / f"{FILES[name]}.safetensors"


def empty(name):
    """The library's module without values."""
    with torch.device("meta"):
        if name == "transformer":
            return SD3Transformer2DModel(**sd3.transformer_config(MODEL)).eval()
        if name == "vae":
            return AutoencoderKL(**sd3.vae_config(MODEL.vae)).eval()
        if name == "t5":
            return T5EncoderModel(T5Config(**T5)).eval()
        return clip(name)


def clip(name):
    shape, pooled = (MODEL.clip_l, 0) if name == "clip_l" else (MODEL.clip_g, MODEL.pooled)
    return CLIPTextModelWithProjection(CLIPTextConfig(**sd3.text_config(shape, pooled))).eval()


def shapes(name):
    module = empty(name)
    if name == "transformer":  # this file is a checkpoint without the rest
        return {sd3.PREFIXES[name] + k: v for k, v in sorted(sd3.transformer_shapes(module).items())}
    state = {k: tuple(v.shape) for k, v in sorted(module.state_dict().items())}
    if name == "vae":
        names = {k: ldm_names.vae_name(k) for k in state}
        return {names[k].removeprefix(ldm_names.VAE_PREFIX): ldm_names.vae_shape(names[k], v) for k, v in state.items()}
    if name == "clip_l":
        del state["text_projection.weight"]
    return state


def values(pool, name, shape):
    """T5 does not divide its scores by anything, so that its queries are small."""
    def spread(name, shape):
        mean, deviation = tiny_models.spread(name, shape)
        return mean, deviation / T5["d_kv"]**0.5 if name.endswith("SelfAttention.q.weight") else deviation

    return real_size.values(pool, SHARED if name == EMBEDDED else name, shape, spread)


def write_files(folder):
    for name in FILES:
        path = file_of(folder, name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, shapes(name), values)


def streamed(module, blocks, tensor):
    """An empty module with its weights, those of the blocks only as long as each is at work. tensor: the fp32 values of a
    name of the module's."""
    paths = {f"{path}.": block for path, block in module.named_modules() if block in list(blocks)}
    module.load_state_dict({k: tensor(k) for k in module.state_dict() if not k.startswith(tuple(paths))}, strict=False,
                           assign=True)
    for path, block in paths.items():
        block.register_forward_pre_hook(
            lambda block, _, path=path: block.load_state_dict({k: tensor(path + k) for k in block.state_dict()}, assign=True)
            and None)
        block.register_forward_hook(lambda block, _, result: block.to("meta") and None)
    return module


def clip_outputs(folder, name, tokenizer):
    """(ids, states of the last layer but one, pooled)."""
    module = clip(name)  # its position ids are computed, so no meta
    with safe_open(file_of(folder, name), "pt") as file:
        state = {k: file.get_tensor(k).float() for k in file.keys()}
    state.setdefault("text_projection.weight", torch.eye(MODEL.clip_l.text_width))
    module.load_state_dict(state, assign=True)
    ids = token_ids(tokenizer, [PROMPT])
    found = module(ids, output_hidden_states=True)
    return ids, found.hidden_states[-2], found.text_embeds


class Floats:
    """The tensors of an open file in fp32, read as they are asked for."""

    def __init__(self, file, prefix=""):
        self.file, self.prefix = file, prefix

    def __getitem__(self, name):
        return self.file.get_tensor(self.prefix + name).float()


@torch.no_grad()
def write_results(folder, wheel):
    words = full_vocabulary()
    clip_l = clip_outputs(folder, "clip_l", words)
    words.pad_token = "!"
    clip_g = clip_outputs(folder, "clip_g", words)

    ids = token_ids(sd3.t5_tokenizer(wheel), [PROMPT])
    with safe_open(file_of(folder, "t5"), "pt") as file:
        module = empty("t5")
        states = streamed(module, module.encoder.block, Floats(file).__getitem__)(ids).last_hidden_state
        del module
    out = {"clip_l.ids": clip_l[0], "clip_g.ids": clip_g[0], "t5.ids": ids, "pooled": torch.cat([clip_l[2], clip_g[2]], -1)}
    for name, found in (("clip_l", clip_l[1]), ("clip_g", clip_g[1]), ("t5", states)):
        out[f"{name}.states"] = found.flatten()[::KEPT].clone()

    context = torch.cat([clip_l[1], clip_g[1]], -1)
    context = torch.cat([torch.nn.functional.pad(context, (0, MODEL.context - context.shape[-1])), states], 1)
    latent = torch.randn(1, 16, 32, 32, generator=torch.Generator().manual_seed(1))
    with safe_open(file_of(folder, "transformer"), "pt") as file:
        module, theirs = empty("transformer"), Floats(file, sd3.PREFIXES["transformer"])
        streamed(module, module.transformer_blocks, lambda k: sd3.of_module(theirs, k, module))
        out[f"transformer.t{TIME:g}"] = module(latent, context, out["pooled"], torch.tensor([TIME])).sample
    for name, tensor in out.items():
        print(f"{name:16} {tuple(tensor.shape)} deviation {tensor.float().std():.3g}")
    assert all(torch.isfinite(t).all() for t in out.values())
    tiny_models.save(stored.DATA / "real_size_sd35.safetensors", out, {"prompt": PROMPT})


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    write_files(target)
    if "--model" not in sys.argv:
        torch.set_num_threads(2)
        write_results(target, sys.argv[2])
