"""Writes sampling.json into tests/data/results.tar.xz: trajectories of every sampler x schedule with an analytic denoiser.

Where diffusers has the pair, its scheduler gives the trajectory ("diffusers"); where it has the sampler but not the
schedule, its scheduler is fed the schedule ("diffusers, schedule fed"); the rest comes from sampling_formulas.py
("formulas"). Every trajectory of diffusers is also held against the formulas here.

makeScheduler() is for other reference scripts too: it gives the diffusers scheduler for a pair, so that a trajectory
through a network can be recorded with the same conventions.

    python tests/reference/sampling.py
"""
import json
import warnings

import diffusers
import numpy as np
import torch

import sampling_formulas as formulas
import stored

STEPS = 10
SEED = 7
SHAPE = (1, 2, 4, 4)
SCHEDULES = ["normal", "simple", "karras", "exponential", "sgm_uniform", "ddim_uniform"]
ETA = {"euler_ancestral": [1.0], "ddim": [0.0, 0.5, 1.0], "ddpm": [1.0]}
# Data of independent numbers, each from this mixture of Gaussians, whose best denoiser is known in closed form.
MIXTURE = {"weight": [0.3, 0.5, 0.2], "mean": [-1.5, 0.2, 1.8], "deviation": [0.3, 0.5, 0.2]}

BETAS = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
CLASSES = {
    "euler": diffusers.EulerDiscreteScheduler,
    "euler_ancestral": diffusers.EulerAncestralDiscreteScheduler,
    "heun": diffusers.HeunDiscreteScheduler,
    "dpmpp_2m": diffusers.DPMSolverMultistepScheduler,
    "unipc": diffusers.UniPCMultistepScheduler,
    "ddim": diffusers.DDIMScheduler,
    "ddpm": diffusers.DDPMScheduler,
    "lcm": diffusers.LCMScheduler,
}
SPACING = {
    "simple": dict(timestep_spacing="trailing"),
    "ddim_uniform": dict(timestep_spacing="leading", steps_offset=1),
    "karras": dict(timestep_spacing="linspace", use_karras_sigmas=True),
    "exponential": dict(timestep_spacing="linspace", use_exponential_sigmas=True),
}
# The schedules that each scheduler has by its own configuration. "leading" of DPM-Solver and UniPC spaces otherwise.
NATIVE = {
    "euler": ["simple", "ddim_uniform", "karras", "exponential"],
    "euler_ancestral": ["simple", "ddim_uniform"],
    "heun": ["simple", "ddim_uniform", "karras", "exponential"],
    "dpmpp_2m": ["simple", "karras", "exponential"],
    "unipc": ["simple", "karras", "exponential"],
    "ddim": ["simple", "ddim_uniform"],
    "ddpm": ["simple", "ddim_uniform"],
    "lcm": ["simple"],
}
SIGMA_SPACE = ("euler", "euler_ancestral", "heun")


def common(sampler):
    """The options that end a walk at sigma 0 and clip nothing."""
    return {"ddim": dict(clip_sample=False, set_alpha_to_one=True), "ddpm": dict(clip_sample=False),
            "lcm": dict(clip_sample=False, set_alpha_to_one=True),
            "dpmpp_2m": dict(algorithm_type="dpmsolver++", solver_order=2, solver_type="midpoint",
                             final_sigmas_type="zero"),
            "unipc": dict(solver_order=2, solver_type="bh2", final_sigmas_type="zero")}.get(sampler, {})


def makeScheduler(sampler, schedule, steps=STEPS, prediction="epsilon"):
    """(scheduler, sigmas, timesteps, source) with one entry a step, sigmas also the final 0; None for source
    "formulas". For each i, evaluate the network on z = x / sqrt(1 + sigmas[i]^2) at the (fractional) timesteps[i];
    DDIM and DDPM with a fed schedule count their own timesteps from steps - 1 down, so use scheduler.timesteps only
    for scheduler.step()."""
    sigmas = formulas.schedule(schedule, steps)
    timesteps = formulas.timestep_at(sigmas[:-1])
    options = dict(common(sampler), prediction_type=prediction)
    if schedule in NATIVE[sampler]:
        spacing = {} if sampler == "lcm" else SPACING[schedule]
        scheduler = CLASSES[sampler](**BETAS, **options, **spacing)
        scheduler.set_timesteps(steps)
        return scheduler, sigmas, timesteps, "diffusers"
    if sampler == "lcm":
        if schedule != "ddim_uniform":
            return None, sigmas, timesteps, "formulas"
        scheduler = CLASSES[sampler](**BETAS, **options)
        scheduler.set_timesteps(timesteps=[int(round(t)) for t in timesteps])
    elif sampler in ("ddim", "ddpm"):
        kept = np.append(1.0, (1 / (1 + sigmas[:-1] ** 2))[::-1])
        betas = (1 - kept[1:] / kept[:-1]).astype(np.float32)
        scheduler = CLASSES[sampler](num_train_timesteps=steps, trained_betas=betas, **options)
        scheduler.set_timesteps(steps)
    else:
        scheduler = CLASSES[sampler](**BETAS, **options)
        scheduler.set_timesteps(steps)
        s, t = torch.tensor(sigmas, dtype=torch.float32), torch.tensor(timesteps, dtype=torch.float32)
        if sampler == "heun":
            s = torch.cat([s[:1], s[1:-1].repeat_interleave(2), s[-1:]])
            t = torch.cat([t[:1], t[1:].repeat_interleave(2)])
        scheduler.sigmas, scheduler.timesteps = s, t
    return scheduler, sigmas, timesteps, "diffusers, schedule fed"


