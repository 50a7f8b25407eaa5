"""LoRA files and their like for tiny model a, and what the libraries that make them compute with them: lora_*.safetensors in
tests/data/models.tar.xz, lora.safetensors in results.tar.xz.

lora_diffusers: of UNet and text encoder, as diffusers saves it, alphas in its metadata. lora_kohya: the same numbers as kohya's
scripts name them. lora_dora: with magnitudes, by peft. lora_lycoris: layers each of another kind, by LyCORIS.
Entries: context and latent; <name>.unet, the UNet's output with each of the first three, <name>.text the text encoder's; and
lycoris.<layer>, what that file adds to a weight.

    python lora.py      after tiny_models.py; needs peft and lycoris-lora; tests/data/README.md lists the names
"""
import copy
import json

import torch
from diffusers import StableDiffusionPipeline
from diffusers.utils import convert_state_dict_to_diffusers
from lycoris.modules.loha import LohaModule
from lycoris.modules.locon import LoConModule
from lycoris.modules.lokr import LokrModule
from peft import LoraConfig, inject_adapter_in_model
from peft.utils import get_peft_model_state_dict

import ldm_names
import stored
import tiny_models
from tiny_models import MODELS, save

RANK, ALPHA, TEXT_ALPHA = 3, 6.0, 1.5
UNET_LAYERS = ["to_q", "to_v", "to_out.0", "ff.net.0.proj", "proj_in", "conv1", "time_emb_proj"]
TEXT_LAYERS = ["q_proj", "fc1"]


def randomised(module, generator):
    """Both factors are noise: libraries begin with zeros in one."""
    for name, parameter in module.named_parameters():
        if "lora_" in name and "magnitude" not in name:
            parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
        if "magnitude" in name:
            parameter.data = parameter.data * (1 + 0.2 * torch.randn(parameter.shape, generator=generator))


def adapted(network, config, generator):
    network = copy.deepcopy(network)
    inject_adapter_in_model(config, network)
    randomised(network, generator)
    return network


def kohya(state, alpha):
    """From "unet.a.b.lora_A.weight" to kohya's names."""
    fronts = {"unet.": "lora_unet_", "text_encoder.": "lora_te_"}
    ends = {".lora_A.weight": ".lora_down.weight", ".lora_B.weight": ".lora_up.weight"}
    out = {}
    for key, value in state.items():
        front, = (f for f in fronts if key.startswith(f))
        end, = (e for e in ends if key.endswith(e))
        layer = key.removeprefix(front).removesuffix(end)
        if front == "text_encoder." and not layer.startswith("text_model."):
            layer = "text_model." + layer
        name = fronts[front] + layer.replace(".", "_")
        out[name + ends[end]] = value
        out[name + ".alpha"] = torch.tensor(alpha[front])
    return out


def lycoris_layer(kind, name, layer, generator, alpha=2.0, **options):
    """(state, difference) of one by LyCORIS on that layer."""
    module = kind(name, layer, multiplier=1.0, alpha=alpha, **options)
    for name, parameter in module.named_parameters():
        if not name.startswith("org_"):
            if "dora_scale" in name:
                parameter.data = parameter.data * (1 + 0.2 * torch.randn(parameter.shape, generator=generator))
            else:
                parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    merged, _ = module.get_merged_weight(1.0, layer.weight.shape)
    state = {k: v for k, v in module.state_dict().items() if not k.startswith("org_")}
    difference = (merged - layer.weight).detach()
    if kind in (LohaModule, LokrModule):
        difference /= module.scale  # LyCORIS 4.1 merges with it twice; it trains, and others read files, with it once
    return state, difference


