"""Two Stable Diffusion 1.x models of random weights, small enough to keep: tiny_a* and tiny_b.ckpt in tests/data/models.tar.xz.

Model a: 4 norm groups, 2 heads, a tokenizer of its own. As a diffusers folder (UNet in fp16 and two shards, VAE in fp32,
text encoder in bf16) and as one safetensors file in fp16 that says heads and groups in its metadata; all the same values.
Model b: what a file without metadata is taken for (8 heads, 32 groups, text heads 64 wide but at least one), with the
full vocabulary. Its tensors are windows into a few shared storages, which keeps 5.4 M parameters in 2 MB of .ckpt; the
long storages repeat, which keeps that small in the archive.

    python tiny_models.py      writes the models
"""
import json
import math
import shutil
import zlib
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

import ldm_names
import stored
import tiny_tokenizer

torch.set_num_threads(1)  # quicker for networks this small, and the same sums on every machine

MODELS = stored.folder("models")
FOLDER_A, SINGLE_A, CHECKPOINT_B = MODELS / "tiny_a", MODELS / "tiny_a.safetensors", MODELS / "tiny_b.ckpt"
PERIOD = 65_521  # prime, so that no two rows of a weight are alike


@dataclass(frozen=True)
class Shape:
    unet_channels: tuple
    unet_groups: int
    unet_heads: int
    vae_channels: tuple
    vae_groups: int
    text_width: int
    text_heads: int
    text_layers: int
    vocabulary: int


SHAPE_A = Shape((8, 16, 16, 24), 4, 2, (4, 8, 8, 16), 4, 32, 2, 3, tiny_tokenizer.SIZE)
SHAPE_B = Shape((32, 64, 64, 64), 32, 8, (32, 32, 64, 64), 32, 16, 1, 2, 49408)


def unet_config(s):
    return {"sample_size": 16, "in_channels": 4, "out_channels": 4, "layers_per_block": 2,
            "block_out_channels": list(s.unet_channels), "norm_num_groups": s.unet_groups,
            "attention_head_dim": s.unet_heads,  # diffusers' old misnomer: the number of heads
            "cross_attention_dim": s.text_width, "norm_eps": 1e-5, "act_fn": "silu",
            "flip_sin_to_cos": True, "freq_shift": 0, "center_input_sample": False, "downsample_padding": 1,
            "mid_block_scale_factor": 1,
            "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
            "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3}


def vae_config(s):
    return {"sample_size": 128, "in_channels": 3, "out_channels": 3, "latent_channels": 4, "layers_per_block": 2,
            "block_out_channels": list(s.vae_channels), "norm_num_groups": s.vae_groups, "act_fn": "silu",
            "scaling_factor": 0.18215, "down_block_types": ["DownEncoderBlock2D"] * 4,
            "up_block_types": ["UpDecoderBlock2D"] * 4}


def text_config(s):
    return {"vocab_size": s.vocabulary, "hidden_size": s.text_width, "intermediate_size": 4 * s.text_width,
            "num_hidden_layers": s.text_layers, "num_attention_heads": s.text_heads,
            "max_position_embeddings": 77, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
            "bos_token_id": s.vocabulary - 2, "eos_token_id": s.vocabulary - 1, "pad_token_id": s.vocabulary - 1,
            "model_type": "clip_text_model", "projection_dim": s.text_width}


def build(s):
    """(unet, vae, text) of shape s in fp32, weights as the libraries initialise them."""
    return (UNet2DConditionModel(**unet_config(s)).eval(), AutoencoderKL(**vae_config(s)).eval(),
            CLIPTextModel(CLIPTextConfig(**text_config(s))).eval())


def spread(name, shape):
    """(mean, standard deviation) that keeps every layer's output near 1 and every bias and norm noticeable."""
    if len(shape) == 1:
        return (0.0, 0.125) if name.endswith("bias") else (1.0, 0.25)
    if "embedding.weight" in name or name.endswith(("pos_embed", "shared.weight")):
        return 0.0, 1.0 if "token" in name or "shared" in name else 0.5
    # A power of two near 1/sqrt(inputs), so that few different spreads and so few storages are needed.
    return 0.0, 2.0 ** round(-0.5 * math.log2(math.prod(shape[1:])))


def lively(shapes):
    """{name: fp16 tensor}: windows into one storage per spread, no two beginning at the same element."""
    families = {}
    for name, shape in shapes.items():
        families.setdefault(spread(name, shape), []).append(name)
    state = {}
    for (mean, deviation), names in families.items():
        stride = 61
        longest = max(math.prod(shapes[n]) for n in names)
        generator = torch.Generator().manual_seed(zlib.crc32(repr((mean, deviation)).encode()))
        length = longest + stride * len(names)
        pool = mean + deviation * torch.randn(min(length, PERIOD), generator=generator)
        pool[pool.abs() < 2.0**-16] = 0  # so that a value is the same in bf16, fp16 and fp32
        pool = pool.bfloat16().half().repeat(-(-length // PERIOD))[:length].clone()
        for i, name in enumerate(names):
            state[name] = pool[stride * i:stride * i + math.prod(shapes[name])].view(shapes[name])
    return {name: state[name] for name in shapes}


def part(state, name_of, module):
    """The module's own view (names and shapes) of a single-file state."""
    return {k: state[name_of(k)].reshape(v.shape) for k, v in module.state_dict().items()}


def position_ids():
    return torch.arange(77).unsqueeze(0)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def save(path, tensors, metadata):
    save_file({k: v.contiguous() for k, v in tensors.items()}, path, metadata)
    path.chmod(0o644)


def write_shards(folder, state, count, stem="diffusion_pytorch_model"):
    names = sorted(state)
    weight_map = {}
    size = math.ceil(len(names) / count)
    for i in range(count):
        file = f"{stem}-{i + 1:05}-of-{count:05}.safetensors"
        shard = {n: state[n] for n in names[size * i:size * (i + 1)]}
        save(folder / file, shard, {"format": "pt"})
        weight_map.update(dict.fromkeys(shard, file))
    total = sum(t.numel() * t.element_size() for t in state.values())
    write_json(folder / f"{stem}.safetensors.index.json",
               {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))})


def cloned(state, dtype):
    """Each tensor in a storage of its own, as safetensors wants."""
    return {k: v.to(dtype, copy=True) for k, v in state.items()}


def write_folder(folder, s, unet, vae, text):
    shutil.rmtree(folder, ignore_errors=True)
    write_json(folder / "model_index.json", {
        "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.30.0",
        "feature_extractor": [None, None], "safety_checker": [None, None], "requires_safety_checker": False,
        "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"]})
    write_json(folder / "scheduler/scheduler_config.json", {
        "_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
        "num_train_timesteps": 1000, "prediction_type": "epsilon", "clip_sample": False, "set_alpha_to_one": False,
        "steps_offset": 1})
    write_json(folder / "unet/config.json", {"_class_name": "UNet2DConditionModel", **unet_config(s)})
    write_json(folder / "vae/config.json", {"_class_name": "AutoencoderKL", **vae_config(s)})
    write_json(folder / "text_encoder/config.json", {"architectures": ["CLIPTextModel"], **text_config(s)})
    write_shards(folder / "unet", cloned(unet, torch.float16), 2)
    save(folder / "vae/diffusion_pytorch_model.safetensors", cloned(vae, torch.float32), {"format": "pt"})
    text = {"text_model." + k.removeprefix("text_model."): v for k, v in text.items()}
    save(folder / "text_encoder/model.safetensors",
         {**cloned(text, torch.bfloat16), "text_model.embeddings.position_ids": position_ids()}, {"format": "pt"})
    tiny_tokenizer.write_tokenizer(folder / "tokenizer")


