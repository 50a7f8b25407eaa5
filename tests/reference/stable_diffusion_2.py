"""Two Stable Diffusion 2 models of random weights, tiny_2, tiny_2.safetensors and tiny_2b.ckpt in tests/data/models.tar.xz, and
what diffusers and transformers make of them, networks_2, networks_2b and stable_diffusion_2 in results.tar.xz.

tiny_2 predicts v: a folder of diffusers, whose levels have as many heads as make them 4 channels wide, and a single file
under the names of Latent Diffusion and OpenCLIP with one layer of text more than is used. tiny_2b predicts the noise and is
what a file without metadata is taken for: heads of 64 channels, 32 groups, CLIP's whole vocabulary.
stable_diffusion_2.safetensors: where ten steps of StableDiffusionPipeline with tiny_2 end, sampler by sampler.

    python stable_diffusion_2.py      after tiny_models.py and networks.py; tests/data/README.md lists the names
"""
import json

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.loaders import single_file_utils
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

import ldm_names
import networks
import sampling
import stored
import tiny_models
import tiny_tokenizer
from tiny_models import MODELS, Shape, lively, save, write_json

TEXT_PREFIX = "cond_stage_model.model."
FOLDER, SINGLE, CHECKPOINT = MODELS / "tiny_2", MODELS / "tiny_2.safetensors", MODELS / "tiny_2b.ckpt"
SHAPE = Shape((8, 16, 16, 24), 4, [2, 4, 4, 6], (4, 8, 8, 16), 4, 32, 2, 3, tiny_tokenizer.SIZE)
SHAPE_B = Shape((64, 128), 32, [1, 2], (32, 32, 64, 64), 32, 16, 1, 2, 49408)
SEED, STEPS, CFG = 42, 10, 7.5
PROMPT, NEGATIVE = "a red house on green grass, sunset", "blurry, low quality"
CASES = ["dpmpp_2m", "ddim", "unipc"]  # at their own steps; the pipeline begins sigma-space samplers from less than all noise


