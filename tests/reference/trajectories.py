"""Writes trajectories.safetensors into tests/data/results.tar.xz: where ten steps with tiny model a end, sampler x schedule
x cfg 1 and 7.5.

The scheduler is diffusers' where sampling.py has one for the pair ("diffusers" or "diffusers, schedule fed"), else the
float64 formulas; the file's metadata says which for each entry. The network is diffusers' UNet in fp32, asked at the
fractional timesteps of the schedule.

Noise: one torch CPU generator, manual_seed(SEED). Its first draw is the initial noise, each further one the noise of a
step, in order. Text to image starts from x = sqrt(1 + sigma^2) noise, image to image from x = latent + sigma noise.

    python trajectories.py      after tiny_models.py; tests/data/README.md lists the names
"""
import warnings

import diffusers
import numpy as np
import torch
from transformers import CLIPTokenizer

import sampling
import sampling_formulas as formulas
import stored
import tiny_models
from networks import token_ids

SEED = 42
SIZE = (1, 4, 8, 16)  # an image of 64 x 128
PROMPT, NEGATIVE = "a red house on green grass, sunset", "blurry, low quality"
GUIDANCE = [1.0, 7.5]


class Network:
    """The guided network: its prediction for z = x / sqrt(1 + sigma^2) at a timestep."""

    def __init__(self, unet, cond, uncond, cfg):
        self.unet, self.cond, self.uncond, self.cfg = unet, cond, uncond, cfg

    def __call__(self, z, timestep):
        t = torch.tensor(timestep, dtype=torch.float32)
        if self.cfg == 1:
            return self.unet(z, t, self.cond).sample
        uncond, cond = self.unet(torch.cat([z, z]), t, torch.cat([self.uncond, self.cond])).sample.chunk(2)
        return uncond + self.cfg * (cond - uncond)


def by_diffusers(network, sampler, scheduler, sigmas, timesteps, x, generator, eta, skip):
    """The end in sigma space of a walk by a diffusers scheduler; float32 throughout."""
    in_sigma_space = sampler in sampling.SIGMA_SPACE
    z = x if in_sigma_space else x / (1 + sigmas[skip] ** 2) ** 0.5
    if skip:
        scheduler.set_begin_index(skip)
    extra = {"generator": generator} if sampler in ("euler_ancestral", "ddim", "ddpm", "lcm") else {}
    extra |= {"eta": eta} if sampler == "ddim" else {}
    for k, t in enumerate(scheduler.timesteps[skip * scheduler.order:]):
        i = skip + ((k + 1) // 2 if sampler == "heun" else k)  # Heun evaluates twice a step, once in the last
        scaled = scheduler.scale_model_input(z, t)
        z = scheduler.step(network(scaled, timesteps[i]), t, z, return_dict=False, **extra)[0]
    return z


def by_formulas(network, sampler, sigmas, x, generator, eta):
    """The same by the float64 formulas; only the network is float32."""
    def denoise(x, sigma):
        z = torch.tensor(x / np.sqrt(1 + sigma**2), dtype=torch.float32)
        return x - sigma * network(z, formulas.timestep_at(sigma)).double().numpy()

    noise = lambda: torch.randn(SIZE, generator=generator).double().numpy()
    return torch.tensor(formulas.sample(sampler, sigmas, x.double().numpy(), denoise, noise, eta)[-1]).float()


def trajectory(network, sampler, schedule, eta=0.0, prediction="epsilon", latent=None, skip=0):
    """(end, source); a latent is noised at step skip."""
    scheduler, sigmas, timesteps, source = sampling.makeScheduler(sampler, schedule, prediction=prediction)
    generator = torch.Generator().manual_seed(SEED)
    noise = torch.randn(SIZE, generator=generator)
    first = float(sigmas[skip])
    x = noise * (1 + first**2) ** 0.5 if latent is None else latent + first * noise
    if scheduler is None:
        end = by_formulas(network, sampler, sigmas[skip:], x, generator, eta)
    else:
        end = by_diffusers(network, sampler, scheduler, sigmas, timesteps, x, generator, eta, skip)
    assert torch.isfinite(end).all(), (sampler, schedule)
    return end, source


def text_to_image(networks):
    for sampler in sampling.CLASSES:
        for eta in sorted({0.0, 1.0} if sampler == "ddim" else {sampling.ETA.get(sampler, [0.0])[0]}):
            for schedule in sampling.SCHEDULES:
                for cfg, network in networks.items():
                    label = f"ddim_eta{eta:g}" if sampler == "ddim" else sampler
                    yield f"{label}.{schedule}.cfg{cfg:g}", trajectory(network, sampler, schedule, eta)


def other_cases(networks, latent):
    """Strength 0.6 of ten steps keeps the last six; and the network's output taken for v instead of the noise."""
    for sampler, schedule in (("euler", "simple"), ("dpmpp_2m", "karras")):
        yield f"image.{sampler}.{schedule}.cfg7.5", trajectory(networks[7.5], sampler, schedule, latent=latent, skip=4)
        yield f"v.{sampler}.{schedule}.cfg7.5", trajectory(networks[7.5], sampler, schedule, prediction="v_prediction")


@torch.no_grad()
def main():
    warnings.simplefilter("ignore")
    diffusers.logging.set_verbosity_error()
    unet, vae, text = tiny_models.load_a()
    ids = token_ids(CLIPTokenizer.from_pretrained(tiny_models.FOLDER_A / "tokenizer"), [PROMPT, NEGATIVE])
    cond, uncond = text(ids).last_hidden_state.split(1)
    networks = {cfg: Network(unet, cond, uncond, cfg) for cfg in GUIDANCE}
    latent = torch.randn(SIZE, generator=torch.Generator().manual_seed(5))

    out = {"ids": ids, "context.cond": cond, "context.uncond": uncond, "latent": latent,
           "noise.initial": torch.randn(SIZE, generator=torch.Generator().manual_seed(SEED))}
    for schedule in sampling.SCHEDULES:
        _, sigmas, timesteps, _ = sampling.makeScheduler("euler", schedule)
        out |= {f"sigmas.{schedule}": torch.tensor(sigmas), f"timesteps.{schedule}": torch.tensor(timesteps)}
    metadata = {"prompt": PROMPT, "negative": NEGATIVE, "seed": str(SEED), "strength": "0.6"}
    for cases in (text_to_image(networks), other_cases(networks, latent)):
        for name, (end, source) in cases:
            out[f"end.{name}"], metadata[f"source.{name}"] = end, source
            print(f"{name:40} {source:24} size {end.square().mean().sqrt():.3g}", flush=True)
    out["image.dpmpp_2m.karras.cfg7.5"] = vae.decode(out["end.dpmpp_2m.karras.cfg7.5"] / vae.config.scaling_factor).sample
    tiny_models.save(stored.folder("results") / "trajectories.safetensors", out, metadata)
    stored.pack("results")


if __name__ == "__main__":
    main()
