"""Scores pictures against the prompts they were asked for, by a judge trained on drawn scenes.

    python score.py --work FOLDER                                    # generates through torch and scores
    python score.py --work FOLDER --images DIR --program ../../run   # through the studio; goes on where it was stopped
"""
import argparse
import functools
import json
import os
import subprocess

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import athanor_train
import diffusion
import scenes
import text
import tokenizer
import unet
from athanor_train import HELD_OUT
from controlnet import ControlNet
from pictures import draw, save_sheet, to_bytes
from trainer import Session, inference, train
from vae import SCALE

VIEW = 96  # the judge looks at pictures of this size
SEEDS = 2


class Judge(nn.Module):
    """Sky, ground, and the kind and colour of the thing in each of the three slots."""

    def __init__(self):
        super().__init__()
        layers, width = [], 3
        for c, stride in ((32, 2), (64, 1), (96, 2), (128, 1), (160, 2), (160, 1)):
            layers += [nn.Conv2d(width, c, 3, stride, 1), nn.GroupNorm(8, c), nn.SiLU()]
            width = c
        self.features = nn.Sequential(*layers)
        self.columns = nn.Sequential(nn.Conv1d(2 * width, 192, 3, padding=1), nn.SiLU())
        self.answer = nn.Linear(192 * VIEW // 8, sum(scenes.LABEL_SIZES))

    def forward(self, x):
        """Logits of every label of scenes.labels(); x: n x 3 x 96 x 96 in -1..1."""
        f = self.features(x)
        f = torch.cat([f.amax(2), f.mean(2)], 1)  # where in its column a thing stands does not matter
        return self.answer(self.columns(f).flatten(1)).split(scenes.LABEL_SIZES, 1)


def train_judge(session, steps=4000):
    """The judge, trained also on softened and noisy scenes, and the shares it gets right on untouched held-out ones."""
    judge = Judge()

    def batch(step):
        numbers = np.random.default_rng((14, step)).integers(0, 1_000_000, 48)
        return draw(numbers, VIEW), np.array([scenes.labels(scenes.plan(int(n))) for n in numbers])

    def prepare(x, truth):
        soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2., mode="bilinear")
        mix = torch.rand(len(x), 1, 1, 1, device=x.device)
        x = x + mix * (soft - x) + .08 * torch.rand(len(x), 1, 1, 1, device=x.device) * torch.randn_like(x)
        return x.contiguous(memory_format=torch.channels_last), truth

    def loss(x, truth):
        return sum(F.cross_entropy(g.float(), truth[:, i]) for i, g in enumerate(judge(x)))

    train(session, "judge", {"judge": judge}, batch, loss, steps, 1.5e-3, prepare, decay=.6, average=.99)
    truth = [scenes.labels(scenes.plan(n)) for n in range(HELD_OUT, HELD_OUT + 512)]
    with inference(session):
        batches = session.stream(lambda n: (draw(range(n, n + 64), VIEW),), range(HELD_OUT, HELD_OUT + 512, 64))
        seen = torch.cat([verdict(judge, x) for (x,) in batches])
    right = seen.numpy() == np.array(truth)
    there = np.array(truth)[:, 2:5] < len(scenes.KINDS)
    return judge, {"sky": right[:, 0].mean(), "ground": right[:, 1].mean(), "kind": right[:, 2:5][there].mean(),
                   "colour": right[:, 5:8][there].mean(), "kind and colour": (right[:, 2:5] & right[:, 5:8])[there].mean(),
                   "empty slot": right[:, 2:5][~there].mean()}


def verdict(judge, x):
    """The judge's labels for pictures of any size, n x 8."""
    return torch.stack([g.argmax(1) for g in judge(F.interpolate(x, (VIEW, VIEW), mode="area"))], 1).cpu()


