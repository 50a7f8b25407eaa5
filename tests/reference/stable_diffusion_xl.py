"""Two SDXL models of random weights, tiny_xl with tiny_xl.safetensors and tiny_xl_refiner.ckpt in tests/data/models.tar.xz, and
what diffusers and transformers make of them, stable_diffusion_xl in results.tar.xz.

tiny_xl: a folder of diffusers with both text encoders, and a single file under the names of Stability's own code, all the
same values. tiny_xl_refiner: a refiner, which reads the larger encoder alone and is told an aesthetic score, as a file
without metadata is taken for: heads of 64 channels, 32 groups, CLIP's whole vocabulary.
control_xl: a ControlNet for the first, a folder of diffusers.
Entries of the results: what each network gives (xl.… and refiner.…), and where ten steps of StableDiffusionXLPipeline, of
its like with a ControlNet, and of StableDiffusionXLImg2ImgPipeline with the refiner, end (end.…).

    python stable_diffusion_xl.py      after tiny_models.py and networks.py; tests/data/README.md lists the names
"""
import json
import re
import shutil

import torch
from diffusers import (AutoencoderKL, ControlNetModel, StableDiffusionXLControlNetPipeline, StableDiffusionXLImg2ImgPipeline,
                       StableDiffusionXLPipeline, UNet2DConditionModel)
from diffusers.loaders import single_file_utils
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

import controlnets
import ldm_names
import networks
import sampling
import stable_diffusion_2
import stored
import tiny_models
import tiny_tokenizer
from tiny_models import MODELS, Shape, lively, save, write_json

FOLDER, SINGLE, REFINER = MODELS / "tiny_xl", MODELS / "tiny_xl.safetensors", MODELS / "tiny_xl_refiner.ckpt"
FIRST, SECOND, ALONE = (f"conditioner.embedders.{place}." for place in ("0.transformer.text_model", "1.model", "0.model"))
POOLED, WAVES = 16, 8  # numbers of the pooled prompt, and of each size
# The text entries of a Shape are those of the larger encoder; FIRST_TEXT those of the other.
SHAPE = Shape((8, 16, 24), 4, [2, 4, 6], (4, 8, 8, 16), 4, 24, 2, 3, tiny_tokenizer.SIZE)
FIRST_TEXT = Shape((), 0, 0, (), 0, 32, 2, 3, tiny_tokenizer.SIZE)
SHAPE_R = Shape((64, 64, 128, 64), 32, [1, 1, 2, 1], (32, 32, 64, 64), 32, 64, 1, 2, 49408)
SEED, STEPS, CFG, STRENGTH = 42, 10, 5.0, 0.6
PROMPT, NEGATIVE = "a red house on green grass, sunset", "blurry, low quality"
CASES = ["dpmpp_2m", "ddim", "unipc"]


def unet_config(s, attends, context, sizes):
    """attends: the depth of each level's transformers, 0 for none."""
    down = ["CrossAttnDownBlock2D" if depth else "DownBlock2D" for depth in attends]
    up = [kind.replace("Down", "Up") for kind in reversed(down)]
    return {**tiny_models.unet_config(s), "use_linear_projection": True, "cross_attention_dim": context,
            "down_block_types": down, "up_block_types": up,
            "transformer_layers_per_block": [max(depth, 1) for depth in attends], "addition_embed_type": "text_time",
            "addition_time_embed_dim": WAVES, "projection_class_embeddings_input_dim": POOLED + sizes * WAVES}


def vae_config(s):
    return {**tiny_models.vae_config(s), "scaling_factor": 0.13025, "force_upcast": True}


def text_config(s, large):
    own = {"hidden_act": "gelu", "projection_dim": POOLED} if large else {}
    return {**tiny_models.text_config(s), **own}


def unet_name(name, attends):
    """ldm_names knows the levels of Stable Diffusion 1.x, where the lowest has no transformers."""
    name = re.sub(r"^add_embedding\.linear_(\d)", lambda m: f"label_emb.0.{2 * int(m[1]) - 2}", name)
    if name.startswith("label_emb."):
        return ldm_names.UNET_PREFIX + name
    if found := re.fullmatch(r"up_blocks\.(\d)\.upsamplers\.0\.(.+)", name):
        level = int(found[1])
        behind = 2 if attends[len(attends) - 1 - level] else 1
        return f"{ldm_names.UNET_PREFIX}output_blocks.{3 * level + 2}.{behind}.{found[2]}"
    return ldm_names.unet_name(name)


def open_clip_shapes(s):
    """Of open_clip's TextTransformer, all of whose layers are used."""
    shapes = stable_diffusion_2.open_clip_shapes(s)
    last = f"transformer.resblocks.{s.text_layers}."  # which that has more
    return {k: v for k, v in shapes.items() if not k.startswith(last)} | {"text_projection": (s.text_width, POOLED)}


