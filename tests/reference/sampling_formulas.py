"""The eight samplers and six schedules from their papers, in float64: the second opinion beside diffusers.

Written in the variance-preserving space of the papers (z = a x0 + s noise), not in the sigma space of the program, so
that a slip in the change of variables cannot hide. sample() takes and returns sigma-space states, x = z / a.
"""
import numpy as np


def sigma_table():
    """Stable Diffusion's 1000 sigmas by timestep, ascending."""
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    kept = np.cumprod(1 - betas)
    return np.sqrt((1 - kept) / kept)


TABLE = sigma_table()


def sigma_at(timestep):
    return np.exp(np.interp(timestep, np.arange(1000), np.log(TABLE)))


def timestep_at(sigma):
    return np.interp(np.log(sigma), np.log(TABLE), np.arange(1000))


def schedule(name, steps):
    """steps + 1 sigmas, the last 0."""
    if name == "normal":
        sigmas = sigma_at(np.linspace(999, 0, steps))
    elif name == "simple":
        sigmas = np.array([TABLE[-(1 + int(i * (1000 / steps)))] for i in range(steps)])
    elif name == "karras":
        ramp = np.linspace(0, 1, steps)
        sigmas = (TABLE[-1] ** (1 / 7) + ramp * (TABLE[0] ** (1 / 7) - TABLE[-1] ** (1 / 7))) ** 7
    elif name == "exponential":
        sigmas = np.exp(np.linspace(np.log(TABLE[-1]), np.log(TABLE[0]), steps))
    elif name == "sgm_uniform":
        sigmas = sigma_at(np.linspace(999, 0, steps + 1)[:-1])
    elif name == "ddim_uniform":
        sigmas = TABLE[np.arange(1, 1000, 1000 // steps)][:steps][::-1]
    else:
        raise ValueError(name)
    return np.append(sigmas, 0.0)


def alpha(sigma):
    return 1 / np.sqrt(1 + sigma**2)


def lam(sigma):
    """Half the log signal-to-noise ratio."""
    return -np.log(sigma)


def euler(z, i, s, denoise, state, eta, noise):
    """Karras et al. 2022, algorithm 1, line 5, on the unscaled variable."""
    x = z / alpha(s[i])
    slope = (x - denoise(x, s[i])) / s[i]
    return (x + (s[i + 1] - s[i]) * slope) * alpha(s[i + 1])


def heun(z, i, s, denoise, state, eta, noise):
    """Karras et al. 2022, algorithm 1."""
    x = z / alpha(s[i])
    slope = (x - denoise(x, s[i])) / s[i]
    end = x + (s[i + 1] - s[i]) * slope
    if s[i + 1] > 0:
        slope_end = (end - denoise(end, s[i + 1])) / s[i + 1]
        end = x + (s[i + 1] - s[i]) * (slope + slope_end) / 2
    return end * alpha(s[i + 1])


def euler_ancestral(z, i, s, denoise, state, eta, noise):
    """k-diffusion's ancestral step: down to sigma_down, then noise of sigma_up."""
    x = z / alpha(s[i])
    up = min(s[i + 1], eta * np.sqrt(s[i + 1] ** 2 * (s[i] ** 2 - s[i + 1] ** 2) / s[i] ** 2))
    down = np.sqrt(s[i + 1] ** 2 - up**2)
    x = x + (x - denoise(x, s[i])) / s[i] * (down - s[i])
    if s[i + 1] > 0:
        x = x + noise() * up
    return x * alpha(s[i + 1])


def ddim(z, i, s, denoise, state, eta, noise):
    """Song, Meng and Ermon 2021, equations 12 and 16; a is alpha-bar."""
    a, a_prev = alpha(s[i]) ** 2, alpha(s[i + 1]) ** 2
    x0 = denoise(z / np.sqrt(a), s[i])
    eps = (z - np.sqrt(a) * x0) / np.sqrt(1 - a)
    std = eta * np.sqrt((1 - a_prev) / (1 - a)) * np.sqrt(1 - a / a_prev)
    result = np.sqrt(a_prev) * x0 + np.sqrt(1 - a_prev - std**2) * eps
    return result + std * noise() if eta > 0 and s[i + 1] > 0 else result


def ddpm(z, i, s, denoise, state, eta, noise):
    """Ho, Jain and Abbeel 2020, equations 6 and 7; a is alpha-bar."""
    a, a_prev = alpha(s[i]) ** 2, alpha(s[i + 1]) ** 2
    beta = 1 - a / a_prev
    x0 = denoise(z / np.sqrt(a), s[i])
    mean = np.sqrt(a_prev) * beta / (1 - a) * x0 + np.sqrt(1 - beta) * (1 - a_prev) / (1 - a) * z
    return mean + np.sqrt((1 - a_prev) / (1 - a) * beta) * noise() if s[i + 1] > 0 else mean


def dpmpp_2m(z, i, s, denoise, state, eta, noise):
    """DPM-Solver++(2M), Lu et al. 2022, algorithm 2; first order where the next sigma is 0."""
    a, a_next = alpha(s[i]), alpha(s[i + 1])
    x0 = denoise(z / a, s[i])
    estimate, shrink = x0, -1.0
    if s[i + 1] > 0:
        h = lam(s[i + 1]) - lam(s[i])
        shrink = np.expm1(-h)
        if "last" in state:
            r = (lam(s[i]) - lam(s[i - 1])) / h
            estimate = (1 + 1 / (2 * r)) * x0 - 1 / (2 * r) * state["last"]
    state["last"] = x0
    return (s[i + 1] * a_next) / (s[i] * a) * z - a_next * shrink * estimate


def unipc(z, i, s, denoise, state, eta, noise):
    """UniPC-p with p = 2 and B(h) = e^h - 1, data prediction: Zhao et al. 2023, algorithms 5 to 8."""
    def update(start, k, order, outputs, end_output):
        """From s[k] to s[k + 1]; outputs are those at s[k], s[k - 1]; with end_output it is the corrector."""
        a, a_next = alpha(s[k]), alpha(s[k + 1])
        h = lam(s[k + 1]) - lam(s[k]) if s[k + 1] > 0 else np.inf
        big_b = np.expm1(-h)
        base = (s[k + 1] * a_next) / (s[k] * a) * start - a_next * big_b * outputs[0]
        r = [(lam(s[k - m]) - lam(s[k])) / h for m in range(1, order)]
        differences = [(outputs[m] - outputs[0]) / r[m - 1] for m in range(1, order)]
        if end_output is not None:
            r.append(1.0)
            differences.append(end_output - outputs[0])
        if not differences:
            return base
        if len(differences) == 1:
            weights = [0.5]  # the paper's choice, exact for B of either kind as h goes to 0
        else:
            phi, factorial, right = big_b / -h - 1, 1, []
            for n in range(1, len(differences) + 1):
                right.append(phi * factorial / big_b)
                factorial *= n + 1
                phi = phi / -h - 1 / factorial
            weights = np.linalg.solve(np.array([np.power(r, n) for n in range(len(r))]), np.array(right))
        return base - a_next * big_b * sum(w * d for w, d in zip(weights, differences))

    x0 = denoise(z / alpha(s[i]), s[i])
    if i > 0:
        z = update(state["start"], i - 1, state["order"], state["outputs"], x0)
    outputs = [x0] + state.get("outputs", [])[:1]
    order = min(2, i + 1, len(s) - 1 - i)
    state.update(start=z, order=order, outputs=outputs)
    return update(z, i, order, outputs, None)


def lcm(z, i, s, denoise, state, eta, noise):
    """Luo et al. 2023: multistep consistency sampling; boundary scalings with sigma_data 0.5 and timesteps times 10."""
    t = 10 * timestep_at(s[i])
    x0 = denoise(z / alpha(s[i]), s[i])
    clean = t / np.sqrt(t**2 + 0.25) * x0 + 0.25 / (t**2 + 0.25) * z
    if s[i + 1] == 0:
        return clean
    return alpha(s[i + 1]) * clean + s[i + 1] * alpha(s[i + 1]) * noise()


STEPS = {f.__name__: f for f in (euler, euler_ancestral, heun, dpmpp_2m, unipc, ddim, ddpm, lcm)}


def sample(sampler, sigmas, x, denoise, noise, eta):
    """The sigma-space state after each step. noise() gives the next draw."""
    states, state, z = [], {}, x * alpha(sigmas[0])
    for i in range(len(sigmas) - 1):
        z = STEPS[sampler](z, i, sigmas, denoise, state, eta, noise)
        states.append(z / alpha(sigmas[i + 1]))
    return states
