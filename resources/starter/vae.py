"""The autoencoder between pictures and latents: AutoencoderKL (factor 8, 4 channels) with narrow levels."""
import torch
import torch.nn.functional as F
from torch import nn

from layers import Attention, Downsample, GroupNorm, ResnetBlock, Upsample

CHANNELS = (16, 32, 64, 128)
GROUPS = 2       # 8 channels a group: with one channel a group the norm would erase every colour
SCALE = 0.18215  # Stable Diffusion's latent scale, see fold()
EPS = 1e-6


class MiddleAttention(Attention):
    def __init__(self, channels):
        super().__init__(channels, 1, bias=True)
        self.group_norm = GroupNorm(GROUPS, channels, EPS)

    def forward(self, x):
        tokens = self.group_norm(x).permute(0, 2, 3, 1).flatten(1, 2)
        return x + super().forward(tokens).unflatten(1, x.shape[2:]).permute(0, 3, 1, 2)


class Middle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.attentions = nn.ModuleList([MiddleAttention(channels)])
        self.resnets = nn.ModuleList([ResnetBlock(channels, channels, GROUPS, eps=EPS) for _ in range(2)])

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Level(nn.Module):
    def __init__(self, inputs, outputs, layers, down=None, up=None):
        super().__init__()
        self.resnets = nn.ModuleList([ResnetBlock(inputs if j == 0 else outputs, outputs, GROUPS, eps=EPS) for j in range(layers)])
        self.downsamplers = nn.ModuleList([down]) if down else None
        self.upsamplers = nn.ModuleList([up]) if up else None

    def forward(self, x):
        for resnet in self.resnets:
            x = resnet(x)
        for sampler in self.downsamplers or self.upsamplers or ():
            x = sampler(x)
        return x


