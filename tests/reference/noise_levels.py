"""Writes tests/data/noise_levels.json: sigmas of the noise that scheduler configurations describe, by the formulas of
diffusers' schedulers (make betas, rescale_zero_terminal_snr, sigmas of EulerDiscreteScheduler) in float64.

    pip install numpy; python noise_levels.py
"""
import json
import math
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "data"
CASES = [
    {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000},
    {"_class_name": "DDIMScheduler"},
    {"_class_name": "LCMScheduler"},
    {"_class_name": "HeunDiscreteScheduler"},
    {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear"},
    {"beta_start": 0.001, "beta_end": 0.01, "beta_schedule": "scaled_linear", "num_train_timesteps": 400},
    {"beta_schedule": "squaredcos_cap_v2", "num_train_timesteps": 500},
    {"beta_start": 0.0005, "beta_end": 0.015, "beta_schedule": "sigmoid"},
    {"trained_betas": [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512]},
    {"rescale_betas_zero_snr": True},
    {"rescale_betas_zero_snr": True, "beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear",
     "num_train_timesteps": 250},
]
STANDARD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
DEFAULTS = {  # of the classes' signatures
    "DDIMScheduler": {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear"},
    "LCMScheduler": STANDARD,
    "HeunDiscreteScheduler": {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "linear"},
}


def alpha_bar(t):
    return math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2


def betas(beta_start, beta_end, beta_schedule, num_train_timesteps=1000, trained_betas=None, **_):
    n = num_train_timesteps
    if trained_betas is not None:
        return np.array(trained_betas)
    if beta_schedule == "linear":
        return np.linspace(beta_start, beta_end, n)
    if beta_schedule == "scaled_linear":
        return np.linspace(beta_start**0.5, beta_end**0.5, n) ** 2
    if beta_schedule == "squaredcos_cap_v2":
        return np.array([min(1 - alpha_bar((i + 1) / n) / alpha_bar(i / n), 0.999) for i in range(n)])
    assert beta_schedule == "sigmoid"
    return 1 / (1 + np.exp(-np.linspace(-6, 6, n))) * (beta_end - beta_start) + beta_start


def rescaled(betas):
    root = np.sqrt(np.cumprod(1 - betas))
    first, last = root[0], root[-1]
    root = (root - last) * (first / (first - last))
    bar = root**2
    return 1 - np.concatenate([bar[:1], bar[1:] / bar[:-1]])


def sigmas(config):
    values = {**DEFAULTS.get(config.get("_class_name"), STANDARD), **config}
    zero = values.pop("rescale_betas_zero_snr", False)
    bar = np.cumprod(1 - (rescaled(betas(**values)) if zero else betas(**values)))
    if zero:
        bar[-1] = 2**-24
    return np.sqrt((1 - bar) / bar)


if __name__ == "__main__":
    rows = []
    for config in CASES:
        table = sigmas(config)
        at = sorted({0, 1, 2, len(table) // 3, len(table) // 2, len(table) - 2, len(table) - 1})
        rows.append(json.dumps({"config": config, "count": len(table), "at": at, "sigmas": [float(table[i]) for i in at]}))
    (DATA / "noise_levels.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")
