"""Doubles a picture's sides: SRVGGNetCompact of Real-ESRGAN (Wang et al. 2021), small; parameter names as there.

Taught on what the autoencoder makes of scenes against the same scenes drawn at twice the size, so that it also sharpens.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from pictures import draw

FEATURES, CONVOLUTIONS, SCALE = 32, 6, 2
CUT = 128  # side of the cutouts it is taught with


class Upscaler(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(3, FEATURES, 3, padding=1), nn.PReLU(FEATURES)]
        for _ in range(CONVOLUTIONS):
            layers += [nn.Conv2d(FEATURES, FEATURES, 3, padding=1), nn.PReLU(FEATURES)]
        last = nn.Conv2d(FEATURES, 3 * SCALE ** 2, 3, padding=1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.body = nn.ModuleList([*layers, last])

    def forward(self, x):
        """n x 3 x h x w in 0..1 to n x 3 x 2h x 2w, about 0..1."""
        y = x
        for layer in self.body:
            y = layer(y)
        return F.pixel_shuffle(y, SCALE) + F.interpolate(x, scale_factor=float(SCALE), mode="nearest")


def batch(step, size):
    """Cutouts of scenes, small and large, in -1..1."""
    rng = np.random.default_rng((15, step))
    numbers, small, large = rng.integers(0, 1_000_000, size), [], []
    for number in numbers:
        y, x = rng.integers(0, 256 - CUT + 1, 2)
        small.append(draw([number], 256)[0, :, y:y + CUT, x:x + CUT])
        large.append(draw([number], 256 * SCALE)[0, :, y * SCALE:(y + CUT) * SCALE, x * SCALE:(x + CUT) * SCALE])
    return np.stack(small), np.stack(large)


def loss(net, seen, truth):
    """Absolute error of the colours and of their differences from pixel to pixel, which keeps edges sharp."""
    found = net(seen).float()
    total = (found - truth).abs().mean()
    for axis in (2, 3):
        total = total + (found.diff(dim=axis) - truth.diff(dim=axis)).abs().mean()
    return total