def denoise(x, sigma):
    """The mixture's posterior mean of x0 given x = x0 + sigma noise."""
    x = np.asarray(x, dtype=np.float64)
    total = weighted = 0.0
    for weight, mean, deviation in zip(*MIXTURE.values()):
        variance = deviation**2 + sigma**2
        density = weight / np.sqrt(variance) * np.exp(-((x - mean) ** 2) / (2 * variance))
        total = total + density
        weighted = weighted + density * (x * deviation**2 + mean * sigma**2) / variance
    return weighted / total


def walk(sampler, scheduler, timesteps, sigmas, x, eta, generator):
    """The sigma-space states after each step by a diffusers scheduler, from the sigma-space state x."""
    vp = sampler not in SIGMA_SPACE
    scale = [float(np.sqrt(1 + s * s)) for s in sigmas]
    sample = torch.tensor(x / scale[0] if vp else x, dtype=torch.float32)
    extra = {"generator": generator} if sampler in ("euler_ancestral", "ddim", "ddpm", "lcm") else {}
    if sampler == "ddim":
        extra["eta"] = eta
    states = []
    for k, t in enumerate(timesteps):
        i = (k + 1) // 2 if sampler == "heun" else k  # Heun evaluates twice a step, once in the last
        if not vp:
            scheduler.scale_model_input(sample, t)
        at = sample.double().numpy() * (scale[i] if vp else 1)
        eps = torch.tensor((at - denoise(at, sigmas[i])) / sigmas[i], dtype=torch.float32)
        sample = scheduler.step(eps, t, sample, return_dict=False, **extra)[0]
        if sampler != "heun" or k % 2 == 1 or k == len(timesteps) - 1:
            states.append(sample.double().numpy() * (scale[len(states) + 1] if vp else 1))
    return states


def difference(a, b):
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def numbers(array):
    return [float(f"{v:.8g}") for v in np.asarray(array).ravel()]


def trajectory(sampler, schedule, eta, latent=None, skip=0):
    """One case for the file, from seed noise, or from a latent noised at step skip."""
    scheduler, sigmas, _, source = makeScheduler(sampler, schedule)
    sigmas = sigmas[skip:]

    def start():
        generator = torch.Generator("cpu").manual_seed(SEED)
        noise = torch.randn(SHAPE, generator=generator)
        x = noise.double().numpy()
        return generator, (x * np.sqrt(1 + sigmas[0] ** 2) if latent is None else latent + sigmas[0] * x)

    generator, x = start()
    states = formulas.sample(sampler, sigmas, x, denoise,
                             lambda: torch.randn(SHAPE, generator=generator).double().numpy(), eta)
    if scheduler is not None:
        if skip:
            scheduler.set_begin_index(skip)
        generator, x = start()
        checked = walk(sampler, scheduler, scheduler.timesteps[skip * scheduler.order:], sigmas, x, eta, generator)
        worst = max(difference(a, b) for a, b in zip(checked, states))
        print(f"{sampler:16} {schedule:13} eta {eta}: {source:24} differs from the formulas by {worst:.1e}")
        assert len(checked) == len(states) and worst < 3e-5, (sampler, schedule, worst)
        states = checked
    return {"sampler": sampler, "schedule": schedule, "eta": eta, "source": source, "skip": skip,
            "states": [numbers(state) for state in states]}


def predictions():
    """denoised by diffusers' Euler scheduler from a network output, both parametrisations."""
    generator = torch.Generator("cpu").manual_seed(3)
    x, output = torch.randn(16, generator=generator) * 2, torch.randn(16, generator=generator)
    result = {"x": numbers(x), "output": numbers(output), "cases": []}
    for name, kind in (("epsilon", "epsilon"), ("velocity", "v_prediction")):
        scheduler, sigmas, _, _ = makeScheduler("euler", "simple", prediction=kind)
        for i in (0, 5, 9):
            scheduler._step_index = i
            scaled = scheduler.scale_model_input(x, scheduler.timesteps[i])
            denoised = scheduler.step(output, scheduler.timesteps[i], x, return_dict=False)[1]
            result["cases"].append({"prediction": name, "sigma": sigmas[i], "input": numbers(scaled),
                                    "denoised": numbers(denoised)})
    return result


def main():
    warnings.simplefilter("ignore")
    diffusers.logging.set_verbosity_error()
    cases = [trajectory(sampler, schedule, eta)
             for sampler in CLASSES for schedule in SCHEDULES for eta in ETA.get(sampler, [0.0])]
    latent = np.linspace(-1, 1, int(np.prod(SHAPE))).reshape(SHAPE)
    images = [trajectory(sampler, schedule, 0.0, latent, skip=4)  # strength 0.6 of 10 steps
              for sampler, schedule in (("euler", "karras"), ("dpmpp_2m", "simple"), ("unipc", "exponential"))]
    native = {}
    for schedule in SPACING:
        sampler = "euler"
        scheduler = makeScheduler(sampler, schedule)[0]
        native[schedule] = {"sigmas": numbers(scheduler.sigmas), "timesteps": numbers(scheduler.timesteps)}
    table = {name: {str(n): numbers(formulas.schedule(name, n)) for n in (1, 2, 7, 20, 30)} for name in SCHEDULES}
    data = {"versions": {"torch": torch.__version__, "diffusers": diffusers.__version__}, "seed": SEED,
            "count": int(np.prod(SHAPE)), "mixture": MIXTURE, "schedules": table, "diffusers_schedules": native,
            "predictions": predictions(), "latent": numbers(latent), "text_to_image": cases, "image_to_image": images}
    path = stored.folder("results") / "sampling.json"
    path.write_text(json.dumps(data, separators=(",", ":")).replace('{"sampler"', '\n{"sampler"') + "\n")
    stored.pack("results")
    print(path.stat().st_size)


if __name__ == "__main__":
    main()
