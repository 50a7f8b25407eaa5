"""LoRA files for tiny_sd3 and what they make of it: lora_sd3_*.safetensors in tests/data/models.tar.xz, lora_sd3.safetensors in
results.tar.xz.

lora_sd3_diffusers: of transformer and first CLIP in fp16, as diffusers saves it, alphas in its metadata. lora_sd3_kohya: fp16, with
the names and rows of the single file, as sd-scripts has them. lora_sd3_lokr: LoKr and DoRA by LyCORIS, on queries, keys and
values in one, named as within sd-scripts, and a LoKr on keys alone, named as LyCORIS does without it.

    python lora_sd3.py      after stable_diffusion_3.py; needs peft and lycoris-lora; tests/data/README.md lists the names
"""
import torch
from diffusers import SD3Transformer2DModel, StableDiffusion3Pipeline
from diffusers.loaders.single_file_utils import convert_sd3_transformer_checkpoint_to_diffusers
from lycoris.modules.locon import LoConModule
from lycoris.modules.lokr import LokrModule
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import CLIPTextModelWithProjection

import lora
import stored
from stable_diffusion_3 import FOLDER
from tiny_models import MODELS, save

RANK, ALPHA, TEXT_ALPHA, KOHYA_ALPHA = 4, 3.0, 6.0, 2.0
LAYERS = ["attn.to_q", "attn.to_k", "attn.to_v", "attn.to_out.0", "attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj",
          "attn.to_add_out", "attn2.to_q", "ff.net.0.proj", "ff.net.2", "ff_context.net.2", "norm1.linear", "norm1_context.linear",
          "norm_out.linear", "proj_out", "context_embedder", "time_text_embed.timestep_embedder.linear_1"]
TEXT_LAYERS = ["q_proj", "fc1"]
# Those outside of the blocks are what sd-scripts trains with emb_dims.
KOHYA_LAYERS = ["joint_blocks.0.x_block.attn.qkv", "joint_blocks.0.x_block.attn.proj", "joint_blocks.0.x_block.mlp.fc1",
                "joint_blocks.0.x_block.adaLN_modulation.1", "joint_blocks.0.context_block.attn.qkv",
                "joint_blocks.1.context_block.adaLN_modulation.1", "joint_blocks.1.context_block.attn.proj",
                "joint_blocks.1.x_block.attn2.qkv", "joint_blocks.2.x_block.mlp.fc2", "joint_blocks.2.context_block.attn.qkv",
                "joint_blocks.2.context_block.adaLN_modulation.1", "context_embedder", "t_embedder.mlp.0", "x_embedder.proj",
                "y_embedder.mlp.2", "final_layer.adaLN_modulation.1", "final_layer.linear"]
KOHYA_TEXT_LAYERS = ["text_model.encoder.layers.0.mlp.fc1"]


def models():
    """(transformer, first CLIP)"""
    return (SD3Transformer2DModel.from_pretrained(FOLDER / "transformer", torch_dtype=torch.float32).eval(),
            CLIPTextModelWithProjection.from_pretrained(FOLDER / "text_encoder", dtype=torch.float32).eval())


def pipeline():
    parts = dict.fromkeys(("scheduler", "vae", "tokenizer", "text_encoder_2", "tokenizer_2", "text_encoder_3", "tokenizer_3"))
    transformer, text = models()
    return StableDiffusion3Pipeline(transformer=transformer, text_encoder=text, **parts)


def single_file():
    return {k: v.float() for k, v in load_file(MODELS / "tiny_sd3_transformer.safetensors").items()}


def by_diffusers(generator):
    """Models with the file, as diffusers reads it."""
    name, parts = "lora_sd3_diffusers.safetensors", {}
    for part, network, layers, alpha in zip(("transformer", "text_encoder"), models(), (LAYERS, TEXT_LAYERS), (ALPHA, TEXT_ALPHA)):
        network = lora.adapted(network, LoraConfig(r=RANK, lora_alpha=alpha, target_modules=layers), generator)
        parts[f"{part}_lora_layers"] = {k: v.half() for k, v in get_peft_model_state_dict(network).items()}
        parts[f"{part}_lora_adapter_metadata"] = network.peft_config["default"].to_dict()
    StableDiffusion3Pipeline.save_lora_weights(MODELS, weight_name=name, **parts)
    found = pipeline()
    found.load_lora_weights(MODELS, weight_name=name, low_cpu_mem_usage=False)  # which would leave it in fp16
    assert all(p.dtype == torch.float32 for n in (found.transformer, found.text_encoder) for p in n.parameters())
    return found.transformer, found.text_encoder