def questions(count):
    """Held-out scenes whose plain captions are asked for: half of them with one thing, half with two."""
    found, number = {1: [], 2: []}, HELD_OUT + 1000
    while min(len(f) for f in found.values()) < count // 2:
        scene = scenes.plan(number)
        if len(scene.things) in found:
            found[len(scene.things)].append(scene)
        number += 1
    return found[1][:count // 2] + found[2][:count // 2]


def marks(seen, asked):
    """Shares of right answers; seen: labels of SEEDS pictures for each scene asked for."""
    table = {}
    for things in (1, 2):
        picked = [i for i, s in enumerate(asked) if len(s.things) == things]
        if not picked:
            continue
        truth, got = np.array([scenes.labels(asked[i]) for i in picked]), seen[picked]
        there = truth[:, 2:5] < len(scenes.KINDS)
        kind, colour = got[:, 2:5] == truth[:, 2:5], got[:, 5:8] == truth[:, 5:8]
        anywhere = [np.isin(k, g).sum() / things for k, g in zip((t[h] for t, h in zip(truth[:, 2:5], there)), got[:, 2:5])]
        table[f"{things} thing{'s' * (things > 1)}"] = {
            "sky": (got[:, 0] == truth[:, 0]).mean(), "ground": (got[:, 1] == truth[:, 1]).mean(),
            "kind at its place": kind[there].mean(), "colour at its place": colour[there].mean(),
            "kind and colour at its place": (kind & colour)[there].mean(), "kind anywhere": np.mean(anywhere),
            "all things right": (kind & colour | ~there).all(1).mean()}
    return table


def generate(session, models, prompts, noise, guidance, control=None, maps=None, block=20):
    """Pictures for prompts through torch. noise: one latent each; maps: one control picture each (RGB, 0..1)."""
    coder, made = models["coder"], []
    with inference(session):
        nothing = models["text"](torch.tensor([coder.encode("")]).to(session.device))
        for i in range(0, len(prompts), block):
            words = models["text"](torch.tensor([coder.encode(p) for p in prompts[i:i + block]]).to(session.device))
            steer = None
            if control:
                hint = maps[i:i + block].to(session.device).repeat(2, 1, 1, 1)
                steer = functools.partial(control, hint=hint)
            z = diffusion.sample(models["unet"], words, nothing, noise[i:i + block].to(session.device), guidance=guidance, control=steer)
            made += [models["vae"].decode(v / SCALE).float().cpu() for v in z.split(4)]
    return torch.cat(made)


def run_program(program, asked, files, guidance):
    """The studio's pictures, one command each: SEEDS for each scene asked for."""
    os.makedirs(os.path.dirname(files[0]), exist_ok=True)
    for i, file in enumerate(files):
        if not os.path.exists(file):
            prompt = scenes.plain_caption(asked[i // SEEDS])
            subprocess.run([program, "generate", "--prompt", prompt, "--seed", str(i % SEEDS), "--steps", "20", "--cfg",
                            str(guidance), "--out", file], check=True, stdout=subprocess.DEVNULL)


def control_marks(session, models, kind, guidance, count=40):
    """How well the edges of pictures follow a canny or lineart ControlNet: F1 at 1 pixel, with it and without."""
    control = ControlNet(**unet.CONFIG)
    control.load_state_dict(torch.load(session.path(f"control_{kind}.pt"), map_location="cpu", weights_only=True)["averaged"]["control"])
    control.to(session.device, memory_format=torch.channels_last).eval().requires_grad_(False)
    asked = questions(count)
    maps = np.stack([scenes.render(s, 256, maps=True)[kind] for s in asked])
    hints = torch.from_numpy(maps).float().div(255)[:, None].expand(-1, 3, -1, -1)
    noise = torch.randn(len(asked), 4, 32, 32, generator=torch.Generator().manual_seed(12))
    prompts = [scenes.plain_caption(s) for s in asked]
    truth = [scenes.canny(scenes.render(s, 256)["image"]) > 0 for s in asked]
    found = {}
    for name, net in (("with", control), ("without", None)):
        made = to_bytes(generate(session, models, prompts, noise, guidance, net, hints))
        found[name] = np.mean([edge_f1(scenes.canny(x) > 0, t) for x, t in zip(made, truth)])
    return {"edge F1": found["with"], "edge F1 without control": found["without"]}


def edge_f1(found, truth):
    near_found, near_truth = (cv2.dilate(e.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0 for e in (found, truth))
    precision, recall = (found & near_truth).sum() / max(1, found.sum()), (truth & near_found).sum() / max(1, truth.sum())
    return 2 * precision * recall / max(1e-6, precision + recall)


def averaged_models(session, stage):
    """Everything but the ControlNets, with the running average of a stage that need not be finished."""
    coder = tokenizer.train(scenes.all_phrases())
    models = {"coder": coder, "vae": athanor_train.train_vae(session, None), "unet": unet.UNet(**unet.CONFIG), "text": text.TextEncoder(len(coder))}
    state = torch.load(session.path(f"{stage}.pt"), map_location="cpu", weights_only=True)
    for name in ("unet", "text"):
        models[name].load_state_dict(state["averaged"][name])
        models[name].to(session.device, memory_format=torch.channels_last).eval().requires_grad_(False)
    return models, state["step"]


def furthest(session):
    return next(s for s in ("unet256", "unet128") if os.path.exists(session.path(f"{s}.pt")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--stage", help="unet128 or unet256; without it the furthest that has begun")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--guidance", type=float, default=4.)
    parser.add_argument("--program", help="the studio, which makes the pictures that --images has not yet")
    parser.add_argument("--images", help="folder of 000.png, 001.png, ...: scored in place of torch's pictures")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    asked = questions(a.count)
    files = [os.path.join(a.images or "", f"{i:03}.png") for i in range(len(asked) * SEEDS)]
    if a.program:
        run_program(a.program, asked, files, a.guidance)
    session = Session(a.work, a.device, a.workers, compiled=False)
    judge, eyesight = train_judge(session)
    result = {"judge on drawn scenes": eyesight}
    if a.images:
        x = torch.from_numpy(np.stack([cv2.imread(f)[..., ::-1].transpose(2, 0, 1) for f in files]).astype(np.float32) / 127.5 - 1)
    else:
        stage = a.stage or furthest(session)
        models, result[stage] = averaged_models(session, stage)
        result["VAE PSNR dB"] = athanor_train.vae_psnr(session, models["vae"], 200)
        pixels = int(stage[4:])
        noise = torch.randn(len(asked) * SEEDS, 4, pixels // 8, pixels // 8, generator=torch.Generator().manual_seed(11))
        x = generate(session, models, [scenes.plain_caption(s) for s in asked for _ in range(SEEDS)], noise, a.guidance)
        for kind in ("canny", "lineart"):
            if os.path.exists(session.path(f"control_{kind}.pt")):
                result[f"{kind} ControlNet"] = control_marks(session, models, kind, a.guidance)
        save_sheet(torch.cat([x[:24 * SEEDS:SEEDS], x[len(x) // 2:][:24 * SEEDS:SEEDS]]), session.path(f"score_{stage}.png"), 8)
    with inference(session):
        seen = torch.cat([verdict(judge, v.to(session.device)) for v in x.split(64)]).numpy()
    asked = [s for s in asked for _ in range(SEEDS)]
    result.update(marks(seen, asked))
    print(json.dumps(result, indent=1, default=lambda v: round(float(v), 3)))


if __name__ == "__main__":
    main()
