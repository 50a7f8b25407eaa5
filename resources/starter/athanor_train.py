"""Trains the starter model, stage by stage, on a CUDA GPU or on CPU cores; run again, it goes on where it stopped.

    python athanor_train.py --work FOLDER [--minutes 9] [--workers 15] [--until STAGE] [--start EXPORTED]

Stages: vae, text, unet128 (small pictures first: composition is learned cheaply), unet256, one ControlNet for each of
canny, lineart, depth and pose, then the estimators of control maps and the upscaler. score.py and export.py take it
from there.
"""
import argparse
import functools
import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

import controlnet
import diffusion
import estimators
import scenes
import text
import tokenizer
import unet
import upscaler
import vae as vae_module
from pictures import PROMPTS, draw, save_sheet
from trainer import OutOfTime, Session, inference, save, train

HELD_OUT = 10_000_000  # scenes numbered from here on are never trained on
CONTROLS = ("canny", "lineart", "depth", "pose")
STAGES = ("vae", "text", "unet128", "unet256", *CONTROLS, "estimators", "upscaler")

# steps, batch (of 256-pixel frames' worth for the VAE), learning rate; scenes: how many latents are made beforehand
SIZES = {
    "cpu": dict(vae=dict(steps=3000, batch=1, rate=3e-4), text=dict(steps=2000, batch=64, rate=1e-3),
                unet128=dict(steps=6500, batch=32, rate=6e-4, scenes=16000, look=1000),
                unet256=dict(steps=4500, batch=16, rate=4e-4, scenes=8000, look=400),
                control=dict(steps=1600, batch=8, rate=6e-4),
                estimators=dict(steps=4000, batch=4, rate=2e-3), upscaler=dict(steps=0, batch=1, rate=5e-4)),
    "cuda": dict(vae=dict(steps=4000, batch=6, rate=4e-4), text=dict(steps=1000, batch=256, rate=1e-3),
                 unet128=dict(steps=4000, batch=256, rate=1e-3, scenes=60000, look=1000),
                 unet256=dict(steps=5000, batch=192, rate=8e-4, scenes=60000, look=1000),
                 control=dict(steps=1500, batch=48, rate=8e-4),
                 estimators=dict(steps=2000, batch=32, rate=3e-3), upscaler=dict(steps=4000, batch=16, rate=1e-3)),
    "smoke": dict(vae=dict(steps=3, batch=1, rate=3e-4), text=dict(steps=2, batch=4, rate=1e-3),
                  unet128=dict(steps=2, batch=4, rate=6e-4, scenes=60, look=2), unet256=dict(steps=2, batch=2, rate=4e-4, scenes=60, look=9),
                  control=dict(steps=2, batch=2, rate=6e-4),
                  estimators=dict(steps=2, batch=2, rate=2e-3), upscaler=dict(steps=2, batch=2, rate=1e-3)),
}


# ---------------------------------------------------------------- autoencoder

def vae_batch(step, batch):
    """By turns: whole frames of 256 pixels, and as many pixels of 128-pixel cutouts and whole 128-pixel frames."""
    rng = np.random.default_rng((11, step))
    numbers = rng.integers(0, 1_000_000, 3 * batch)
    large = draw(numbers[:batch], 256)
    if step % 3 == 2:
        x = large
    else:
        corners = rng.integers(0, 129, (2, 2))
        x = np.concatenate([draw(numbers[batch:], 128)] + [large[:, :, a:a + 128, b:b + 128] for a, b in corners])
    return (np.ascontiguousarray(x[..., ::-1] if rng.random() < .5 else x),)


