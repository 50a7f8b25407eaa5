"""A ControlNet for the starter UNet: its way down again, fed with a control picture, out through zero convolutions."""
import torch.nn.functional as F
from torch import nn

from layers import zeroed
from unet import CONFIG, Encoder, diffusers_config as unet_config

HINT_CHANNELS = (16, 32, 48, 64)


class HintEmbedding(nn.Module):
    """Control picture (RGB 0..1 at pixel size) to the latent's size.

    Kaiming weights and a last convolution that is not zero, or the hint would fade on its way through eight layers;
    the zero convolutions at the ControlNet's outputs protect the UNet by themselves.
    """

    def __init__(self, widths, outputs):
        super().__init__()
        self.conv_in = nn.Conv2d(3, widths[0], 3, padding=1)
        self.blocks = nn.ModuleList()
        for a, b in zip(widths, widths[1:]):
            self.blocks += [nn.Conv2d(a, a, 3, padding=1), nn.Conv2d(a, b, 3, padding=1, stride=2)]
        self.conv_out = nn.Conv2d(widths[-1], outputs, 3, padding=1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        x = F.silu(self.conv_in(x))
        for block in self.blocks:
            x = F.silu(block(x))
        return self.conv_out(x)


class ControlNet(Encoder):
    def __init__(self, hint=HINT_CHANNELS, **config):
        super().__init__(**config)
        width = config["channels"][-1]
        self.controlnet_cond_embedding = HintEmbedding(hint, config["channels"][0])
        self.controlnet_down_blocks = nn.ModuleList([zeroed(nn.Conv2d(c, c, 1)) for c in self.skips])
        self.controlnet_mid_block = zeroed(nn.Conv2d(width, width, 1))

    def forward(self, x, t, context, hint):
        """One tensor for every skip connection of the UNet and, last, one for its middle."""
        middle, skips, _ = self.encode(x, t, context, self.controlnet_cond_embedding(hint))
        return [conv(s) for conv, s in zip(self.controlnet_down_blocks, skips)] + [self.controlnet_mid_block(middle)]


def from_unet(unet, config=CONFIG):
    net = ControlNet(**config)
    net.load_state_dict({k: v for k, v in unet.state_dict().items() if k in net.state_dict()}, strict=False)
    return net


def diffusers_config(config=CONFIG):
    shared = unet_config(config)
    for key in ("sample_size", "out_channels", "up_block_types", "center_input_sample"):
        del shared[key]
    return {**shared, "_class_name": "ControlNetModel", "conditioning_channels": 3,
            "conditioning_embedding_out_channels": list(HINT_CHANNELS), "controlnet_conditioning_channel_order": "rgb"}
