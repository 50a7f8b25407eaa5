"""A Stable Diffusion 1.5 of random weights at its real size, and what diffusers and transformers compute with it.

The file (2.1 GB, fp16) has the names and shapes of a published single file: 1,130 weights and the position ids. It is
too large to keep; the results are tests/data/real_size.safetensors, whose names tests/data/README.md lists.

    python real_size.py FILE           writes FILE and the results; about 5 GB of memory
    python real_size.py FILE --model   writes FILE alone

    python real_size.py FILE --control NET            writes a ControlNet of 340 tensors (0.7 GB) and its results with
                                                      FILE's UNet: tests/data/real_size_control.safetensors
    python real_size.py FILE --control NET --model    writes NET alone
"""
import json
import math
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch
from diffusers import ControlNetModel
from safetensors import safe_open
from transformers import CLIPTextConfig, CLIPTextModel

import ldm_names
import stored
import tiny_models
from controlnets import hint
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


def values(pool, name, shape, spread=tiny_models.spread):
    """fp16; each tensor begins elsewhere in the one pool of normals."""
    mean, deviation = spread(name, shape)
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
    tiny_models.save(stored.DATA / "real_size.safetensors", out, {"prompt": PROMPT})


def empty_control():
    config = {k: v for k, v in tiny_models.unet_config(SHAPE).items()
              if k not in ("sample_size", "out_channels", "up_block_types", "center_input_sample")}
    with torch.device("meta"):
        return ControlNetModel(**config).eval()


def write_control(path):
    """With the zero convolutions a fifth of what keeps their size, or they would drown the UNet's own values."""
    names = {ldm_names.control_name(k): tuple(v.shape) for k, v in empty_control().state_dict().items()}
    assert len(names) == 340
    pool = np.random.default_rng(1).standard_normal(POOL, dtype=np.float32)
    small = lambda name: 0.2 if "zero_convs" in name or "middle_block_out" in name else 1.0
    tiny_models.save(path, {name: torch.from_numpy(values(pool, name, shape).reshape(shape) * np.float16(small(name)))
                            for name, shape in names.items()}, {"format": "pt"})


@torch.no_grad()
def write_control_results(model, control):
    """Residuals at every 97th element (N C H W), which keeps the file small, and the UNet with them."""
    from safetensors.torch import load_file
    plain = load_file(stored.DATA / "real_size.safetensors")
    latent, context = plain["unet.latent"], plain["text.last"]
    net = load(control, empty_control(), ldm_names.control_name)
    down, middle = net(latent, TIMESTEP, context, controlnet_cond=hint(256, 256), return_dict=False)
    del net
    out = {f"residual.{i}": r.flatten()[::97].clone() for i, r in enumerate([*down, middle])}
    unet = load(model, empty_models()[0], ldm_names.unet_name)
    out[f"unet.t{TIMESTEP}"] = unet(latent, TIMESTEP, context, down_block_additional_residuals=down,
                                    mid_block_additional_residual=middle).sample
    before = plain[f"unet.t{TIMESTEP}"]
    print(f"the UNet's output changes by {(out[f'unet.t{TIMESTEP}'] - before).std() / before.std():.3g} of its size")
    assert all(torch.isfinite(t).all() for t in out.values())
    tiny_models.save(stored.DATA / "real_size_control.safetensors", out, {})


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    if "--control" in sys.argv:
        net = pathlib.Path(sys.argv[sys.argv.index("--control") + 1])
        write_control(net)
        if "--model" not in sys.argv:
            torch.set_num_threads(2)
            write_control_results(target, net)
        sys.exit()
    write_model(target)
    if "--model" not in sys.argv:
        torch.set_num_threads(2)
        write_results(target)
