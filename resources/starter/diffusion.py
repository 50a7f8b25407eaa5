"""Stable Diffusion's noise schedule, the training weights, and the sampler that samples are looked at with."""
import torch

STEPS = 1000
_BETA = torch.linspace(.00085 ** .5, .012 ** .5, STEPS, dtype=torch.float64) ** 2
KEPT = torch.cumprod(1 - _BETA, 0).float()  # share of the signal's power left at each timestep
_RATIO = KEPT / (1 - KEPT)                  # signal to noise
# The loss of velocity prediction, cut at both ends: layout and colour are decided at high noise, where the plain loss
# on the noise is nearly zero, and the gradients of the last, hardly noisy steps would drown everything (min-SNR, 5).
WEIGHT = (1 / KEPT).clamp(max=8) * (5 / _RATIO).clamp(max=1)
WEIGHT = WEIGHT / WEIGHT.mean()

SCHEDULER_CONFIG = {"_class_name": "DDIMScheduler", "num_train_timesteps": STEPS, "beta_start": .00085, "beta_end": .012,
                    "beta_schedule": "scaled_linear", "clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1,
                    "prediction_type": "epsilon"}


def add_noise(z):
    """Noisy latents, timesteps spread evenly over the batch, the noise, and each sample's weight."""
    t = (torch.rand(1) + torch.arange(len(z)) / len(z)) % 1
    t = (t * STEPS).long()
    kept = KEPT[t].to(z.device)[:, None, None, None]
    noise = torch.randn_like(z)
    return kept.sqrt() * z + (1 - kept).sqrt() * noise, t.to(z.device), noise, WEIGHT[t].to(z.device)


def loss(predicted, noise, weight):
    return (((predicted.float() - noise) ** 2).mean((1, 2, 3)) * weight).mean()


def sample(unet, words, no_words, noise, steps=20, guidance=4., control=None):
    """DDIM with classifier-free guidance; control(x, t, words) gives a ControlNet's tensors."""
    z, both = noise, torch.cat([no_words.expand_as(words), words])
    times = (torch.arange(steps) * (STEPS // steps)).flip(0) + 1
    for i, time in enumerate(times):
        x, t = torch.cat([z, z]), torch.full((2 * len(z),), int(time), device=z.device)
        without, given = unet(x, t, both, control(x, t, both) if control else None).float().chunk(2)
        e = without + guidance * (given - without)
        here, there = KEPT[time], KEPT[times[i + 1]] if i + 1 < steps else KEPT[0]
        clean = (z - (1 - here).sqrt() * e) / here.sqrt()
        z = there.sqrt() * clean + (1 - there).sqrt() * e
    return z
