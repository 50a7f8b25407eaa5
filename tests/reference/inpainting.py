"""Writes tests/data/inpainting.safetensors: a network for inpainting, what it is asked and where diffusers' pipeline ends.

The network is tiny model a with nine input channels: its UNet's first convolution is widened ("conv_in"), the rest is
the model's. StableDiffusionInpaintPipeline runs as it is published, but for one thing: of the autoencoder's Gaussian
the mean is taken, as ComfyUI does, and no random draw. Sampler x strength; at strength 1 it begins from noise alone.
With a ControlNet it is StableDiffusionControlNetInpaintPipeline, whose ControlNet sees the four channels of the latent.

    python inpainting.py      after tiny_models.py and controlnets.py; tests/data/README.md lists the names
"""
import numpy as np
import torch
from diffusers import StableDiffusionControlNetInpaintPipeline, StableDiffusionInpaintPipeline
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from PIL import Image
from transformers import CLIPTokenizer

import controlnets
import sampling
import stored
import tiny_models

SEED, STEPS, CFG = 42, 10, 7.5
WIDTH, HEIGHT = 128, 64
PROMPT, NEGATIVE = "a red house on green grass, sunset", "blurry, low quality"
CASES = [("dpmpp_2m", 1.0), ("ddim", 1.0), ("euler", 0.6), ("dpmpp_2m", 0.6)]


def picture():
    """Waves of other lengths in each channel, so that no two rows are alike."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [np.sin(x / 7 + y / 13), np.sin(x / 11 - y / 5), np.cos(x * y / 300)]
    return np.round(127.5 + 127 * np.stack(waves, -1)).clip(0, 255).astype(np.uint8)


def mask():
    """A disc and a bar, neither on the borders of the latent's pixels."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.where(((x - 45) ** 2 + (y - 30) ** 2 < 19**2) | ((x > 90) & (x < 107) & (y > 13)), 255, 0).astype(np.uint8)


def widened(unet):
    """The same with nine input channels; the first four as they were."""
    first = torch.randn((unet.conv_in.out_channels, 9, 3, 3), generator=torch.Generator().manual_seed(9)) * 0.125
    first[:, :4] = unet.conv_in.weight
    wide = torch.nn.Conv2d(9, unet.conv_in.out_channels, 3, padding=1)
    wide.weight.data, wide.bias.data = first.half().float(), unet.conv_in.bias.data
    unet.conv_in = wide
    unet.register_to_config(in_channels=9)
    return unet


@torch.no_grad()
def main():
    DiagonalGaussianDistribution.sample = lambda self, generator=None: self.mean
    unet, vae, text = tiny_models.load_a()
    tokenizer = CLIPTokenizer.from_pretrained(tiny_models.FOLDER_A / "tokenizer")
    control = controlnets.build(controlnets.CONFIG_A, "a")[0]
    parts = dict(vae=vae, text_encoder=text, tokenizer=tokenizer, unet=widened(unet), safety_checker=None,
                 feature_extractor=None, requires_safety_checker=False)
    asked = dict(prompt=PROMPT, negative_prompt=NEGATIVE, image=Image.fromarray(picture()),
                 mask_image=Image.fromarray(mask()), width=WIDTH, height=HEIGHT, num_inference_steps=STEPS,
                 guidance_scale=CFG, output_type="latent")
    out = {"conv_in": unet.conv_in.weight.data, "picture": torch.tensor(picture()).half(),
           "mask": torch.tensor(mask()).half()}
    for sampler, strength in CASES:
        scheduler = sampling.makeScheduler(sampler, "simple")[0]
        pipeline = StableDiffusionInpaintPipeline(**parts, scheduler=scheduler)
        end = pipeline(**asked, strength=strength, generator=torch.Generator().manual_seed(SEED)).images
        out[f"end.{sampler}.{strength:g}"] = end
        print(sampler, strength, end.shape, end.square().mean().sqrt())
    scheduler = sampling.makeScheduler("dpmpp_2m", "simple")[0]
    pipeline = StableDiffusionControlNetInpaintPipeline(**parts, scheduler=scheduler, controlnet=control)
    shown = Image.fromarray(picture()[:, ::-1].copy())
    out["end.control"] = pipeline(**asked, strength=1.0, control_image=shown, controlnet_conditioning_scale=1.0,
                                  generator=torch.Generator().manual_seed(SEED)).images
    print("control", out["end.control"].square().mean().sqrt())
    image = vae.decode(out["end.dpmpp_2m.1"] / vae.config.scaling_factor).sample
    out["image.dpmpp_2m.1"] = (image * 127.5 + 127.5).clamp(0, 255).round().half()
    metadata = {"prompt": PROMPT, "negative": NEGATIVE, "seed": str(SEED), "steps": str(STEPS), "cfg": str(CFG)}
    tiny_models.save(stored.DATA / "inpainting.safetensors", out, metadata)


if __name__ == "__main__":
    main()