def build(s, attends, alone):
    """(modules, single-file state) with the same weights in both; modules: unet, vae, the larger encoder, the other one.
    alone: of a refiner, which has no other."""
    context = s.text_width + (0 if alone else FIRST_TEXT.text_width)
    unet = UNet2DConditionModel(**unet_config(s, attends, context, 5 if alone else 6)).eval()
    vae = AutoencoderKL(**vae_config(s)).eval()
    large = CLIPTextModelWithProjection(CLIPTextConfig(**text_config(s, True))).eval()
    first = None if alone else CLIPTextModel(CLIPTextConfig(**text_config(FIRST_TEXT, False))).eval()
    prefix = ALONE if alone else SECOND
    shapes = {unet_name(k, attends): tuple(v.shape) for k, v in unet.state_dict().items()}
    shapes |= {ldm_names.vae_name(k): ldm_names.vae_shape(ldm_names.vae_name(k), v.shape) for k, v in vae.state_dict().items()}
    shapes |= {prefix + k: v for k, v in open_clip_shapes(s).items()}
    if first:
        shapes |= {FIRST + k.removeprefix("text_model."): tuple(v.shape) for k, v in first.state_dict().items()}
    state = lively(shapes)
    unet.load_state_dict(tiny_models.part(state, lambda k: unet_name(k, attends), unet))
    vae.load_state_dict(tiny_models.part(state, ldm_names.vae_name, vae))
    open_clip = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
    clip = stable_diffusion_2.clip_state(open_clip, s) | {"text_projection.weight": open_clip["text_projection"].T}
    large.load_state_dict({k: clip[k.removeprefix("text_model.")] for k in large.state_dict()})
    if first:
        first.load_state_dict({k: state[FIRST + k.removeprefix("text_model.")] for k in first.state_dict()})
    state[prefix + "logit_scale"] = torch.tensor(4.6052).half()
    check(state, unet, large, prefix)
    return (unet, vae, large, first), state


def check(state, unet, large, prefix):
    """That diffusers reads the single file as what it was made of."""
    # Its converter takes the widths of the published encoder from the name of the projection's tensor.
    back = single_file_utils.convert_open_clip_checkpoint(large, dict(state), prefix)
    back = {k.removeprefix("text_model."): v for k, v in back.items()}
    assert all(torch.equal(back[k.removeprefix("text_model.")].float(), v) for k, v in large.state_dict().items())
    back = single_file_utils.convert_ldm_unet_checkpoint(dict(state), unet.config)
    assert back.keys() == unet.state_dict().keys()
    assert all(torch.equal(back[k].reshape(v.shape).float(), v) for k, v in unet.state_dict().items())


def write_folder(modules, attends):
    unet, vae, large, first = (m.state_dict() for m in modules)
    tiny_models.write_folder(FOLDER, SHAPE, unet, vae, first)
    write_json(FOLDER / "unet/config.json", {"_class_name": "UNet2DConditionModel", **dict(modules[0].config)})
    write_json(FOLDER / "vae/config.json", {"_class_name": "AutoencoderKL", **vae_config(SHAPE)})
    write_json(FOLDER / "text_encoder/config.json", {"architectures": ["CLIPTextModel"], **text_config(FIRST_TEXT, False)})
    write_json(FOLDER / "text_encoder_2/config.json",
               {"architectures": ["CLIPTextModelWithProjection"], **text_config(SHAPE, True)})
    save(FOLDER / "text_encoder_2/model.safetensors", tiny_models.cloned(large, torch.float16), {"format": "pt"})
    shutil.copytree(FOLDER / "tokenizer", FOLDER / "tokenizer_2", dirs_exist_ok=True)
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        path = FOLDER / "tokenizer_2" / name
        write_json(path, {**json.loads(path.read_text()), "pad_token": "!"})
    index = json.loads((FOLDER / "model_index.json").read_text())
    for name in ("safety_checker", "requires_safety_checker"):
        del index[name]
    write_json(FOLDER / "model_index.json", {
        **index, "_class_name": "StableDiffusionXLPipeline", "force_zeros_for_empty_prompt": True,
        "image_encoder": [None, None], "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
        "tokenizer_2": ["transformers", "CLIPTokenizer"]})


def write_control(unet):
    """Its weights are as in controlnets.py, none of them zero."""
    net = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=controlnets.HINTS, load_weights_from_unet=False)
    state = lively({f"xl.{k}": tuple(v.shape) for k, v in net.state_dict().items()})
    net.load_state_dict({k.removeprefix("xl."): v.float() for k, v in state.items()})
    folder = MODELS / "control_xl"
    write_json(folder / "config.json", {"_class_name": "ControlNetModel", **dict(net.config)})
    save(folder / "diffusion_pytorch_model.safetensors", tiny_models.cloned(net.state_dict(), torch.float16), {"format": "pt"})
    return net.eval()


