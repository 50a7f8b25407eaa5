"""Writes starter.safetensors into tests/data/results.tar.xz: a small picture of the shipped starter model by diffusers, in fp32.

"latents" (1 x 4 x 24 x 32, as the sampler leaves them) for PROMPT and NEGATIVE, STEPS steps of DDIM with guidance CFG
from torch's CPU noise of SEED; "image" (1 x 3 x 192 x 256 in -1..1, fp16) is what the VAE makes of them.

    python starter.py      whenever the weights in resources/models/starter change
"""
import os

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextModel, CLIPTokenizer

import stored

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
MODEL = os.path.join(ROOT, "resources", "models", "starter")
PROMPT, NEGATIVE = "a red house on the left, a green tree on the right, at sunset", "blurry"
SEED, STEPS, CFG, SIZE = 7, 8, 4., (1, 4, 24, 32)


@torch.no_grad()
def main():
    def part(kind, name):
        return kind.from_pretrained(MODEL, subfolder=name).float().eval()

    tokenizer = CLIPTokenizer.from_pretrained(MODEL, subfolder="tokenizer")
    text, unet, vae = part(CLIPTextModel, "text_encoder"), part(UNet2DConditionModel, "unet"), part(AutoencoderKL, "vae")
    ids = tokenizer([NEGATIVE, PROMPT], padding="max_length", max_length=77, return_tensors="pt").input_ids
    words = text(ids).last_hidden_state
    scheduler = DDIMScheduler.from_pretrained(MODEL, subfolder="scheduler", set_alpha_to_one=True)  # as all samplers here end
    scheduler.set_timesteps(STEPS)
    z = torch.randn(SIZE, generator=torch.Generator().manual_seed(SEED))
    for t in scheduler.timesteps:
        without, given = unet(torch.cat([z, z]), t, words).sample.chunk(2)
        z = scheduler.step(without + CFG * (given - without), t, z).prev_sample
    image = vae.decode(z / vae.config.scaling_factor).sample
    save_file({"latents": z.contiguous(), "image": image.half().contiguous()}, stored.folder("results") / "starter.safetensors")
    stored.pack("results")


if __name__ == "__main__":
    main()