class Encoder(nn.Module):
    def __init__(self, channels=CHANNELS):
        super().__init__()
        self.conv_in = nn.Conv2d(3, channels[0], 3, padding=1)
        self.down_blocks = nn.ModuleList()
        for i, c in enumerate(channels):
            down = Downsample(c, one_sided=True) if i < len(channels) - 1 else None
            self.down_blocks.append(Level(channels[max(0, i - 1)], c, 1, down=down))
        self.mid_block = Middle(channels[-1])
        self.conv_norm_out = GroupNorm(GROUPS, channels[-1], EPS)
        self.conv_out = nn.Conv2d(channels[-1], 8, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down_blocks:
            x = level(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    def __init__(self, channels=CHANNELS):
        super().__init__()
        channels = channels[::-1]
        self.conv_in = nn.Conv2d(4, channels[0], 3, padding=1)
        self.mid_block = Middle(channels[0])
        self.up_blocks = nn.ModuleList()
        for i, c in enumerate(channels):
            up = Upsample(c) if i < len(channels) - 1 else None
            self.up_blocks.append(Level(channels[max(0, i - 1)], c, 2, up=up))
        self.conv_norm_out = GroupNorm(GROUPS, channels[-1], EPS)
        self.conv_out = nn.Conv2d(channels[-1], 3, 3, padding=1)

    def forward(self, z):
        x = self.mid_block(self.conv_in(z))
        for level in self.up_blocks:
            x = level(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.quant_conv, self.post_quant_conv = nn.Conv2d(8, 8, 1), nn.Conv2d(4, 4, 1)
        pass_colours_through(self)

    def encode(self, x):
        """Mean and log variance of the latents of pictures in -1..1."""
        return self.quant_conv(self.encoder(x)).chunk(2, 1)

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z))

    def forward(self, x, noise):
        mean, logvar = (v.float() for v in self.encode(x))
        logvar = logvar.clamp(-20, 10)
        return self.decode(mean + noise * (.5 * logvar).exp()).float(), mean, logvar


@torch.no_grad()
def pass_colours_through(vae, constant=4.):
    """Start at a blurred copy instead of at noise, which a VAE this narrow hardly leaves again.

    Channels 0-2 of the trunk carry RGB, 3 a constant, 4-6 the negative of RGB, so that the SiLU before each
    conv_out, read in (+, -) pairs, loses nothing; everything beside the trunk adds zero at first.
    """
    carried = 7

    def identity(conv, mean=False):
        conv.weight[:carried] = 0
        conv.bias[:carried] = 0
        for i in range(carried):
            if mean:
                conv.weight[i, i, :2, :2] = .25
            else:
                conv.weight[i, i, conv.kernel_size[0] // 2, conv.kernel_size[1] // 2] = 1

    for m in vae.modules():
        if isinstance(m, ResnetBlock) and m.conv_shortcut is not None:
            identity(m.conv_shortcut)
        elif isinstance(m, Downsample):
            identity(m.conv, mean=True)
        elif isinstance(m, Upsample):
            identity(m.conv)
        elif isinstance(m, MiddleAttention):
            m.to_out[0].weight.zero_()
            m.to_out[0].bias.zero_()
    for net in (vae.encoder, vae.decoder):
        net.conv_in.weight[:carried], net.conv_in.bias[:carried] = 0, 0
        net.conv_in.bias[3] = constant
        net.conv_out.weight *= .3
        for i in range(3):
            net.conv_in.weight[i, i, 1, 1], net.conv_in.weight[i + 4, i, 1, 1] = 1, -1
            net.conv_out.weight[i] *= .1
            net.conv_out.weight[i, i, 1, 1] += 1
            net.conv_out.weight[i, i + 4, 1, 1] -= 1
    vae.encoder.conv_out.weight[4:] *= .1
    for conv in (vae.quant_conv, vae.post_quant_conv):
        conv.weight.copy_(torch.eye(len(conv.weight))[:, :, None, None])
        conv.bias.zero_()
    vae.quant_conv.bias[4:] = -5


def loss(x, y, mean, logvar):
    """Colour, edges at three scales, coarse colour, and just enough pull towards N(0, 1)."""
    edges, a, b = 0., y, x
    for scale in range(3):
        edges = edges + sum((p - q).abs().mean() for p, q in zip(_slopes(a), _slopes(b)))
        if scale < 2:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    coarse = (F.avg_pool2d(y, 8) - F.avg_pool2d(x, 8)).abs().mean()
    divergence = .5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean()
    return (y - x).abs().mean() + ((y - x) ** 2).mean() + .4 * edges + coarse + 2e-4 * divergence


def _slopes(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


@torch.no_grad()
def fold(vae, mean, deviation):
    """Moves the latents' statistics (per channel) into the 1x1 convolutions, so that latents times SCALE are N(0, 1)."""
    k = deviation * SCALE
    q, p = vae.quant_conv, vae.post_quant_conv
    q.weight[:4] /= k[:, None, None, None]
    q.bias[:4] = (q.bias[:4] - mean) / k
    q.bias[4:] -= 2 * k.log()
    p.bias += p.weight[:, :, 0, 0] @ mean
    p.weight *= k[None, :, None, None]


@torch.no_grad()
def preview_colours(vae, x):
    """The linear map from latents to small pictures that comes closest, for previews; x: n x 3 x H x W in -1..1."""
    z = vae.encode(x)[0].float() * SCALE
    given = torch.cat([z, torch.ones_like(z[:, :1])], 1).permute(0, 2, 3, 1).reshape(-1, 5)
    wanted = F.avg_pool2d(x, 2 ** (len(CHANNELS) - 1)).permute(0, 2, 3, 1).reshape(-1, 3)
    map = torch.linalg.lstsq(given, wanted).solution.mul(1e4).round().div(1e4).tolist()
    return {"latent_rgb_factors": map[:4], "latent_rgb_factors_bias": map[4]}


def diffusers_config(sample_size=256):
    n = len(CHANNELS)
    return {"_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "act_fn": "silu",
            "block_out_channels": list(CHANNELS), "layers_per_block": 1, "norm_num_groups": GROUPS,
            "down_block_types": ["DownEncoderBlock2D"] * n, "up_block_types": ["UpDecoderBlock2D"] * n,
            "sample_size": sample_size, "scaling_factor": SCALE}