def outputs(modules, tokenizers, key, generator):
    """What the networks give for two prompts, and the UNet at two sizes."""
    unet, vae, large, first = modules
    out = {}
    ids = networks.token_ids(tokenizers[0], networks.PROMPTS)
    found = large(ids, output_hidden_states=True)
    states = [found.hidden_states[-2]]
    out |= {f"{key}.large.ids": ids, f"{key}.large.states": states[0], f"{key}.large.pooled": found.text_embeds}
    if first:
        ids = networks.token_ids(tokenizers[1], networks.PROMPTS)
        states.insert(0, first(ids, output_hidden_states=True).hidden_states[-2])
        out |= {f"{key}.first.ids": ids, f"{key}.first.states": states[0]}
    context = torch.cat(states, -1)[:2].contiguous()
    added = torch.tensor([[64.0, 128, 8, 16, 72, 120], [32, 256, 0, 0, 64, 64]])[:, :5 if not first else 6]
    waves = unet.add_time_proj(added.flatten()).reshape(2, -1)
    out |= {f"{key}.context": context, f"{key}.added": torch.cat([found.text_embeds[:2], waves], -1)}
    given = {"text_embeds": found.text_embeds[:2], "time_ids": added}
    for height, width in networks.UNET_SIZES:
        latent = torch.randn(2, 4, height, width, generator=generator)
        out[f"{key}.{height}x{width}.latent"] = latent
        for t in (1, 981):
            out[f"{key}.{height}x{width}.t{t}"] = unet(latent, t, context, added_cond_kwargs=given).sample
    latent = torch.randn(1, 4, 6, 10, generator=generator)
    out |= {f"{key}.vae.latent": latent, f"{key}.vae.image": vae.decode(latent).sample}
    return out


def main():
    attends, attends_r = (0, 2, 3), (0, 1, 2, 0)
    modules, state = build(SHAPE, attends, False)
    write_folder(modules, attends)
    save(SINGLE, tiny_models.cloned(state, torch.float16),
         {"format": "pt", "athanor.unet.head_channels": "4", "athanor.unet.norm_groups": "4",
          "athanor.vae.norm_groups": "4", "athanor.text.attention_heads": "2", "athanor.text2.attention_heads": "2"})
    refiner, state_r = build(SHAPE_R, attends_r, True)
    torch.save({"state_dict": state_r}, REFINER)
    control = write_control(modules[0])
    stored.pack("models")

    tokenizers = [CLIPTokenizer.from_pretrained(FOLDER / name) for name in ("tokenizer_2", "tokenizer")]
    whole = networks.full_vocabulary()
    whole.pad_token, whole.model_max_length = "!", 77
    generator = torch.Generator().manual_seed(1)
    out = outputs(modules, tokenizers, "xl", generator) | outputs(refiner, [whole], "refiner", generator)

    unet, vae, large, first = modules
    asked = dict(prompt=PROMPT, negative_prompt=NEGATIVE, num_inference_steps=STEPS, guidance_scale=CFG, output_type="latent")
    for sampler in CASES:
        pipeline = StableDiffusionXLPipeline(
            vae=vae, text_encoder=first, text_encoder_2=large, tokenizer=tokenizers[1], tokenizer_2=tokenizers[0],
            unet=unet, scheduler=sampling.makeScheduler(sampler, "simple", STEPS)[0], add_watermarker=False)
        end = pipeline(**asked, width=128, height=64, generator=torch.Generator().manual_seed(SEED)).images
        print(sampler, end.square().mean().sqrt())
        out[f"end.{sampler}"] = end
    end = pipeline(**asked, width=128, height=64, generator=torch.Generator().manual_seed(SEED),
                   original_size=(96, 160), crops_coords_top_left=(8, 16), target_size=(72, 136)).images
    out["end.sizes"] = end  # of the last sampler

    pipeline = StableDiffusionXLControlNetPipeline(
        vae=vae, text_encoder=first, text_encoder_2=large, tokenizer=tokenizers[1], tokenizer_2=tokenizers[0], unet=unet,
        controlnet=control, scheduler=sampling.makeScheduler("unipc", "simple", STEPS)[0], add_watermarker=False)
    out["end.control"] = pipeline(**asked, image=controlnets.hint(64, 128), controlnet_conditioning_scale=0.8,
                                  generator=torch.Generator().manual_seed(SEED)).images

    unet, vae, large, _ = refiner
    pipeline = StableDiffusionXLImg2ImgPipeline(
        vae=vae, text_encoder=None, text_encoder_2=large, tokenizer=None, tokenizer_2=whole, unet=unet,
        scheduler=sampling.makeScheduler("dpmpp_2m", "simple", STEPS)[0], requires_aesthetics_score=True,
        add_watermarker=False)
    out["refiner.begin"] = torch.randn(1, 4, 8, 16, generator=generator)
    out["end.refiner"] = pipeline(**asked, image=out["refiner.begin"], strength=STRENGTH,
                                  generator=torch.Generator().manual_seed(SEED)).images
    assert all(torch.isfinite(t).all() for t in out.values())
    save(stored.folder("results") / "stable_diffusion_xl.safetensors", out,
         {"prompt": PROMPT, "negative": NEGATIVE, "seed": str(SEED), "steps": str(STEPS), "cfg": str(CFG)})
    stored.pack("results")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
