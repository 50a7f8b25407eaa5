"""An SDXL base of random weights at its real size, and what diffusers and transformers compute with it.

The file (6.9 GB, fp16) has the names and shapes of the published single file. It is too large to keep; the results are
tests/data/real_size_xl.safetensors, whose names tests/data/README.md lists.

    python real_size_xl.py FILE           writes FILE and the results; about 14 GB of memory
    python real_size_xl.py FILE --model   writes FILE alone
"""
import json
import math
import pathlib
import struct
import sys

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

import ldm_names
import real_size
import stable_diffusion_xl as xl
import stored
import tiny_models
from networks import full_vocabulary, token_ids
from stable_diffusion_2 import clip_state
from tiny_models import Shape

ATTENDS = (0, 2, 10)
SHAPE = Shape((320, 640, 1280), 32, [5, 10, 20], (128, 256, 512, 512), 32, 1280, 20, 32, 49408)
FIRST_TEXT = Shape((), 0, 0, (), 0, 768, 12, 12, 49408)
PROMPT, TIMESTEP, SIZES = "a red house on green grass, sunset", 501, [[1024.0, 1024, 0, 0, 1024, 1024]]
KEPT = 97  # every so many numbers of the text states


def unet_config():
    return {**xl.unet_config(SHAPE, ATTENDS, 2048, 6), "addition_time_embed_dim": 256,
            "projection_class_embeddings_input_dim": 2816}


def text_config(s, large):
    return {**tiny_models.text_config(s), **({"hidden_act": "gelu", "projection_dim": 1280} if large else {})}


def shapes():
    with torch.device("meta"):
        unet, vae = UNet2DConditionModel(**unet_config()), AutoencoderKL(**xl.vae_config(SHAPE))
        first = CLIPTextModel(CLIPTextConfig(**text_config(FIRST_TEXT, False)))
    names = {xl.unet_name(k, ATTENDS): tuple(v.shape) for k, v in unet.state_dict().items()}
    names |= {ldm_names.vae_name(k): ldm_names.vae_shape(ldm_names.vae_name(k), v.shape) for k, v in vae.state_dict().items()}
    names |= {xl.FIRST + k.removeprefix("text_model."): tuple(v.shape) for k, v in first.state_dict().items()}
    large = xl.open_clip_shapes(SHAPE) | {"text_projection": (1280, 1280)}
    return dict(sorted((names | {xl.SECOND + k: v for k, v in large.items()}).items()))


def write_file(path, names, values=real_size.values):
    """Of names and shapes, one tensor at a time: the whole is never in memory."""
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in names.items():
        begin, end = end, end + 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    pool = np.random.default_rng(0).standard_normal(real_size.POOL, dtype=np.float32)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in names.items():
            file.write(values(pool, name, shape).tobytes())
    print(f"{path.name}: {len(names)} tensors, {path.stat().st_size / 2**30:.2f} GiB")


@torch.no_grad()
def write_results(path):
    from safetensors import safe_open
    tokenizer = full_vocabulary()
    first = CLIPTextModel(CLIPTextConfig(**text_config(FIRST_TEXT, False))).eval()
    real_size.load(path, first, lambda k: xl.FIRST + k.removeprefix("text_model."))
    ids = token_ids(tokenizer, [PROMPT])
    states = [first(ids, output_hidden_states=True).hidden_states[-2]]
    del first
    large = CLIPTextModelWithProjection(CLIPTextConfig(**text_config(SHAPE, True))).eval()
    with safe_open(path, "pt") as file:
        theirs = {k.removeprefix(xl.SECOND): file.get_tensor(k).float() for k in file.keys() if k.startswith(xl.SECOND)}
    clip = clip_state(theirs, SHAPE) | {"text_projection.weight": theirs["text_projection"].T}
    large.load_state_dict({k: clip[k.removeprefix("text_model.")] for k in large.state_dict()}, assign=True)
    del theirs, clip
    tokenizer.pad_token = "!"
    large_ids = token_ids(tokenizer, [PROMPT])
    found = large(large_ids, output_hidden_states=True)
    del large
    context = torch.cat([*states, found.hidden_states[-2]], -1)
    with torch.device("meta"):
        unet = UNet2DConditionModel(**unet_config()).eval()
    real_size.load(path, unet, lambda k: xl.unet_name(k, ATTENDS))
    latent = torch.randn(1, 4, 32, 32, generator=torch.Generator().manual_seed(1))
    given = {"text_embeds": found.text_embeds, "time_ids": torch.tensor(SIZES)}
    out = {"first.ids": ids, "large.ids": large_ids, "context": context.flatten()[::KEPT].clone(),
           "pooled": found.text_embeds, f"unet.t{TIMESTEP}": unet(latent, TIMESTEP, context, added_cond_kwargs=given).sample}
    for name, tensor in out.items():
        print(f"{name:10} {tuple(tensor.shape)} deviation {tensor.float().std():.3g}")
    assert all(torch.isfinite(t).all() for t in out.values())
    tiny_models.save(stored.DATA / "real_size_xl.safetensors", out, {"prompt": PROMPT})


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    if not target.exists():
        write_file(target, shapes())
    if "--model" not in sys.argv:
        torch.set_num_threads(2)
        write_results(target)
