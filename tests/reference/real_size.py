"""A Stable Diffusion 1.5 of random weights at its real size, and what diffusers and transformers compute with it.

The file (2.1 GB, fp16) has the names and shapes of a published single file: 1,130 weights and the position ids. It is
too large to keep; the results are tests/data/real_size.safetensors, whose names tests/data/README.md lists.

    python real_size.py FILE           writes FILE and the results; about 5 GB of memory
    python real_size.py FILE --model   writes FILE alone
"""
import json
import math
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch
from safetensors import safe_open
from transformers import CLIPTextConfig, CLIPTextModel

import ldm_names
import tiny_models
from networks import full_vocabulary, token_ids

SHAPE = tiny_models.Shape((320, 640, 1280, 1280), 32, 8, (128, 256, 512, 512), 32, 768, 12, 12, 49408)
POSITION_IDS = ldm_names.TEXT_PREFIX + "embeddings.position_ids"
POOL = 1 << 24
PROMPT = "a red house on green grass, sunset"
TIMESTEP = 501


def empty_models():
    """(unet, vae, text) of shapes without values."""
    with torch.device("meta"):
        return tiny_models.build(SHAPE)


def shapes():
    state = ldm_names.single_file_state(*(m.state_dict() for m in empty_models()))
    return {name: tuple(t.shape) for name, t in sorted(state.items()) if name != POSITION_IDS}


def values(pool, name, shape):
    """fp16; each tensor begins elsewhere in the one pool of normals."""
    mean, deviation = tiny_models.spread(name, shape)
    begin = zlib.crc32(name.encode()) % (POOL // 2)
    return (mean + deviation * np.resize(pool[begin:], math.prod(shape))).astype(np.float16)


def write_model(path):
    """One tensor at a time: the whole is never in memory."""
    names = shapes()
    assert len(names) == 1130
    header, end = {"__metadata__": {"format": "pt"}}, 77 * 8
    header[POSITION_IDS] = {"dtype": "I64", "shape": [1, 77], "data_offsets": [0, end]}
    for name, shape in names.items():
        begin, end = end, end + 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    pool = np.random.default_rng(0).standard_normal(POOL, dtype=np.float32)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + np.arange(77, dtype="<i8").tobytes())
        for name, shape in names.items():
            file.write(values(pool, name, shape).tobytes())


def load(path, module, name_of):
    """The module with the file's weights in fp32."""
    with safe_open(path, "pt") as file:
        state = {k: file.get_tensor(name_of(k)).float().reshape(v.shape) for k, v in module.state_dict().items()}
    module.load_state_dict(state, assign=True)
    return module


@torch.no_grad()
def write_results(path):
    ids = token_ids(full_vocabulary(), [PROMPT])
    text = CLIPTextModel(CLIPTextConfig(**tiny_models.text_config(SHAPE))).eval()  # its position ids are computed, so no meta
    context = load(path, text, ldm_names.text_name)(ids).last_hidden_state
    unet = load(path, empty_models()[0], ldm_names.unet_name)
    latent = torch.randn(1, 4, 32, 32, generator=torch.Generator().manual_seed(1))
    out = {"text.ids": ids, "text.last": context, "unet.latent": latent,
           f"unet.t{TIMESTEP}": unet(latent, TIMESTEP, context).sample}
    for name, tensor in out.items():
        print(f"{name:10} {tuple(tensor.shape)} deviation {tensor.float().std():.3g}")
    assert all(torch.isfinite(t).all() for t in out.values())
    tiny_models.save(tiny_models.DATA / "real_size.safetensors", out, {"prompt": PROMPT})


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    write_model(target)
    if "--model" not in sys.argv:
        torch.set_num_threads(2)
        write_results(target)
