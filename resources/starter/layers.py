"""Building blocks that the UNet, the ControlNets and the VAE share; parameter names as in diffusers."""
import torch
import torch.nn.functional as F
from torch import nn


class GroupNorm(nn.GroupNorm):
    """Normalises in fp32 whatever the input's type: sums over large bf16 planes lose too many digits."""

    def forward(self, x):
        return F.group_norm(x.float(), self.num_groups, self.weight, self.bias, self.eps).to(x.dtype)


class ResnetBlock(nn.Module):
    """norm-SiLU-conv twice; its last convolution starts at zero, so that a new network passes its input through."""

    def __init__(self, inputs, outputs, groups, time=None, eps=1e-5):
        super().__init__()
        self.norm1 = GroupNorm(groups, inputs, eps)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        if time:
            self.time_emb_proj = nn.Linear(time, outputs)
        self.norm2 = GroupNorm(groups, outputs, eps)
        self.conv2 = zeroed(nn.Conv2d(outputs, outputs, 3, padding=1))
        self.conv_shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None

    def forward(self, x, time=None):
        h = self.conv1(F.silu(self.norm1(x)))
        if time is not None:
            h = h + self.time_emb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return (x if self.conv_shortcut is None else self.conv_shortcut(x)) + h


class Downsample(nn.Module):
    """Halves the plane; the VAE pads right and below only, the UNet on all sides."""

    def __init__(self, channels, one_sided=False):
        super().__init__()
        self.one_sided = one_sided
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=0 if one_sided else 1)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.one_sided else x)


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2., mode="nearest"))


def attention(q, k, v, causal=False):
    """Scaled dot products of queries, keys and values (batch x heads x tokens x channels).

    Plain products on the CPU, where the fused kernel's way back takes nearly half of a training step at sizes this small.
    """
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    scores = (q * q.shape[-1] ** -.5) @ k.transpose(-1, -2)
    if causal:
        scores = scores + torch.full(scores.shape[-2:], -torch.inf, dtype=scores.dtype).triu(1)
    return scores.softmax(-1, torch.float32).to(v.dtype) @ v


class Attention(nn.Module):
    """Multi-head attention over tokens (batch x tokens x channels), of x to itself or to a context."""

    def __init__(self, channels, heads, context=None, bias=False):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels, bias=bias)
        self.to_k = nn.Linear(context or channels, channels, bias=bias)
        self.to_v = nn.Linear(context or channels, channels, bias=bias)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x, context=None):
        context = x if context is None else context
        q, k, v = (p(y).unflatten(-1, (self.heads, -1)).transpose(1, 2)
                   for p, y in ((self.to_q, x), (self.to_k, context), (self.to_v, context)))
        return self.to_out[0](attention(q, k, v).transpose(1, 2).flatten(2))


def zeroed(module):
    for p in module.parameters():
        nn.init.zeros_(p)
    return module


def parameter_count(module):
    return sum(p.numel() for p in module.parameters())
