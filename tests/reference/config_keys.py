"""Writes tests/data/config_keys.json: every key that diffusers and transformers write into the configuration files of the
parts of Stable Diffusion 1.x and the third text encoder of 3, with its default. The signatures are read from the source,
so that no torch is needed.

    pip install --no-deps diffusers; pip install transformers; python config_keys.py
"""
import ast
import importlib.metadata
import json
import tempfile
from pathlib import Path

from transformers import CLIPTextConfig, CLIPTokenizer, T5Config, T5Tokenizer

DATA = Path(__file__).resolve().parents[1] / "data"
ROOT = Path(importlib.metadata.distribution("diffusers").locate_file("diffusers"))
CLASSES = {
    "UNet2DConditionModel": "models/unets/unet_2d_condition.py",
    "AutoencoderKL": "models/autoencoders/autoencoder_kl.py",
    "ControlNetModel": "models/controlnets/controlnet.py",
    "SD3Transformer2DModel": "models/transformers/transformer_sd3.py",
    "StableDiffusionPipeline": "pipelines/stable_diffusion/pipeline_stable_diffusion.py",
    "StableDiffusion3Pipeline": "pipelines/stable_diffusion_3/pipeline_stable_diffusion_3.py",
    "FlowMatchEulerDiscreteScheduler": "schedulers/scheduling_flow_match_euler_discrete.py",
    **{f"{name}Scheduler": f"schedulers/scheduling_{file}.py" for name, file in {
        "PNDM": "pndm", "DDIM": "ddim", "DDPM": "ddpm", "EulerDiscrete": "euler_discrete",
        "EulerAncestralDiscrete": "euler_ancestral_discrete", "DPMSolverMultistep": "dpmsolver_multistep",
        "UniPCMultistep": "unipc_multistep", "LCM": "lcm", "LMSDiscrete": "lms_discrete",
        "HeunDiscrete": "heun_discrete"}.items()},
}


def value_of(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return "-Infinity"  # lambda_min_clipped = -float("inf")


def signature(name, file):
    """{argument of __init__: default}; None where it has none."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    cls = next(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name)
    arguments = next(n for n in cls.body if isinstance(n, ast.FunctionDef) and n.name == "__init__").args
    names = [a.arg for a in arguments.args[1:]]
    defaults = [None] * (len(names) - len(arguments.defaults)) + [value_of(d) for d in arguments.defaults]
    return dict(zip(names, defaults))


def clip_tokenizer():
    vocabulary = {"a": 0, "a</w>": 1, "<|startoftext|>": 2, "<|endoftext|>": 3}
    return CLIPTokenizer(vocab=vocabulary, merges=[], extra_special_tokens=["<x>"])


def tokenizer_config(tokenizer):
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        return json.loads((Path(folder) / "tokenizer_config.json").read_text())


if __name__ == "__main__":
    keys = {name: signature(name, file) for name, file in CLASSES.items()}
    keys["CLIPTextModel"] = CLIPTextConfig(architectures=["CLIPTextModel"]).to_dict()
    keys["T5EncoderModel"] = T5Config(architectures=["T5EncoderModel"], feed_forward_proj="gated-gelu").to_dict()
    keys["CLIPTokenizer"] = tokenizer_config(clip_tokenizer())
    keys["T5Tokenizer"] = tokenizer_config(T5Tokenizer())
    rows = [f'"{name}": {{\n' + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in values.items()) + "}"
            for name, values in keys.items()]
    (DATA / "config_keys.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")
