"""ControlNets of random weights, small enough to keep, and what diffusers computes with them in fp32.

Net a steers tiny model a: control_a/, a single file ("control_model." names) whose tensors are windows into a
few storages, with its heads and groups in a config.json beside it. Net b is shallower and steers no stored model: three levels of one layer, the first without attention, in
diffusers' layout: control_b/. No weight is zero, least of all those of the "zero" convolutions. Both in
tests/data/models.tar.xz. Results: controlnets.safetensors in tests/data/results.tar.xz, listed in tests/data/README.md.

    python controlnets.py      after tiny_models.py and networks.py
"""
import shutil

import numpy as np
import torch
from diffusers import ControlNetModel

import ldm_names
import stored
import tiny_models
import trajectories
from tiny_models import save

HINTS = (4, 6, 8, 12)
CONFIG_A = {**{k: v for k, v in tiny_models.unet_config(tiny_models.SHAPE_A).items()
               if k not in ("sample_size", "out_channels", "up_block_types", "center_input_sample")},
            "conditioning_embedding_out_channels": HINTS}
CONFIG_B = {**CONFIG_A, "block_out_channels": (16, 24, 32), "layers_per_block": 1,
            "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            "norm_num_groups": 8, "attention_head_dim": 4}
SIZES = [(8, 16), (5, 7)]  # of the latent; the second is odd on the way down
TIMESTEPS = [981, 501]  # of the rows of one batch
PAIR = ("dpmpp_2m", "karras")


def hint(height, width, which=0):
    """A picture that both sides draw: 1 x 3 x height x width in 0..1, 8 bits a channel."""
    c, y, x = np.meshgrid(range(3), range(height), range(width), indexing="ij")
    value = ((x * (3 + which) + y * 5 + c * 40) ^ ((x // 9) * (y // 7) * 16)) % 256
    return torch.tensor(value[None] / 255, dtype=torch.float32)


def build(config, seed):
    """A net whose values are the same in fp16 and fp32."""
    net = ControlNetModel(**config).eval()
    state = tiny_models.lively({f"{seed}.{k}": tuple(v.shape) for k, v in net.state_dict().items()})
    state = {k.removeprefix(f"{seed}."): v for k, v in state.items()}
    net.load_state_dict({k: v.float() for k, v in state.items()})
    return net, state


def write_a(state):
    folder = stored.folder("models") / "control_a"
    folder.mkdir(exist_ok=True)
    tiny_models.write_json(folder / "config.json", {"_class_name": "ControlNetModel", **CONFIG_A})
    torch.save({ldm_names.control_name(k): v for k, v in state.items()}, folder / "control.pth")


def write_b(state):
    folder = stored.folder("models") / "control_b"
    shutil.rmtree(folder, ignore_errors=True)
    tiny_models.write_json(folder / "config.json", {"_class_name": "ControlNetModel", **CONFIG_B})
    save(folder / "diffusion_pytorch_model.safetensors", tiny_models.cloned(state, torch.float16), {"format": "pt"})


def on_base(net, unet):
    """The net whose differences to the UNet are a quarter of the given one's weights."""
    base = unet.state_dict()
    whole = ControlNetModel(**CONFIG_A).eval()
    whole.load_state_dict({k: v / 4 + base[k] if k in base else v / 4 for k, v in net.state_dict().items()})
    return whole


def residuals(net, x, t, words, picture, **options):
    down, middle = net(x, t, words, controlnet_cond=picture.expand(len(x), -1, -1, -1), return_dict=False, **options)
    return [*down, middle]


def network_cases(name, net, words, generator):
    out = {}
    for height, width in SIZES:
        case = f"{name}.{height}x{width}"
        latent = torch.randn(2, 4, height, width, generator=generator)
        out[f"{case}.latent"] = latent
        tensors = residuals(net, latent, torch.tensor(TIMESTEPS), words, hint(8 * height, 8 * width))
        out |= {f"{case}.{i}": tensor for i, tensor in enumerate(tensors)}
    return out


class Controlled:
    """The guided network with ControlNets: a trajectories.Network, asked once a step.

    controls: (net, hint, options, keep(step), branches of (negative, prompt), factors or None) each.
    """

    def __init__(self, unet, cond, uncond, controls, cfg=7.5):
        self.unet, self.words, self.controls, self.cfg, self.step = unet, (uncond, cond), controls, cfg, 0

    def branch(self, index, z, t):
        total = None
        for net, picture, options, keep, branches, factors in self.controls:
            if not branches[index] or not keep(self.step):
                continue
            found = residuals(net, z, t, self.words[index], picture, **options)
            if factors:
                found = [r * factors(len(found), i, r) for i, r in enumerate(found)]
            total = [a + b for a, b in zip(total, found)] if total else found
        extra = {"down_block_additional_residuals": total[:-1], "mid_block_additional_residual": total[-1]} if total else {}
        return self.unet(z, t, self.words[index], **extra).sample

    def __call__(self, z, timestep):
        t = torch.tensor(timestep, dtype=torch.float32)
        without, given = self.branch(0, z, t), self.branch(1, z, t)
        self.step += 1
        return without + self.cfg * (given - without)


def always(step):
    return True


def within(start, end, steps=10):
    """diffusers' controlnet_keep."""
    return lambda step: not (step / steps < start or (step + 1) / steps > end)


def soft(count, index, tensor):
    return 0.825 ** (count - 1 - index)


def left_half(count, index, tensor):
    """A mask of 1 in the left half of the picture, averaged where it shrinks."""
    width = tensor.shape[-1]
    columns = torch.tensor([min(max(width / 2 - x, 0.0), 1.0) for x in range(width)])
    return columns.expand(tensor.shape[-2:])


def weighted(count, index, tensor):
    return (index + 1) / count


def run_cases(first, second, pool):
    a, b, both = hint(64, 128), hint(64, 128, 4), (True, True)
    one = {"conditioning_scale": 1.0}
    two = (second, b, {"conditioning_scale": 0.7}, within(0.2, 0.75), both, None)
    return {
        "one": [(first, a, one, always, both, None)],
        "half": [(first, a, {"conditioning_scale": 0.5}, always, both, None)],
        "two": [(first, a, one, always, both, None), two],
        "range": [two],
        "prompt": [(first, a, one, always, both, soft)],
        "control": [(first, a, one, always, (False, True), soft)],
        "guess": [(first, a, {**one, "guess_mode": True}, always, (False, True), None)],
        "mask": [(first, a, one, always, both, left_half)],
        "blocks": [(first, a, one, always, both, weighted)],
        "pool": [(pool, a, one, always, (False, True), None)],
    }


@torch.no_grad()
def main():
    unet = tiny_models.load_a()[0]
    a, state_a = build(CONFIG_A, "a")
    b, state_b = build(CONFIG_B, "b")
    write_a(state_a)
    write_b(state_b)
    generator = torch.Generator().manual_seed(3)
    words = torch.randn(2, 77, 32, generator=generator)
    out = {"context": words}
    whole = on_base(a, unet)
    for name, net in (("a", a), ("b", b), ("difference", whole)):
        out |= network_cases(name, net, words, generator)

    from safetensors.torch import load_file
    plain_runs = load_file(stored.folder("results") / "trajectories.safetensors")
    pool = ControlNetModel(**CONFIG_A, global_pool_conditions=True).eval()
    pool.load_state_dict(a.state_dict())
    for name, controls in run_cases(a, whole, pool).items():
        network = Controlled(unet, plain_runs["context.cond"], plain_runs["context.uncond"], controls)
        end, source = trajectories.trajectory(network, *PAIR)
        assert network.step == 10
        out[f"end.{name}"] = end
        plain = plain_runs[f"end.{PAIR[0]}.{PAIR[1]}.cfg7.5"]
        print(f"{name:10} {source} size {end.square().mean().sqrt():.3g}, from the plain run {(end - plain).square().mean().sqrt():.3g}")
    assert all(torch.isfinite(t).all() for t in out.values())
    save(stored.folder("results") / "controlnets.safetensors", out, {"sampler": PAIR[0], "schedule": PAIR[1]})
    stored.pack("models")
    stored.pack("results")


if __name__ == "__main__":
    main()
