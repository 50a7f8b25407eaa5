"""Writes tests/data/network_settings.json: tiny model a's UNet and text encoder with settings that Stable Diffusion 1.x
does not have, in numpy. The functions follow diffusers' unet_2d_condition.py, unet_2d_blocks.py, resnet.py, embeddings.py
and transformers' modeling_clip.py; with the usual settings they must give what torch gave (networks_a.safetensors).

    pip install numpy safetensors; python network_settings.py FOLDER     with FOLDER/tiny_a and FOLDER/networks_a.safetensors
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

DATA = Path(__file__).resolve().parents[1] / "data"
erf = np.vectorize(math.erf)
ACTIVATIONS = {
    "silu": lambda x: x / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))),
    "gelu_new": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "quick_gelu": lambda x: x / (1 + np.exp(-1.702 * x)),
}
USUAL = {"act_fn": "silu", "norm_eps": 1e-5, "freq_shift": 0, "flip_sin_to_cos": True, "center_input_sample": False,
         "mid_block_scale_factor": 1, "guidance": None}
CASES = {"act_fn relu": {"act_fn": "relu"}, "act_fn gelu": {"act_fn": "gelu"}, "norm_eps": {"norm_eps": 0.05},
         "freq_shift": {"freq_shift": 1}, "flip_sin_to_cos": {"flip_sin_to_cos": False},
         "center_input_sample": {"center_input_sample": True}, "mid_block_scale_factor": {"mid_block_scale_factor": 2.5},
         "guidance": {"guidance": 7.5}}
TEXT_CASES = {"hidden_act relu": ("relu", 1e-5), "hidden_act gelu": ("gelu", 1e-5),
              "hidden_act gelu_new": ("gelu_new", 1e-5), "layer_norm_eps": ("quick_gelu", 0.05)}
GROUPS, HEADS, TEXT_HEADS, GUIDANCE_WIDTH = 4, 2, 2, 6


def values(shape, step, size):
    """The same numbers as the test makes: spread over -size to size."""
    k = np.arange(math.prod(shape))
    return ((k * step % 2003) / 1001.0 - 1).reshape(shape) * size


def linear(w, name, x):
    y = x @ w[name + ".weight"].reshape(len(w[name + ".weight"]), -1).T
    return y + w[name + ".bias"] if name + ".bias" in w else y


def conv(w, name, x, stride=1):
    weight, pad = w[name + ".weight"], w[name + ".weight"].shape[2] // 2
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    height, width = [(s - weight.shape[2]) // stride + 1 for s in x.shape[2:]]
    y = sum(np.einsum("oi,nihw->nohw", weight[:, :, i, j],
                      x[:, :, i:i + stride * height:stride, j:j + stride * width:stride])
            for i in range(weight.shape[2]) for j in range(weight.shape[3]))
    return y + w[name + ".bias"][:, None, None]


def group_norm(w, name, x, eps):
    g = x.reshape(len(x), GROUPS, -1)
    g = (g - g.mean(2, keepdims=True)) / np.sqrt(g.var(2, keepdims=True) + eps)
    return g.reshape(x.shape) * w[name + ".weight"][:, None, None] + w[name + ".bias"][:, None, None]


def layer_norm(w, name, x, eps=1e-5):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)
    return x * w[name + ".weight"] + w[name + ".bias"]


def attention(q, k, v, heads, causal=False):
    split = lambda x: x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3)
    scores = split(q) @ split(k).transpose(0, 1, 3, 2) / math.sqrt(q.shape[2] // heads)
    if causal:
        scores += np.triu(np.full(scores.shape[2:], -np.inf), 1)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = scores / scores.sum(-1, keepdims=True) @ split(v)
    return mixed.transpose(0, 2, 1, 3).reshape(q.shape)


def timestep_embedding(t, width, flip, shift):
    half = width // 2
    angle = t * np.exp(-math.log(10000) * np.arange(half) / (half - shift))
    return np.concatenate([np.cos(angle), np.sin(angle)] if flip else [np.sin(angle), np.cos(angle)])[None]


def resnet(w, name, x, temb, s, divisor=1):
    act = ACTIVATIONS[s["act_fn"]]
    h = conv(w, name + ".conv1", act(group_norm(w, name + ".norm1", x, s["norm_eps"])))
    h = h + linear(w, name + ".time_emb_proj", act(temb))[:, :, None, None]
    h = conv(w, name + ".conv2", act(group_norm(w, name + ".norm2", h, s["norm_eps"])))
    x = conv(w, name + ".conv_shortcut", x) if name + ".conv_shortcut.weight" in w else x
    return (x + h) / divisor


def transformer(w, name, x, context):
    n, c, height, width = x.shape
    h = conv(w, name + ".proj_in", group_norm(w, name + ".norm", x, 1e-6))
    h = h.reshape(n, c, -1).transpose(0, 2, 1)
    block = name + ".transformer_blocks.0"
    for i, other in (("1", None), ("2", context)):
        q = layer_norm(w, f"{block}.norm{i}", h)
        keys, part = q if other is None else other, f"{block}.attn{i}"
        mixed = attention(linear(w, part + ".to_q", q), linear(w, part + ".to_k", keys), linear(w, part + ".to_v", keys), HEADS)
        h = h + linear(w, part + ".to_out.0", mixed)
    a, gate = np.split(linear(w, block + ".ff.net.0.proj", layer_norm(w, block + ".norm3", h)), 2, -1)
    h = h + linear(w, block + ".ff.net.2", a * ACTIVATIONS["gelu"](gate))
    return x + conv(w, name + ".proj_out", h.transpose(0, 2, 1).reshape(x.shape))


def unet(w, x, t, context, **settings):
    s = {**USUAL, **settings}
    x = 2 * x - 1 if s["center_input_sample"] else x
    waves = timestep_embedding(t, w["conv_in.weight"].shape[0], s["flip_sin_to_cos"], s["freq_shift"])
    if s["guidance"] is not None:
        waves = waves + timestep_embedding(1000 * s["guidance"], GUIDANCE_WIDTH, False, 1) @ values(
            (waves.shape[1], GUIDANCE_WIDTH), 31, 0.5).T
    temb = linear(w, "time_embedding.linear_2", ACTIVATIONS[s["act_fn"]](linear(w, "time_embedding.linear_1", waves)))
    h = conv(w, "conv_in", x)
    skips = [h]
    for i in range(4):
        for j in range(2):
            h = resnet(w, f"down_blocks.{i}.resnets.{j}", h, temb, s)
            if i < 3:
                h = transformer(w, f"down_blocks.{i}.attentions.{j}", h, context)
            skips.append(h)
        if i < 3:
            h = conv(w, f"down_blocks.{i}.downsamplers.0.conv", h, 2)
            skips.append(h)
    h = resnet(w, "mid_block.resnets.0", h, temb, s, s["mid_block_scale_factor"])
    h = transformer(w, "mid_block.attentions.0", h, context)
    h = resnet(w, "mid_block.resnets.1", h, temb, s, s["mid_block_scale_factor"])
    for i in range(4):
        for j in range(3):
            h = resnet(w, f"up_blocks.{i}.resnets.{j}", np.concatenate([h, skips.pop()], 1), temb, s)
            if i > 0:
                h = transformer(w, f"up_blocks.{i}.attentions.{j}", h, context)
        if i < 3:
            h = conv(w, f"up_blocks.{i}.upsamplers.0.conv", h.repeat(2, 2).repeat(2, 3))
    return conv(w, "conv_out", ACTIVATIONS[s["act_fn"]](group_norm(w, "conv_norm_out", h, s["norm_eps"])))


def text(w, ids, act="quick_gelu", eps=1e-5):
    x = w["embeddings.token_embedding.weight"][ids] + w["embeddings.position_embedding.weight"]
    for i in range(3):
        name = f"encoder.layers.{i}"
        h, part = layer_norm(w, name + ".layer_norm1", x, eps), name + ".self_attn"
        mixed = attention(*[linear(w, f"{part}.{p}_proj", h) for p in "qkv"], TEXT_HEADS, True)
        x = x + linear(w, part + ".out_proj", mixed)
        h = ACTIVATIONS[act](linear(w, name + ".mlp.fc1", layer_norm(w, name + ".layer_norm2", x, eps)))
        x = x + linear(w, name + ".mlp.fc2", h)
    return layer_norm(w, "final_layer_norm", x, eps)


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def weights(files, prefix=""):
    return {k.removeprefix(prefix): v.astype(np.float64) for f in files for k, v in load_file(f).items()}


def bfloat_weights(file):
    """numpy has no bf16: the bytes by hand."""
    data = file.read_bytes()
    size = int.from_bytes(data[:8], "little")
    out = {}
    for name, info in json.loads(data[8:8 + size]).items():
        if name != "__metadata__" and info["dtype"] == "BF16":
            begin, end = info["data_offsets"]
            bits = np.frombuffer(data[8 + size + begin:8 + size + end], np.uint16).astype(np.uint32) << 16
            out[name.removeprefix("text_model.")] = bits.view(np.float32).reshape(info["shape"]).astype(np.float64)
    return out


def main(folder):
    w = weights(sorted((folder / "tiny_a/unet").glob("*.safetensors")))
    t = bfloat_weights(folder / "tiny_a/text_encoder/model.safetensors")
    torch = {k: v.astype(np.float64) for k, v in load_file(folder / "networks_a.safetensors").items()}
    ids = torch["text.ids"].astype(int)
    assert relative(text(t, ids), torch["text.last"]) < 1e-5
    assert relative(unet(w, torch["unet.8x24.latent"], 501, torch["unet.context"]), torch["unet.8x24.t501"]) < 1e-5

    latent, context = values((1, 4, 8, 8), 7919, 1.5), values((1, 5, 32), 1009, 1.0)
    out = {"unet usual": unet(w, latent, 501, context)}
    out |= {"unet " + name: unet(w, latent, 501, context, **case) for name, case in CASES.items()}
    ids = np.arange(77)[None] * 37 % 700
    out |= {"text usual": text(t, ids)} | {"text " + name: text(t, ids, *case) for name, case in TEXT_CASES.items()}
    for name, result in out.items():
        usual = out[name.split()[0] + " usual"]
        print(name, "differs by", relative(result, usual))
        assert name.endswith("usual") or relative(result, usual) > 3e-3
    rows = [f'{json.dumps(name)}: [{",".join(f"{v:.7g}" for v in result.ravel()[::1 if name[0] == "u" else 16])}]'
            for name, result in out.items()]
    (DATA / "network_settings.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