def train_vae(session, size):
    """The autoencoder with the latents' statistics folded in."""
    vae, path = vae_module.VAE(), session.path("vae_folded.pt")
    if not os.path.exists(path):
        def prepare(x):
            return x.contiguous(memory_format=torch.channels_last), torch.randn(len(x), 4, *(s // 8 for s in x.shape[2:]), device=x.device)

        def watch(step, averaged):
            session.log(stage="vae", step=step, psnr=vae_psnr(session, averaged["vae"], 16))

        train(session, "vae", {"vae": vae}, functools.partial(vae_batch, batch=size["batch"]),
              lambda x, noise: vae_module.loss(x, *vae(x, noise)), size["steps"], size["rate"], prepare,
              decay=.5, watch=watch, watch_every=250)
        with inference(session):
            batches = session.stream(lambda n: (draw(range(n, n + 8), 256),), range(0, 512, 8))
            latents = torch.cat([vae.encode(x)[0].float() for (x,) in batches])
        vae_module.fold(vae, latents.mean((0, 2, 3)), latents.std((0, 2, 3)))
        save(vae.state_dict(), path)
    vae.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return vae.to(session.device, memory_format=torch.channels_last).eval().requires_grad_(False)


def vae_psnr(session, vae, count):
    """Mean over held-out scenes at the native size, in dB."""
    with inference(session):
        values = [10 * torch.log10(4 / F.mse_loss(vae.decode(vae.encode(x)[0]).float().clamp(-1, 1), x))
                  for (x,) in session.stream(lambda n: (draw([n], 256),), range(HELD_OUT, HELD_OUT + count))]
    return torch.stack(values).mean().item()


def latents(session, vae, size, numbers):
    """Latents of the scenes of a range, n x 4 x size/8 x size/8 in fp16; made once, in pieces that survive."""
    block, pieces = 10_000 if session.workers else 500, []
    os.makedirs(session.path(f"latents{size}"), exist_ok=True)
    for first in range(numbers.start, numbers.stop, block):
        path = session.path(f"latents{size}", f"{first}.pt")
        if not os.path.exists(path):
            with inference(session):
                batches = session.stream(lambda n: (draw(range(n, n + 20), size),), range(first, min(first + block, numbers.stop), 20))
                made = [(vae.encode(x)[0].float() * vae_module.SCALE).half().cpu() for (x,) in batches]
            save(torch.cat(made), path)
            if session.must_end():
                raise OutOfTime(f"latents{size}")
        pieces.append(torch.load(path, weights_only=True))
    return torch.cat(pieces)


# ---------------------------------------------------------------- words and denoising

plan = functools.lru_cache(maxsize=200_000)(scenes.plan)


def words_of(coder, numbers, rng, dropped):
    """Token numbers of a fresh caption for each scene; a share of them dropped to none or to a negative prompt."""
    return np.array([coder.encode(scenes.empty_caption(rng) if rng.random() < dropped else scenes.caption(plan(int(n)), rng)) for n in numbers])


def train_text(session, size, coder, encoder):
    """Text encoder taught alone to tell what a caption says, or the UNet would learn to ignore its noise."""
    readout = nn.Linear(text.WIDTH, sum(scenes.LABEL_SIZES))

    def batch(step):
        rng = np.random.default_rng((12, step))
        numbers = rng.integers(0, 1_000_000, size["batch"])
        ids = words_of(coder, numbers, rng, 0)
        end = (ids == len(coder) - 1).argmax(1)
        place = np.stack([end, rng.integers(end, tokenizer.LENGTH)], 1)  # the end and one of the paddings after it
        return ids, place, np.array([scenes.labels(plan(int(n))) for n in numbers])

    def loss(ids, place, truth):
        states = encoder(ids).gather(1, place[:, :, None].expand(-1, -1, text.WIDTH))
        guesses = readout(states).float().flatten(0, 1).split(scenes.LABEL_SIZES, 1)
        return sum(F.cross_entropy(g, truth[:, i].repeat_interleave(2)) for i, g in enumerate(guesses))

    train(session, "text", {"encoder": encoder, "readout": readout}, batch, loss, size["steps"], size["rate"], decay=.5, average=.99)


def train_unet(session, name, size, coder, vae, encoder, net):
    """Text encoder and UNet together, on latents of the size that the stage's name ends with."""
    pixels = int(name[4:])
    known, unseen = latents(session, vae, pixels, range(size["scenes"])), latents(session, vae, pixels, range(HELD_OUT, HELD_OUT + 200))
    unseen_ids = torch.tensor(words_of(coder, range(HELD_OUT, HELD_OUT + 200), np.random.default_rng(0), 0)).to(session.device)
    asked, nothing = (torch.tensor([coder.encode(p) for p in prompts]).to(session.device) for prompts in (PROMPTS, [""]))

    def batch(step):
        rng = np.random.default_rng((pixels, step))
        numbers = rng.integers(0, len(known), size["batch"])
        return known[numbers], words_of(coder, numbers, rng, .1)

    def prepare(z, ids):
        return ids, *diffusion.add_noise(z.float().contiguous(memory_format=torch.channels_last))

    def loss(ids, x, t, noise, weight):
        return diffusion.loss(net(x, t, encoder(ids)), noise, weight)

    def watch(step, averaged):
        words, denoise = averaged["text"], averaged["unet"]
        torch.manual_seed(5)
        x, t, noise, weight = diffusion.add_noise(unseen.to(session.device).float())
        errors = [F.mse_loss(denoise(x[i::5], t[i::5], words(unseen_ids[i::5])).float(), noise[i::5]).item() for i in range(5)]
        session.log(stage=name, step=step, unseen=sum(errors) / 5)
        z = torch.randn(len(PROMPTS), 4, pixels // 8, pixels // 8, generator=torch.Generator().manual_seed(7)).to(session.device)
        made = diffusion.sample(denoise, words(asked), words(nothing), z)
        save_sheet(torch.cat([vae.decode(v / vae_module.SCALE).float() for v in made.split(4)]), session.path(f"{name}_{step:06}.png"), 8)

    train(session, name, {"unet": net, "text": encoder}, batch, loss, size["steps"], size["rate"], prepare, watch=watch, watch_every=size["look"])


def train_control(session, name, size, count, coder, vae, encoder, net, control):
    """One ControlNet beside the frozen UNet; many captions dropped, so that the map alone must tell the shapes."""
    known = latents(session, vae, 256, range(count))
    persons = np.array([n for n in range(count) if any(t.kind == "person" for t in plan(n).things)])

    def batch(step):
        rng = np.random.default_rng((13, step))
        numbers = rng.integers(0, count, size["batch"])
        if name == "pose":  # mostly persons; the rest teaches that an all-black map means nobody
            some = rng.random(size["batch"]) < .85
            numbers[some] = rng.choice(persons, some.sum())
        maps = [scenes.render(plan(int(n)), 256, maps=True)[name] for n in numbers]
        maps = np.stack([m if m.ndim == 3 else np.repeat(m[..., None], 3, 2) for m in maps])
        return known[numbers], words_of(coder, numbers, rng, .3), maps.transpose(0, 3, 1, 2)

    def prepare(z, ids, maps):
        x, t, noise, weight = diffusion.add_noise(z.float().contiguous(memory_format=torch.channels_last))
        return encoder(ids).detach(), x, t, noise, weight, (maps.float() / 255).contiguous(memory_format=torch.channels_last)

    def loss(words, x, t, noise, weight, maps):
        return diffusion.loss(net(x, t, words, control(x, t, words, maps)), noise, weight)

    train(session, f"control_{name}", {"control": control}, batch, loss, size["steps"], size["rate"], prepare)


def train_estimators(session, size, vae):
    """The networks that draw control maps from pictures: half of the scenes have persons; a quarter of the pictures have
    been through the autoencoder and a quarter are spoiled, as pictures of networks are."""
    net = estimators.Estimator()
    persons = np.array([n for n in range(60_000) if any(t.kind == "person" for t in plan(n).things)])

    def batch(step):
        rng = np.random.default_rng((16, step))
        numbers = rng.integers(0, 1_000_000, size["batch"])
        numbers[::2] = rng.choice(persons, len(numbers[::2]))
        numbers = rng.permutation(numbers)
        return [np.stack(a) for a in zip(*(estimators.targets(plan(int(n)), 256) for n in numbers))]

    def prepare(images, planes, poses):
        x = images.float() / 255
        quarter = max(1, len(x) // 4)
        with torch.no_grad():
            seen = vae.decode(vae.encode(x[:quarter] * 2 - 1)[0]).float().clamp(-1, 1) / 2 + .5
        x = torch.cat([seen, estimators.spoil(x[quarter:2 * quarter]), x[2 * quarter:]])
        return x.contiguous(memory_format=torch.channels_last), planes.float() / 255, poses.float()

    def loss(x, planes, poses):
        return estimators.loss(net(x), planes, poses)

    def watch(step, averaged):
        session.log(stage="estimators", step=step, **estimators.marks(averaged["estimators"], session.device, range(HELD_OUT, HELD_OUT + 48)))

    train(session, "estimators", {"estimators": net}, batch, loss, size["steps"], size["rate"], prepare, decay=.5, average=.99, watch=watch, watch_every=500)


def train_upscaler(session, size, vae):
    """Half of the cutouts go through the autoencoder first."""
    net = upscaler.Upscaler()

    def prepare(small, large):
        half = len(small) // 2
        with torch.no_grad():
            small = torch.cat([vae.decode(vae.encode(small[:half])[0]).float().clamp(-1, 1), small[half:]])
        return (small + 1) / 2, (large + 1) / 2

    upscaler.begin_linear(net, (prepare(*(torch.from_numpy(a).to(session.device) for a in upscaler.batch(step, 1)))
                                for step in range(-1, -101, -1)))

    session.log(stage="upscaler", step=0, gain=upscaler.gain(net, session.device, range(HELD_OUT, HELD_OUT + 16)))
    if size["steps"] == 0:  # what a processor can do beyond that makes it worse
        save({"averaged": {"upscaler": net.state_dict()}}, session.path("upscaler.pt"))
        return

    def watch(step, averaged):
        session.log(stage="upscaler", step=step, gain=upscaler.gain(averaged["upscaler"], session.device, range(HELD_OUT, HELD_OUT + 16)))

    train(session, "upscaler", {"upscaler": net}, functools.partial(upscaler.batch, size=size["batch"]),
          lambda x, truth: upscaler.loss(net, x, truth), size["steps"], size["rate"], prepare, decay=.5, average=.99, watch=watch, watch_every=250)


def load_part(start, *folders):
    """The weights of one part of an exported folder."""
    folder = os.path.join(start, *folders)
    name = next(n for n in os.listdir(folder) if n.endswith(".safetensors"))
    return {k.removeprefix("text_model."): v.float() for k, v in load_file(os.path.join(folder, name)).items()}


def run(session, sizes, until=STAGES[-1], start=None):
    """Every stage up to one. start: an exported folder whose weights unet256 and the ControlNets begin with."""
    wanted = STAGES[:STAGES.index(until) + 1]
    if start and not os.path.exists(session.path("vae_folded.pt")):
        save(load_part(start, "vae"), session.path("vae_folded.pt"))
    coder, vae = tokenizer.train(scenes.all_phrases()), train_vae(session, sizes["vae"])
    torch.manual_seed(1)
    net, encoder = unet.UNet(**unet.CONFIG), text.TextEncoder(len(coder))
    if start:
        net.load_state_dict(load_part(start, "unet"))
        encoder.load_state_dict(load_part(start, "text_encoder"))
        wanted = [stage for stage in wanted if stage not in ("text", "unet128")]
    if "text" in wanted:
        train_text(session, sizes["text"], coder, encoder)
    for name in ("unet128", "unet256"):
        if name in wanted:
            train_unet(session, name, sizes[name], coder, vae, encoder.requires_grad_(True), net.requires_grad_(True))
    for name in CONTROLS:
        if name in wanted:
            control = controlnet.from_unet(net)
            if start and os.path.exists(os.path.join(start, "controlnets", name)):
                control.load_state_dict(load_part(start, "controlnets", name))
            train_control(session, name, sizes["control"], sizes["unet256"]["scenes"], coder, vae, encoder, net, control.requires_grad_(True))
    if "estimators" in wanted:
        train_estimators(session, sizes["estimators"], vae)
    if "upscaler" in wanted:
        train_upscaler(session, sizes["upscaler"], vae)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True, help="folder for checkpoints, latents and sample sheets")
    parser.add_argument("--minutes", type=float, help="save and stop after this long")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw scenes")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--sizes", choices=SIZES, help="amount of training; smoke only shows that everything runs")
    parser.add_argument("--until", choices=STAGES, default=STAGES[-1])
    parser.add_argument("--start", help="exported folder to begin with instead of from nothing")
    parser.add_argument("--no-compile", action="store_true")
    a = parser.parse_args()
    torch.set_float32_matmul_precision("high")
    try:
        session = Session(a.work, a.device, a.workers, a.minutes, not a.no_compile)
        run(session, SIZES[a.sizes or session.device.type], a.until, a.start)
    except OutOfTime as stage:
        print(f"saved in {stage}; run again to go on")


if __name__ == "__main__":
    main()
