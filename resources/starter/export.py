"""Writes what is trained as one folder in diffusers' layout, fp16, with its tokenizer, ControlNets and model card.

    python export.py --work FOLDER --out DIR [--flat DIR]

--flat also writes the same as at most eight plain files (weights one by one, the small rest in rest.tar), for places
that return only a few files; --unflat DIR puts such files back into --out.
"""
import argparse
import json
import os
import shutil
import tarfile

import torch
from safetensors.torch import save_file

import athanor_train
import controlnet
import diffusion
import estimators
import score
import text
import tokenizer
import unet
import upscaler
import vae
from pictures import draw
from trainer import Session

CARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")
LIBRARY = {"unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
           "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
           "scheduler": ["diffusers", "DDIMScheduler"], "safety_checker": [None, None], "feature_extractor": [None, None]}


def write_part(folder, config, state, name="diffusion_pytorch_model.safetensors"):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w") as f:
        json.dump(config, f, indent=2)
    half = {k: v.detach().cpu().half().contiguous() for k, v in state.items()}
    if not all(v.isfinite().all() for v in half.values()):
        raise ValueError(f"{folder}: a weight is beyond fp16's range or not a number")
    save_file(half, os.path.join(folder, name), {"format": "pt"})
    os.chmod(os.path.join(folder, name), 0o644)  # the library makes it readable by its owner only


def export(session, stage, out):
    models, step = score.averaged_models(session, stage)
    coder, pixels = models["coder"], int(stage[4:])
    coder.save(os.path.join(out, "tokenizer"))
    write_part(os.path.join(out, "text_encoder"), text.transformers_config(len(coder)), text.transformers_state(models["text"]), "model.safetensors")
    write_part(os.path.join(out, "unet"), unet.diffusers_config(sample_size=pixels // 8), models["unet"].state_dict())
    pictures = torch.from_numpy(draw(range(athanor_train.HELD_OUT, athanor_train.HELD_OUT + 48), 256)).to(session.device)
    colours = vae.preview_colours(models["vae"], pictures)
    write_part(os.path.join(out, "vae"), {**vae.diffusers_config(), **colours}, models["vae"].state_dict())
    for kind in athanor_train.CONTROLS:
        path = session.path(f"control_{kind}.pt")
        if os.path.exists(path):
            state = torch.load(path, map_location="cpu", weights_only=True)["averaged"]["control"]
            write_part(os.path.join(out, "controlnets", kind), controlnet.diffusers_config(), state)
    if os.path.exists(session.path("estimators.pt")):
        net = estimators.Estimator()
        net.load_state_dict(torch.load(session.path("estimators.pt"), map_location="cpu", weights_only=True)["averaged"]["estimators"])
        os.makedirs(os.path.join(out, "estimators"), exist_ok=True)
        estimators.export_onnx(net.eval(), os.path.join(out, "estimators", "athanor_estimators.onnx"))
    if os.path.exists(session.path("upscaler.pt")):
        state = torch.load(session.path("upscaler.pt"), map_location="cpu", weights_only=True)["averaged"]["upscaler"]
        write_part(os.path.join(out, "upscaler"), {"architecture": "SRVGGNetCompact", "scale": upscaler.SCALE}, state, "athanor_x2.safetensors")
    os.makedirs(os.path.join(out, "scheduler"), exist_ok=True)
    for path, content in (("scheduler/scheduler_config.json", diffusion.SCHEDULER_CONFIG),
                          ("model_index.json", {"_class_name": "StableDiffusionPipeline", "requires_safety_checker": False, **LIBRARY})):
        with open(os.path.join(out, path), "w") as f:
            json.dump(content, f, indent=2)
    shutil.copy(CARD, os.path.join(out, "README.md"))
    print(f"{stage}, step {step}: {out}")


def flatten(out, flat):
    os.makedirs(flat, exist_ok=True)
    with tarfile.open(os.path.join(flat, "rest.tar"), "w") as tar:
        for folder, _, names in os.walk(out):
            for name in names:
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, out)
                if name.endswith(".safetensors"):
                    shutil.copy(path, os.path.join(flat, inside.replace(os.sep, "--")))
                else:
                    tar.add(path, inside)


def unflatten(flat, out):
    os.makedirs(out, exist_ok=True)
    with tarfile.open(os.path.join(flat, "rest.tar")) as tar:
        tar.extractall(out, filter="data")
    for name in os.listdir(flat):
        if name != "rest.tar":
            path = os.path.join(out, *name.split("--"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copy(os.path.join(flat, name), path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work")
    parser.add_argument("--out", required=True)
    parser.add_argument("--stage", help="unet128 or unet256; without it the furthest that has begun")
    parser.add_argument("--flat")
    parser.add_argument("--unflat")
    a = parser.parse_args()
    if a.unflat:
        unflatten(a.unflat, a.out)
        return
    session = Session(a.work, "cpu", compiled=False)
    export(session, a.stage or score.furthest(session), a.out)
    if a.flat:
        flatten(a.out, a.flat)


if __name__ == "__main__":
    main()
