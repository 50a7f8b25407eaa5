"""Doubles a picture's sides: SRVGGNetCompact of Real-ESRGAN (Wang et al. 2021), small; parameter names as there.

Taught on what the autoencoder makes of scenes against the same scenes drawn at twice the size, so that it also sharpens.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from pictures import draw

FEATURES, CONVOLUTIONS, SCALE = 32, 6, 2
CUT, CUTS = 48, 4  # side of the cutouts it is taught with, and how many of each scene
RIM = CONVOLUTIONS + 2  # pixels from which the cutout's edge is seen; the program mirrors pictures there
SMALL_ERROR = .05  # below it errors count by their square


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
    """CUTS cutouts of each of `size` scenes, small and large, in -1..1."""
    rng = np.random.default_rng((15, step % 2 ** 32))
    numbers, small, large = rng.integers(0, 1_000_000, size), [], []
    for whole, twice in zip(draw(numbers, 256), draw(numbers, 256 * SCALE)):
        for y, x in rng.integers(0, 256 - CUT + 1, (CUTS, 2)):
            small.append(whole[:, y:y + CUT, x:x + CUT])
            large.append(twice[:, y * SCALE:(y + CUT) * SCALE, x * SCALE:(x + CUT) * SCALE])
    order = rng.permutation(len(small))  # of which the first half goes through the autoencoder
    return np.stack(small)[order], np.stack(large)[order]


def loss(net, seen, truth):
    """Error of the colours and of their differences from pixel to pixel, which keeps edges sharp.

    Not the plain absolute error: most of a scene is flat and right from the beginning, and under that measure any try
    to do better at edges costs more there than it gains, so that the network stays at repeating pixels.
    """
    def error(a, b):
        return F.smooth_l1_loss(a, b, beta=SMALL_ERROR)
    rim = slice(SCALE * RIM, -SCALE * RIM)
    found, truth = net(seen).float()[..., rim, rim], truth[..., rim, rim]
    return error(found, truth) + sum(error(found.diff(dim=axis), truth.diff(dim=axis)) for axis in (2, 3))


@torch.no_grad()
def begin_linear(net, pairs):
    """Gives the network the best linear enlarging from 5 x 5 pixels to begin with; pairs: (small, large) in 0..1.

    Trained from chance it stays where it begins, at repeating pixels, for thousands of steps. The first layer copies each pixel's 3 x 3 neighbours, the second sums these to what is added to repeated pixels, the
    others hand it on; what they have left begins by chance.
    """
    outputs, taps, side = 3 * SCALE ** 2, 75, 2
    left, right = torch.zeros(taps, taps, dtype=torch.float64), torch.zeros(taps, outputs, dtype=torch.float64)
    for small, large in pairs:
        missing = F.pixel_unshuffle(large - F.interpolate(small, scale_factor=float(SCALE), mode="nearest"), SCALE)
        seen = F.unfold(small, 2 * side + 1).transpose(1, 2).reshape(-1, taps).double()  # c, y, x
        wanted = missing[..., side:-side, side:-side].permute(0, 2, 3, 1).reshape(-1, outputs).double()
        left += seen.T @ seen
        right += seen.T @ wanted
    best = torch.linalg.solve(left + 1e-6 * left.trace() / taps * torch.eye(taps, dtype=torch.float64), right)
    best = best.float().T.reshape(outputs, 3, 5, 5)

    convolutions, slopes = list(net.body[::2]), list(net.body[1::2])
    first, second = convolutions[0], convolutions[1]
    first.weight[:27], first.bias[:27] = 0, 0
    second.weight[:outputs], second.bias[:outputs] = 0, 0
    for c in range(3):
        for y in range(3):
            for x in range(3):
                first.weight[9 * c + 3 * y + x, c, y, x] = 1
        for y in range(5):
            for x in range(5):
                v, u = min(max(y - 1, 0), 2), min(max(x - 1, 0), 2)  # of the second layer; the rest is the first's
                second.weight[:outputs, 9 * c + 3 * (y - v) + x - u, v, u] = best[:, c, y, x]
    for layer in convolutions[2:]:
        layer.weight[:outputs], layer.bias[:outputs] = 0, 0
        layer.weight[range(outputs), range(outputs), 1, 1] = 1
    for layer in slopes[1:]:
        layer.weight[:outputs] = 1


@torch.no_grad()
def gain(net, device, numbers):
    """By how many dB of PSNR it is better than bicubic resizing, over scenes drawn at both sizes."""
    gains = []
    for number in numbers:
        small, large = ((torch.from_numpy(draw([number], side)).to(device) + 1) / 2 for side in (256, 256 * SCALE))
        rim = slice(SCALE * RIM, -SCALE * RIM)
        found = net(F.pad(small, [RIM] * 4, mode="reflect"))[..., rim, rim]
        errors = [((x.float().clamp(0, 1) - large) ** 2).mean().log10().item()
                  for x in (found, F.interpolate(small, scale_factor=float(SCALE), mode="bicubic"))]
        gains.append(10 * (errors[1] - errors[0]))
    return sum(gains) / len(gains)