def lycoris_kinds(unet, generator):
    """{layer: (state, difference)} of a layer of each kind."""
    def made(kind, layer, *alpha, **options):
        return lycoris_layer(kind, layer, unet.get_submodule(layer), generator, *alpha, **options)

    linear, conv = "mid_block.attentions.0.transformer_blocks.0.attn1.", "down_blocks.1.resnets.0."
    up = "up_blocks.2.attentions.1.transformer_blocks.0."
    kinds = {
        conv + "conv1": made(LoConModule, conv + "conv1", lora_dim=3),
        conv + "conv2": made(LoConModule, conv + "conv2", lora_dim=3, use_tucker=True),
        linear + "to_q": made(LohaModule, linear + "to_q", lora_dim=3),
        "mid_block.resnets.0.conv1": made(LohaModule, "mid_block.resnets.0.conv1", lora_dim=3, use_tucker=True),
        "mid_block.resnets.0.conv2": made(LohaModule, "mid_block.resnets.0.conv2", lora_dim=3),
        linear + "to_k": made(LokrModule, linear + "to_k", lora_dim=2, factor=4),
        linear + "to_v": made(LokrModule, linear + "to_v", lora_dim=1, factor=4, decompose_both=True),
        "mid_block.resnets.1.conv1": made(LokrModule, "mid_block.resnets.1.conv1", lora_dim=2, factor=4, use_tucker=True),
        "mid_block.resnets.1.conv2": made(LokrModule, "mid_block.resnets.1.conv2", lora_dim=100_000, factor=4),
        up + "attn2.to_q": made(LoConModule, up + "attn2.to_q", lora_dim=3, weight_decompose=True, wd_on_out=True),
        up + "attn2.to_k": made(LoConModule, up + "attn2.to_k", lora_dim=3, weight_decompose=True, wd_on_out=False),
        "up_blocks.1.resnets.0.conv1": made(LohaModule, "up_blocks.1.resnets.0.conv1", 3.0, lora_dim=3, weight_decompose=True),
    }
    whole = torch.randn(unet.get_submodule(up + "ff.net.2").weight.shape, generator=generator) * 0.2
    kinds[up + "ff.net.2"] = {"diff": whole, "diff_b": torch.full((whole.shape[0],), 0.25)}, whole
    return kinds


def main():
    generator = torch.Generator().manual_seed(3)
    unet, vae, text = tiny_models.load_a()
    out = {"latent": torch.randn(2, 4, 8, 16, generator=generator), "ids": torch.randint(0, 400, (2, 77), generator=generator)}
    out["context"] = text(out["ids"]).last_hidden_state

    def outputs(name, unet, text=None):
        out[f"{name}.unet"] = unet(out["latent"], 501, out["context"]).sample
        if text:
            out[f"{name}.text"] = text(out["ids"]).last_hidden_state

    with_lora = adapted(unet, LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=UNET_LAYERS), generator)
    text_with_lora = adapted(text, LoraConfig(r=RANK, lora_alpha=TEXT_ALPHA, target_modules=TEXT_LAYERS), generator)
    outputs("diffusers", with_lora, text_with_lora)
    state = convert_state_dict_to_diffusers(get_peft_model_state_dict(with_lora))
    text_state = convert_state_dict_to_diffusers(get_peft_model_state_dict(text_with_lora))
    StableDiffusionPipeline.save_lora_weights(
        MODELS / "lora", unet_lora_layers=state, text_encoder_lora_layers=text_state, weight_name="x.safetensors",
        unet_lora_adapter_metadata=with_lora.peft_config["default"].to_dict(),
        text_encoder_lora_adapter_metadata=text_with_lora.peft_config["default"].to_dict())
    (MODELS / "lora/x.safetensors").rename(MODELS / "lora_diffusers.safetensors")
    (MODELS / "lora").rmdir()
    names = {f"unet.{k}": v for k, v in get_peft_model_state_dict(with_lora).items()}
    names |= {f"text_encoder.{k}": v for k, v in get_peft_model_state_dict(text_with_lora).items()}
    named = kohya({k.replace(".default", ""): v for k, v in names.items()}, {"unet.": ALPHA, "text_encoder.": TEXT_ALPHA})
    save(MODELS / "lora_kohya.safetensors", named, {"ss_network_dim": str(RANK)})

    with_dora = adapted(unet, LoraConfig(r=RANK, lora_alpha=float(RANK), target_modules=["to_q", "conv1"], use_dora=True), generator)
    outputs("dora", with_dora)
    dora = {"unet." + k: v for k, v in get_peft_model_state_dict(with_dora).items()}
    save(MODELS / "lora_dora.safetensors", dora, {"format": "pt"})

    file = {}
    for i, (layer, (state, difference)) in enumerate(lycoris_kinds(unet, generator).items()):
        ldm = ldm_names.unet_name(layer + ".weight").removeprefix(ldm_names.UNET_PREFIX).removesuffix(".weight")
        name = "lora_unet_" + (layer if i % 2 else ldm).replace(".", "_")  # both ways of naming
        file |= {f"{name}.{k}": v.contiguous() for k, v in state.items()}
        out[f"lycoris.{ldm}"] = difference
    save(MODELS / "lora_lycoris.safetensors", file, {"format": "pt"})
    stored.pack("models")
    assert all(torch.isfinite(t).all() for t in out.values())
    save(stored.folder("results") / "lora.safetensors", out, {"format": "pt"})
    stored.pack("results")
    print(json.dumps(sorted({k.rsplit(".", 1)[1] if "weight" not in k else k.split(".", 1)[1] for k in file})))
    print(list(dora)[:6], [list(file)[0]])


if __name__ == "__main__":
    with torch.no_grad():
        main()
