"""The denoising UNet: UNet2DConditionModel of Stable Diffusion 1.x with fewer and narrower levels."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from layers import Attention, Downsample, GroupNorm, ResnetBlock, Upsample, zeroed

CONFIG = dict(channels=(64, 96, 128), attention=(False, True, True), layers=1, context=128, heads=4, groups=8)


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        gate = nn.Module()
        gate.proj = nn.Linear(channels, 8 * channels)
        self.net = nn.ModuleList([gate, nn.Identity(), nn.Linear(4 * channels, channels)])

    def forward(self, x):
        value, gate = self.net[0].proj(x).chunk(2, -1)
        return self.net[2](value * F.gelu(gate))


class TransformerBlock(nn.Module):
    def __init__(self, channels, heads, context):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(channels) for _ in range(3))
        self.attn1 = Attention(channels, heads)
        self.attn2 = Attention(channels, heads, context)
        self.ff = FeedForward(channels)

    def forward(self, x, context):
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class Transformer2D(nn.Module):
    def __init__(self, channels, heads, context, groups):
        super().__init__()
        self.norm = GroupNorm(groups, channels, 1e-6)
        self.proj_in = nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, heads, context)])
        self.proj_out = zeroed(nn.Conv2d(channels, channels, 1))

    def forward(self, x, context):
        height, width = x.shape[2:]
        tokens = self.proj_in(self.norm(x)).permute(0, 2, 3, 1).flatten(1, 2)
        tokens = self.transformer_blocks[0](tokens, context)
        return x + self.proj_out(tokens.unflatten(1, (height, width)).permute(0, 3, 1, 2))


class TimeEmbedding(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.linear_1 = nn.Linear(channels, 4 * channels)
        self.linear_2 = nn.Linear(4 * channels, 4 * channels)

    def forward(self, t):
        half = self.channels // 2
        rate = torch.exp(-math.log(10000) / half * torch.arange(half, device=t.device))
        angle = t.float()[:, None] * rate
        return self.linear_2(F.silu(self.linear_1(torch.cat([angle.cos(), angle.sin()], 1))))


class Level(nn.Module):
    """The resnets of one resolution, each followed by attention where the level has it, and the step to the next."""

    def __init__(self, resnets, attentions, down=None, up=None):
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions) if attentions else None
        self.downsamplers = nn.ModuleList([down]) if down else None
        self.upsamplers = nn.ModuleList([up]) if up else None

    def layer(self, j, x, time, context):
        x = self.resnets[j](x, time)
        return self.attentions[j](x, context) if self.attentions else x


class Middle(nn.Module):
    def __init__(self, channels, heads, context, groups, time):
        super().__init__()
        self.attentions = nn.ModuleList([Transformer2D(channels, heads, context, groups)])
        self.resnets = nn.ModuleList([ResnetBlock(channels, channels, groups, time) for _ in range(2)])

    def forward(self, x, time, context):
        return self.resnets[1](self.attentions[0](self.resnets[0](x, time), context), time)


class Encoder(nn.Module):
    """The way down and the middle: what the UNet and a ControlNet have in common."""

    def __init__(self, channels, attention, layers, context, heads, groups):
        super().__init__()
        time, width = 4 * channels[0], channels[0]
        self.conv_in = nn.Conv2d(4, width, 3, padding=1)
        self.time_embedding = TimeEmbedding(channels[0])
        levels, self.skips = [], [width]
        for i, c in enumerate(channels):
            last = i == len(channels) - 1
            resnets = [ResnetBlock(width if j == 0 else c, c, groups, time) for j in range(layers)]
            attentions = [Transformer2D(c, heads, context, groups) for _ in range(layers)] if attention[i] else None
            levels.append(Level(resnets, attentions, down=None if last else Downsample(c)))
            self.skips += [c] * (layers if last else layers + 1)
            width = c
        self.down_blocks = nn.ModuleList(levels)
        self.mid_block = Middle(width, heads, context, groups, time)

    def encode(self, x, t, context, hint=None):
        """Gives the middle's output, the skip connections and the time embedding."""
        time = self.time_embedding(t)
        x = self.conv_in(x)
        if hint is not None:
            x = x + hint
        skips = [x]
        for level in self.down_blocks:
            for j in range(len(level.resnets)):
                x = level.layer(j, x, time, context)
                skips.append(x)
            if level.downsamplers:
                x = level.downsamplers[0](x)
                skips.append(x)
        return self.mid_block(x, time, context), skips, time


class UNet(Encoder):
    def __init__(self, channels, attention, layers, context, heads, groups):
        super().__init__(channels, attention, layers, context, heads, groups)
        skips, time, width, levels = list(self.skips), 4 * channels[0], channels[-1], []
        for i in reversed(range(len(channels))):
            c, resnets = channels[i], []
            for _ in range(layers + 1):
                resnets.append(ResnetBlock(width + skips.pop(), c, groups, time))
                width = c
            attentions = [Transformer2D(c, heads, context, groups) for _ in range(layers + 1)] if attention[i] else None
            levels.append(Level(resnets, attentions, up=Upsample(c) if i else None))
        self.up_blocks = nn.ModuleList(levels)
        self.conv_norm_out = GroupNorm(groups, width)
        self.conv_out = zeroed(nn.Conv2d(width, 4, 3, padding=1))

    def forward(self, x, t, context, control=None):
        """Predicts the noise in x (B x 4 x h x w) at timesteps t; control: what a ControlNet gave."""
        x, skips, time = self.encode(x, t, context)
        if control is not None:
            x, skips = x + control[-1], [s + c for s, c in zip(skips, control)]
        for level in self.up_blocks:
            for j in range(len(level.resnets)):
                x = level.layer(j, torch.cat([x, skips.pop()], 1), time, context)
            if level.upsamplers:
                x = level.upsamplers[0](x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


def diffusers_config(config=CONFIG, sample_size=32):
    cross = ["CrossAttn" if a else "" for a in config["attention"]]
    return {"_class_name": "UNet2DConditionModel", "sample_size": sample_size, "in_channels": 4, "out_channels": 4,
            "center_input_sample": False, "flip_sin_to_cos": True, "freq_shift": 0, "act_fn": "silu",
            "block_out_channels": list(config["channels"]), "layers_per_block": config["layers"],
            "down_block_types": [f"{c}DownBlock2D" for c in cross], "mid_block_type": "UNetMidBlock2DCrossAttn",
            "up_block_types": [f"{c}UpBlock2D" for c in reversed(cross)], "cross_attention_dim": config["context"],
            "attention_head_dim": config["heads"], "norm_num_groups": config["groups"], "norm_eps": 1e-5,
            "use_linear_projection": False}