def by_kohya(generator):
    transformer, text = models()
    file, state, text_state = {}, single_file(), text.state_dict()
    for prefix, weights, layers in (("lora_unet_", state, KOHYA_LAYERS), ("lora_te1_", text_state, KOHYA_TEXT_LAYERS)):
        for layer in layers:
            weight, name = weights[layer + ".weight"], prefix + layer.replace(".", "_")
            down = (torch.randn(RANK, *weight.shape[1:], generator=generator) * 0.3).half()
            up = (torch.randn(len(weight), RANK, *[1] * (weight.ndim - 2), generator=generator) * 0.3).half()
            file |= {f"{name}.alpha": torch.tensor(KOHYA_ALPHA).half(), f"{name}.lora_down.weight": down,
                     f"{name}.lora_up.weight": up}
            difference = up.float().flatten(1) @ down.float().flatten(1)
            weights[layer + ".weight"] = weight + KOHYA_ALPHA / RANK * difference.view(weight.shape)
    save(MODELS / "lora_sd3_kohya.safetensors", file, {"ss_network_module": "networks.lora_sd3"})
    transformer.load_state_dict(convert_sd3_transformer_checkpoint_to_diffusers(state))
    text.load_state_dict(text_state)
    return transformer, text


def by_lycoris(generator):
    transformer, text = models()
    file, state = {}, single_file()

    def change(prefix, weights, layer, kind, **options):
        weight, name = weights[layer + ".weight"], prefix + layer.replace(".", "_")
        linear = torch.nn.Linear(*reversed(weight.shape), bias=False)
        linear.weight.data = weight
        found, difference = lora.lycoris_layer(kind, name, linear, generator, lora_dim=3, **options)
        file.update({f"{name}.{k}": v for k, v in found.items()})
        weights[layer + ".weight"] = weight + difference

    change("lora_unet_", state, "joint_blocks.0.x_block.attn.qkv", LokrModule, factor=4)
    change("lora_unet_", state, "joint_blocks.0.context_block.attn.qkv", LoConModule, weight_decompose=True)
    change("lora_unet_", state, "joint_blocks.1.x_block.attn2.qkv", LoConModule, weight_decompose=True, wd_on_out=False)
    state = convert_sd3_transformer_checkpoint_to_diffusers(state)
    change("lycoris_", state, "transformer_blocks.2.attn.to_k", LokrModule, factor=4)
    save(MODELS / "lora_sd3_lokr.safetensors", file, {"format": "pt"})
    transformer.load_state_dict(state)
    return transformer, text


def main():
    generator = torch.Generator().manual_seed(4)
    asked = load_file(stored.folder("results") / "stable_diffusion_3.safetensors")

    def outputs(transformer, text):
        found = text(asked["sd3.clip_l.ids"][:1], output_hidden_states=True)
        net = transformer(asked["sd3.12x8.latent"], asked["sd3.context"][:1], pooled_projections=asked["sd3.pooled"][:1],
                          timestep=asked["sd3.12x8.times"]).sample
        return {"net": net, "states": found.hidden_states[-2], "pooled": found.text_embeds}

    out, plain = {}, outputs(*models())
    for name, made in (("diffusers", by_diffusers), ("kohya", by_kohya), ("lokr", by_lycoris)):
        for key, value in outputs(*made(generator)).items():
            moved = ((value - plain[key]).norm() / plain[key].norm()).item()
            print(f"{name}.{key}", tuple(value.shape), f"moved by {moved:.3f}")
            if name != "lokr" or key == "net":
                assert 1e-2 < moved < 10
                out[f"{name}.{key}"] = value
    assert torch.equal(plain["net"], asked["sd3.12x8.out"])
    stored.pack("models")
    save(stored.folder("results") / "lora_sd3.safetensors", out, {"format": "pt"})
    stored.pack("results")


if __name__ == "__main__":
    with torch.no_grad():
        main()
