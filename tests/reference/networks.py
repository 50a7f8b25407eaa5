"""Writes networks_{a,b}.safetensors into tests/data/results.tar.xz: what diffusers and transformers compute in fp32 with the tiny models.

    python networks.py      after tiny_models.py; tests/data/README.md lists the names
"""
import gzip
import importlib.util
import pathlib

import torch
from transformers import CLIPTokenizer

import stored
import tiny_models
import tiny_tokenizer
from tiny_models import save

PROMPTS = [
    "a red house on green grass, sunset",
    "",
    "an Oil Painting of 3 cats & a dog's boat \N{SNOWFLAKE} caf\N{LATIN SMALL LETTER E WITH ACUTE} "
    + "with many people in the rain on the street, " * 12,  # is cut to 75 tokens
]
TIMESTEPS = [1, 501, 981]
UNET_SIZES = [(16, 16), (8, 24)]  # latent height, width
VAE_SIZES = [(8, 8), (6, 10)]


def full_vocabulary():
    """CLIP's own tokenizer, from the merge table inside the package open_clip_torch (which is not imported)."""
    package = pathlib.Path(importlib.util.find_spec("open_clip").origin).parent
    lines = gzip.decompress((package / "bpe_simple_vocab_16e6.txt.gz").read_bytes()).decode().split("\n")
    merges = [tuple(line.split()) for line in lines[1:48895]]
    symbols = tiny_tokenizer.byte_symbols()
    entries = symbols + [s + "</w>" for s in symbols] + ["".join(m) for m in merges]
    entries += [tiny_tokenizer.START, tiny_tokenizer.END]
    return CLIPTokenizer(vocab={e: i for i, e in enumerate(entries)}, merges=merges)


def token_ids(tokenizer, prompts):
    return tokenizer(prompts, padding="max_length", truncation=True, max_length=77, return_tensors="pt").input_ids


def text_outputs(text, ids):
    out = text(ids, output_hidden_states=True)
    layers = text.config.num_hidden_layers
    penultimate = text.final_layer_norm(out.hidden_states[layers - 1])  # number 0 is the embeddings
    return {"text.ids": ids, "text.last": out.last_hidden_state, "text.penultimate": penultimate}


def unet_outputs(unet, context, generator):
    out = {"unet.context": context}
    for height, width in UNET_SIZES:
        case = f"unet.{height}x{width}"
        latent = torch.randn(2, 4, height, width, generator=generator)
        out[f"{case}.latent"] = latent
        for t in TIMESTEPS:
            out[f"{case}.t{t}"] = unet(latent, t, context).sample
    return out


def vae_outputs(vae, generator):
    out = {}
    for height, width in VAE_SIZES:
        case = f"vae.{height}x{width}"
        latent = torch.randn(1, 4, height, width, generator=generator)
        image = vae.decode(latent).sample
        out |= {f"{case}.latent": latent, f"{case}.image": image, f"{case}.moments": vae.encode(image).latent_dist.parameters}
    return out


@torch.no_grad()
def write(name, models, ids):
    unet, vae, text = models
    generator = torch.Generator().manual_seed(1)
    out = text_outputs(text, ids)
    out |= unet_outputs(unet, out["text.last"][:2].clone(), generator)
    out |= vae_outputs(vae, generator)
    assert all(torch.isfinite(t).all() for t in out.values())
    save(stored.folder("results") / f"{name}.safetensors", out, {f"prompt.{i}": p for i, p in enumerate(PROMPTS)})


if __name__ == "__main__":
    own = CLIPTokenizer.from_pretrained(tiny_models.FOLDER_A / "tokenizer")
    write("networks_a", tiny_models.load_a(), token_ids(own, PROMPTS))
    write("networks_b", tiny_models.load_b(), token_ids(full_vocabulary(), PROMPTS))
    stored.pack("results")
