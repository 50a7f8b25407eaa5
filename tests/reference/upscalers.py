"""Writes an upscaler of random weights, upscaler_x3.pth in tests/data/models.tar.xz, and what torch makes of a picture with
it and with the shipped one: upscalers.safetensors in tests/data/results.tar.xz.

SRVGGNetCompact (Wang et al. 2021), as Real-ESRGAN publishes it: a dictionary under "params".

    python upscalers.py      whenever the weights in resources/models/starter change
"""
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import stored
import tiny_models
from controlnets import hint

FEATURES, CONVOLUTIONS, FACTOR = 10, 5, 3
SHIPPED = stored.DATA.parent.parent / "resources/models/starter/upscaler/athanor_x2.safetensors"
SIZES = {"random": (14, 11), "shipped": (17, 24)}  # height, width


def random_state():
    shapes, inputs = {}, 3
    for i in range(CONVOLUTIONS):
        outputs = 3 * FACTOR**2 if i + 1 == CONVOLUTIONS else FEATURES
        shapes |= {f"body.{2 * i}.weight": (outputs, inputs, 3, 3), f"body.{2 * i}.bias": (outputs,)}
        if i + 1 < CONVOLUTIONS:
            shapes[f"body.{2 * i + 1}.weight"] = (FEATURES,)
        inputs = FEATURES
    state = tiny_models.lively(shapes)
    return {k: v - 1 if k.endswith("weight") and v.ndim == 1 else v for k, v in state.items()}  # slopes about 0


def upscale(state, x):
    y, last = x, max(int(name.split(".")[1]) for name in state)
    for i in range(0, last + 1, 2):
        y = F.conv2d(y, state[f"body.{i}.weight"].float(), state[f"body.{i}.bias"].float(), padding=1)
        if i < last:
            y = F.prelu(y, state[f"body.{i + 1}.weight"].float())
    factor = round((y.shape[1] / 3) ** 0.5)
    return F.pixel_shuffle(y, factor) + F.interpolate(x, scale_factor=factor, mode="nearest")


@torch.no_grad()
def main():
    state = random_state()
    torch.save({"params": state}, stored.folder("models") / "upscaler_x3.pth")
    nets = {"random": state, "shipped": load_file(SHIPPED)}
    out = {name: upscale(net, hint(*SIZES[name])) for name, net in nets.items()}
    for name, image in out.items():
        print(name, tuple(image.shape), f"size {image.square().mean().sqrt():.3g}")
    tiny_models.save(stored.folder("results") / "upscalers.safetensors", out, {})
    stored.pack("models")
    stored.pack("results")


if __name__ == "__main__":
    main()