def unet_config(s):
    below = len(s.unet_channels) - 1
    return {**tiny_models.unet_config(s), "use_linear_projection": True,
            "down_block_types": ["CrossAttnDownBlock2D"] * below + ["DownBlock2D"],
            "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * below}


def text_config(s):
    return {**tiny_models.text_config(s), "hidden_act": "gelu"}


def open_clip_shapes(s):
    """Of open_clip's TextTransformer: one layer more than s, as the last is not used."""
    w = s.text_width
    shapes = {"positional_embedding": (77, w), "token_embedding.weight": (s.vocabulary, w), "ln_final.weight": (w,),
              "ln_final.bias": (w,), "text_projection": (w, w)}
    for i in range(s.text_layers + 1):
        block = f"transformer.resblocks.{i}."
        for name, shape in {"attn.in_proj": (3 * w, w), "attn.out_proj": (w, w), "mlp.c_fc": (4 * w, w),
                            "mlp.c_proj": (w, 4 * w), "ln_1": (w,), "ln_2": (w,)}.items():
            mark = "_" if name == "attn.in_proj" else "."
            shapes[f"{block}{name}{mark}weight"] = shape
            shapes[f"{block}{name}{mark}bias"] = shape[:1]
    return shapes


def clip_state(open_clip, s):
    """transformers' names for what is used of it; q, k and v are rows behind one another there."""
    out = {"embeddings.position_embedding.weight": open_clip["positional_embedding"],
           "embeddings.token_embedding.weight": open_clip["token_embedding.weight"]}
    for leaf in ("weight", "bias"):
        out[f"final_layer_norm.{leaf}"] = open_clip[f"ln_final.{leaf}"]
        for i in range(s.text_layers):
            there, here = f"transformer.resblocks.{i}.", f"encoder.layers.{i}."
            for name, ours in {"ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj",
                               "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}.items():
                out[f"{here}{ours}.{leaf}"] = open_clip[f"{there}{name}.{leaf}"]
            for name, rows in zip("qkv", open_clip[f"{there}attn.in_proj_{leaf}"].chunk(3)):
                out[f"{here}self_attn.{name}_proj.{leaf}"] = rows
    return out


def build(s):
    """(modules, single-file state, open_clip's part of it) with the same weights in both."""
    unet, vae = UNet2DConditionModel(**unet_config(s)).eval(), AutoencoderKL(**tiny_models.vae_config(s)).eval()
    text = CLIPTextModel(CLIPTextConfig(**text_config(s))).eval()
    shapes = {ldm_names.unet_name(k): tuple(v.shape) for k, v in unet.state_dict().items()}
    shapes |= {ldm_names.vae_name(k): ldm_names.vae_shape(ldm_names.vae_name(k), v.shape) for k, v in vae.state_dict().items()}
    shapes |= {TEXT_PREFIX + k: v for k, v in open_clip_shapes(s).items()}
    state = lively(shapes)
    open_clip = {k.removeprefix(TEXT_PREFIX): v for k, v in state.items() if k.startswith(TEXT_PREFIX)}
    unet.load_state_dict(tiny_models.part(state, ldm_names.unet_name, unet))
    vae.load_state_dict(tiny_models.part(state, ldm_names.vae_name, vae))
    clip = clip_state(open_clip, s)
    text.load_state_dict({k: clip[k.removeprefix("text_model.")] for k in text.state_dict()})
    state[TEXT_PREFIX + "logit_scale"] = torch.tensor(4.6052).half()
    check(state, unet, text)
    return (unet, vae, text), state


def check(state, unet, text):
    """That diffusers reads the single file as what it was made of."""
    back = single_file_utils.convert_open_clip_checkpoint(text, dict(state), TEXT_PREFIX)
    back = {k.removeprefix("text_model."): v for k, v in back.items()}
    assert all(torch.equal(back[k.removeprefix("text_model.")].float(), v) for k, v in text.state_dict().items())
    back = single_file_utils.convert_ldm_unet_checkpoint(dict(state), unet.config)
    assert back.keys() == unet.state_dict().keys()
    assert all(torch.equal(back[k].reshape(v.shape).float(), v) for k, v in unet.state_dict().items())


def write_folder(s, modules):
    states = [{k: v for k, v in m.state_dict().items()} for m in modules]
    tiny_models.write_folder(FOLDER, s, *states)
    write_json(FOLDER / "unet/config.json", {"_class_name": "UNet2DConditionModel", **unet_config(s)})
    write_json(FOLDER / "text_encoder/config.json", {"architectures": ["CLIPTextModel"], **text_config(s)})
    scheduler = FOLDER / "scheduler/scheduler_config.json"
    write_json(scheduler, {**json.loads(scheduler.read_text()), "prediction_type": "v_prediction"})
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        path = FOLDER / "tokenizer" / name
        write_json(path, {**json.loads(path.read_text()), "pad_token": "!"})


def main():
    modules, state = build(SHAPE)
    write_folder(SHAPE, modules)
    save(SINGLE, tiny_models.cloned(state, torch.float16),
         {"format": "pt", "athanor.unet.head_channels": "4", "athanor.unet.norm_groups": "4",
          "athanor.vae.norm_groups": "4", "athanor.text.attention_heads": "2"})
    modules_b, state_b = build(SHAPE_B)
    torch.save({"state_dict": state_b}, CHECKPOINT)
    stored.pack("models")

    tokenizer = CLIPTokenizer.from_pretrained(FOLDER / "tokenizer")
    networks.write("networks_2", modules, networks.token_ids(tokenizer, networks.PROMPTS))
    whole = networks.full_vocabulary()
    whole.pad_token = "!"
    networks.write("networks_2b", modules_b, networks.token_ids(whole, networks.PROMPTS))

    out = {}
    unet, vae, text = modules
    for sampler in CASES:
        scheduler = sampling.makeScheduler(sampler, "simple", STEPS, "v_prediction")[0]
        pipeline = StableDiffusionPipeline(
            unet=unet, vae=vae, text_encoder=text, tokenizer=tokenizer, scheduler=scheduler, safety_checker=None,
            feature_extractor=None, requires_safety_checker=False)
        end = pipeline(prompt=PROMPT, negative_prompt=NEGATIVE, width=128, height=64, num_inference_steps=STEPS,
                       guidance_scale=CFG, output_type="latent", generator=torch.Generator().manual_seed(SEED)).images
        print(sampler, end.square().mean().sqrt())
        out[f"end.{sampler}"] = end
    save(stored.folder("results") / "stable_diffusion_2.safetensors", out,
         {"prompt": PROMPT, "negative": NEGATIVE, "seed": str(SEED), "steps": str(STEPS), "cfg": str(CFG)})
    stored.pack("results")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