def write_single(path, s, state):
    save(path, {**cloned(state, torch.float16), ldm_names.TEXT_PREFIX + "embeddings.position_ids": position_ids()},
         {"format": "pt", "athanor.unet.attention_heads": str(s.unet_heads),
          "athanor.unet.norm_groups": str(s.unet_groups), "athanor.vae.norm_groups": str(s.vae_groups),
          "athanor.text.attention_heads": str(s.text_heads), "athanor.prediction": "epsilon"})


def write_checkpoint(path, state):
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    extra = {"betas": betas.float(), "alphas_cumprod": torch.cumprod(1 - betas, 0).float(),
             ldm_names.TEXT_PREFIX + "embeddings.position_ids": position_ids()}
    torch.save({"epoch": 0, "global_step": 840000, "state_dict": {**extra, **state}}, path)


def load_a():
    """(unet, vae, text) of model a in fp32, read from its folder by the libraries themselves."""
    return (UNet2DConditionModel.from_pretrained(FOLDER_A / "unet", torch_dtype=torch.float32).eval(),
            AutoencoderKL.from_pretrained(FOLDER_A / "vae", torch_dtype=torch.float32).eval(),
            CLIPTextModel.from_pretrained(FOLDER_A / "text_encoder", dtype=torch.float32).eval())


def load_b():
    """(unet, vae, text) of model b in fp32, read from its .ckpt."""
    state = torch.load(CHECKPOINT_B, weights_only=True)["state_dict"]
    models = build(SHAPE_B)
    for module, name_of in zip(models, (ldm_names.unet_name, ldm_names.vae_name, ldm_names.text_name)):
        module.load_state_dict(part(state, name_of, module))
    return models


def random_state(s):
    modules = build(s)
    state = ldm_names.single_file_state(*({k: v for k, v in m.state_dict().items()} for m in modules))
    state = lively({k: tuple(v.shape) for k, v in state.items()})
    return modules, state


def main():
    modules, state = random_state(SHAPE_A)
    names = (ldm_names.unet_name, ldm_names.vae_name, ldm_names.text_name)
    write_folder(FOLDER_A, SHAPE_A, *(part(state, n, m) for n, m in zip(names, modules)))
    write_single(SINGLE_A, SHAPE_A, state)
    write_checkpoint(CHECKPOINT_B, random_state(SHAPE_B)[1])
    stored.pack("models")


if __name__ == "__main__":
    main()
