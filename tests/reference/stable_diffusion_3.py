"""Two Stable Diffusion 3 models of random weights, tiny_sd3* in tests/data/models.tar.xz, and what diffusers and transformers make
of them, stable_diffusion_3 in results.tar.xz.

tiny_sd3: of the kind of 3.5 medium, whose queries and keys are normed and whose first blocks attend to the picture alone as
well: a folder of diffusers, a single file under Stability's names, and each part in a file of its own, all the same values.
tiny_sd3_large: of the kind of 3.0, a single file without metadata and T5, as such a file is taken for: heads of 64 channels,
32 groups, CLIP's whole vocabulary, the smaller encoder's pooled state as it is.
T5's vocabulary is the published one, whose 32,128 rows are windows into a storage that repeats and so cost little.
Entries of the results: what each network gives and where ten steps of StableDiffusion3Pipeline and of
StableDiffusion3Img2ImgPipeline end (sd3.… and sd3_large.…), and the sigmas they walk.

    python stable_diffusion_3.py WHEEL      after tiny_models.py and networks.py; tests/data/README.md lists the names

WHEEL has T5's tokenizer: diffsynth-1.1.9-py3-none-any.whl, or any that has a …/stable_diffusion_3/tokenizer_3/.
"""
import contextlib
import functools
import pathlib
import re
import sys
import tempfile
import zipfile
from dataclasses import dataclass

import torch
from diffusers import (AutoencoderKL, FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel,
                       StableDiffusion3Img2ImgPipeline, StableDiffusion3Pipeline)
from diffusers.loaders import single_file_utils
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer, T5Config, T5EncoderModel, T5TokenizerFast

import ldm_names
import networks
import sampling
import stored
import tiny_models
import tiny_tokenizer
from tiny_models import MODELS, Shape, lively, save, write_json

FOLDER, SINGLE, LARGE = MODELS / "tiny_sd3", MODELS / "tiny_sd3.safetensors", MODELS / "tiny_sd3_large.safetensors"
PREFIXES = {"transformer": "model.diffusion_model.", "vae": ldm_names.VAE_PREFIX,
            **{name: f"text_encoders.{name}{'xxl' if name == 't5' else ''}.transformer." for name in ("clip_l", "clip_g", "t5")}}
SEED, STEPS, CFG, STRENGTH, SHIFT, WORDS = 42, 10, 4.5, 0.6, 3.0, 77
PROMPT, NEGATIVE = "a red house on green grass, sunset", "blurry, low quality"
HEIGHT, WIDTH = 80, 112  # of the runs, in pixels: 5 by 7 patches, which are not cut from the middle without rounding


@dataclass(frozen=True)
class Model:
    layers: int
    heads: int
    head_width: int
    context: int  # numbers of a token's state, T5's width
    positions: int  # patches along each side of the table of positions
    dual: tuple  # blocks that attend to the picture alone as well
    normed: bool  # queries and keys
    sizes: tuple  # latent height, width at which the transformer is asked
    vae: Shape
    clip_l: Shape
    clip_g: Shape
    pooled: int  # numbers of the larger encoder's
    t5: bool


MODEL = Model(3, 3, 16, 48, 12, (0, 1), True, ((12, 8), (10, 14)), Shape((), 0, 0, (4, 8, 8, 16), 4, 0, 0, 0, 0),
              Shape((), 0, 0, (), 0, 16, 1, 2, tiny_tokenizer.SIZE), Shape((), 0, 0, (), 0, 24, 1, 3, tiny_tokenizer.SIZE), 20, True)
MODEL_L = Model(2, 2, 64, 64, 9, (), False, ((8, 16), (18, 6)), Shape((), 0, 0, (32, 32, 64, 64), 32, 0, 0, 0, 0),
                Shape((), 0, 0, (), 0, 24, 1, 3, 49408), Shape((), 0, 0, (), 0, 32, 1, 2, 49408), 40, False)


def transformer_config(m):
    return {"sample_size": 2 * m.positions, "patch_size": 2, "in_channels": 16, "out_channels": 16, "num_layers": m.layers,
            "attention_head_dim": m.head_width, "num_attention_heads": m.heads, "joint_attention_dim": m.context,
            "caption_projection_dim": m.heads * m.head_width, "pooled_projection_dim": m.clip_l.text_width + m.pooled,
            "pos_embed_max_size": m.positions, "dual_attention_layers": m.dual, "qk_norm": "rms_norm" if m.normed else None}


def vae_config(s):
    return {**tiny_models.vae_config(s), "latent_channels": 16, "scaling_factor": 1.5305, "shift_factor": 0.0609,
            "use_quant_conv": False, "use_post_quant_conv": False}


def text_config(s, pooled):
    """pooled: of the larger encoder; 0 for the other."""
    return {**tiny_models.text_config(s), **({"hidden_act": "gelu", "projection_dim": pooled} if pooled else {})}


def t5_config(width, layers, heads, head_width, inner):
    return {"vocab_size": 32128, "d_model": width, "num_layers": layers, "num_heads": heads, "d_kv": head_width, "d_ff": inner,
            "feed_forward_proj": "gated-gelu", "layer_norm_epsilon": 1e-6, "dropout_rate": 0.1, "is_encoder_decoder": False,
            "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "pad_token_id": 0,
            "eos_token_id": 1, "model_type": "t5", "tie_word_embeddings": False}


T5_CONFIG = t5_config(MODEL.context, 2, 4, 8, 120)

# Stability's names of diffusers' modules.
_ENDS = {"pos_embed": "", "pos_embed.proj": "x_embedder.proj", "context_embedder": "context_embedder",
         "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
         "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
         "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
         "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2",
         "norm_out.linear": "final_layer.adaLN_modulation.1", "proj_out": "final_layer.linear"}
_BLOCK = {"norm1.linear": "x_block.adaLN_modulation.1", "norm1_context.linear": "context_block.adaLN_modulation.1",
          "attn.to_out.0": "x_block.attn.proj", "attn.to_add_out": "context_block.attn.proj",
          "attn2.to_out.0": "x_block.attn2.proj", "attn.norm_q": "x_block.attn.ln_q", "attn.norm_k": "x_block.attn.ln_k",
          "attn.norm_added_q": "context_block.attn.ln_q", "attn.norm_added_k": "context_block.attn.ln_k",
          "attn2.norm_q": "x_block.attn2.ln_q", "attn2.norm_k": "x_block.attn2.ln_k", "ff.net.0.proj": "x_block.mlp.fc1",
          "ff.net.2": "x_block.mlp.fc2", "ff_context.net.0.proj": "context_block.mlp.fc1",
          "ff_context.net.2": "context_block.mlp.fc2"}


def transformer_name(name):
    """(Stability's name, which third of its rows or None for the whole)."""
    if name == "pos_embed.pos_embed":
        return "pos_embed", None
    module, leaf = name.rsplit(".", 1)
    found = re.fullmatch(r"transformer_blocks\.(\d+)\.(.+)", module)
    if not found:
        return f"{_ENDS[module]}.{leaf}", None
    block, inner = f"joint_blocks.{found[1]}.", found[2]
    if rows := re.fullmatch(r"(attn2?)\.(?:to_([qkv])|add_([qkv])_proj)", inner):
        side = "x_block" if rows[2] else "context_block"
        return f"{block}{side}.{rows[1]}.qkv.{leaf}", "qkv".index(rows[2] or rows[3])
    return f"{block}{_BLOCK[inner]}.{leaf}", None


def transformer_shapes(module):
    shapes = {}
    for name, tensor in module.state_dict().items():
        theirs, third = transformer_name(name)
        shapes[theirs] = tuple(tensor.shape) if third is None else (3 * len(tensor), *tensor.shape[1:])
    return shapes


def of_module(state, name, module):
    """What a module has under that name, of tensors under Stability's names. Where a norm is told a shift and a scale and no
    gate, diffusers has the scale first, Stability the shift."""
    theirs, third = transformer_name(name)
    if third is not None:
        return state[theirs].chunk(3)[third]
    last = f"transformer_blocks.{module.config.num_layers - 1}.norm1_context."
    return torch.cat(state[theirs].chunk(2)[::-1]) if name.startswith(("norm_out.", last)) else state[theirs]


def part(state, name):
    """The tensors of a single file's part, their names without its prefix."""
    prefix = PREFIXES[name]
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}


def build(m):
    """({part: module}, single-file state) with the same weights in both."""
    modules = {"transformer": SD3Transformer2DModel(**transformer_config(m)), "vae": AutoencoderKL(**vae_config(m.vae)),
               "clip_l": CLIPTextModelWithProjection(CLIPTextConfig(**text_config(m.clip_l, 0))),
               "clip_g": CLIPTextModelWithProjection(CLIPTextConfig(**text_config(m.clip_g, m.pooled)))}
    if m.t5:
        modules["t5"] = T5EncoderModel(T5Config(**T5_CONFIG))
    shapes = {PREFIXES["transformer"] + k: v for k, v in transformer_shapes(modules["transformer"]).items()}
    for name, tensor in modules["vae"].state_dict().items():
        shapes[ldm_names.vae_name(name)] = ldm_names.vae_shape(ldm_names.vae_name(name), tensor.shape)
    for name in modules.keys() - {"transformer", "vae"}:
        shapes |= {PREFIXES[name] + k: tuple(v.shape) for k, v in modules[name].state_dict().items()}
    if m.t5:
        del shapes[PREFIXES["t5"] + "encoder.embed_tokens.weight"]  # are the shared ones
    else:
        del shapes[PREFIXES["clip_l"] + "text_projection.weight"]  # the published file has none
    state = lively(dict(sorted(shapes.items())))

    for name, module in modules.items():
        module.eval()
        if name == "vae":
            module.load_state_dict(tiny_models.part(state, ldm_names.vae_name, module))
            continue
        own = part(state, name)
        if name == "transformer":
            own = {k: of_module(own, k, module) for k in module.state_dict()}
        elif name == "t5":
            own["encoder.embed_tokens.weight"] = own["shared.weight"]
            state[PREFIXES[name] + "encoder.embed_tokens.weight"] = own["shared.weight"]  # as the published files have it
        elif "text_projection.weight" not in own:
            own["text_projection.weight"] = torch.eye(m.clip_l.text_width)
        module.load_state_dict(own)
    check(state, modules)
    return modules, state


def check(state, modules):
    """That diffusers reads the single file as what it was made of."""
    transformer = {k: v for k, v in state.items() if k.startswith(PREFIXES["transformer"])}
    back = {"transformer": single_file_utils.convert_sd3_transformer_checkpoint_to_diffusers(transformer),
            "vae": single_file_utils.convert_ldm_vae_checkpoint(dict(state), modules["vae"].config),
            **{name: single_file_utils.convert_ldm_clip_checkpoint(dict(state), PREFIXES[name]) for name in ("clip_l", "clip_g")}}
    # It then takes the unit matrix for the first projection, also where the file has another.
    back["clip_l"]["text_projection.weight"] = modules["clip_l"].text_projection.weight
    if "t5" in modules:
        back["t5"] = single_file_utils.convert_sd3_t5_checkpoint_to_diffusers(dict(state))
    for name, module in modules.items():
        ours = module.state_dict()
        assert back[name].keys() == ours.keys(), name
        assert all(torch.equal(back[name][k].reshape(v.shape).float(), v) for k, v in ours.items()), name


def write_folder(m, modules):
    """Without tokenizer_3, which the program has built in."""
    kinds = {"text_encoder": "CLIPTextModelWithProjection", "text_encoder_2": "CLIPTextModelWithProjection",
             "text_encoder_3": "T5EncoderModel", "tokenizer": "CLIPTokenizer", "tokenizer_2": "CLIPTokenizer",
             "tokenizer_3": "T5TokenizerFast"}
    own = {"scheduler": "FlowMatchEulerDiscreteScheduler", "transformer": "SD3Transformer2DModel", "vae": "AutoencoderKL"}
    write_json(FOLDER / "model_index.json", {
        "_class_name": "StableDiffusion3Pipeline", "_diffusers_version": "0.30.0",
        **{k: ["diffusers", v] for k, v in own.items()}, **{k: ["transformers", v] for k, v in kinds.items()}})
    write_json(FOLDER / "scheduler/scheduler_config.json",
               {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": SHIFT})
    configs = {"transformer": ("transformer", {"_class_name": "SD3Transformer2DModel", **transformer_config(m)}),
               "vae": ("vae", {"_class_name": "AutoencoderKL", **vae_config(m.vae)}),
               "clip_l": ("text_encoder", {"architectures": [kinds["text_encoder"]], **text_config(m.clip_l, 0)}),
               "clip_g": ("text_encoder_2", {"architectures": [kinds["text_encoder"]], **text_config(m.clip_g, m.pooled)}),
               "t5": ("text_encoder_3", {"architectures": ["T5EncoderModel"], **T5_CONFIG})}
    for name, (place, config) in configs.items():
        write_json(FOLDER / place / "config.json", config)
        state = tiny_models.cloned(modules[name].state_dict(), torch.float16)
        if name == "t5":
            del state["encoder.embed_tokens.weight"]
            tiny_models.write_shards(FOLDER / place, state, 2, "model")
        else:
            stem = "diffusion_pytorch_model" if name in own else "model"
            save(FOLDER / place / f"{stem}.safetensors", state, {"format": "pt"})
    tiny_tokenizer.write_tokenizer(FOLDER / "tokenizer")
    tiny_tokenizer.write_tokenizer(FOLDER / "tokenizer_2", "!")


def write_single(m, state):
    """The file and its parts, each with what cannot be seen of it."""
    told = {"vae": {"athanor.vae.norm_groups": str(m.vae.vae_groups)}}
    save(SINGLE, tiny_models.cloned(state, torch.float16), {"format": "pt", **told["vae"]})
    for name in PREFIXES:
        save(MODELS / f"tiny_sd3_{name}.safetensors", tiny_models.cloned(part(state, name), torch.float16),
             {"format": "pt", **told.get(name, {})})


def t5_tokenizer(wheel):
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if "stable_diffusion_3/tokenizer_3/" in name:
                (pathlib.Path(folder) / pathlib.Path(name).name).write_bytes(archive.read(name))
        return T5TokenizerFast.from_pretrained(folder)


@contextlib.contextmanager
def without_t5(pipeline):
    kept = pipeline.text_encoder_3
    pipeline.text_encoder_3 = None
    yield
    pipeline.text_encoder_3 = kept


def prompts(pipeline, *asked):
    """(states, pooled) of prompts."""
    found = pipeline.encode_prompt(list(asked), None, None, do_classifier_free_guidance=False, max_sequence_length=WORDS)
    return found[0], found[2]


def outputs(pipeline, m, generator):
    """What the networks give for the prompts, and the transformer at two sizes."""
    out = {}
    for name, tokenizer, encoder in (("clip_l", pipeline.tokenizer, pipeline.text_encoder),
                                     ("clip_g", pipeline.tokenizer_2, pipeline.text_encoder_2)):
        ids = networks.token_ids(tokenizer, networks.PROMPTS)
        found = encoder(ids, output_hidden_states=True)
        out |= {f"{name}.ids": ids, f"{name}.states": found.hidden_states[-2].contiguous(), f"{name}.pooled": found.text_embeds}
    if m.t5:
        ids = networks.token_ids(pipeline.tokenizer_3, networks.PROMPTS)
        out |= {"t5.ids": ids, "t5.states": pipeline.text_encoder_3(ids).last_hidden_state}
    context, pooled = prompts(pipeline, *networks.PROMPTS)
    out |= {"context": context, "pooled": pooled}

    for (height, width), times in zip(m.sizes, ([892.857177734375], [937.5, 8.928571701049805])):
        rows, case = len(times), f"{height}x{width}"
        latent, times = torch.randn(rows, 16, height, width, generator=generator), torch.tensor(times)
        asked = dict(pooled_projections=pooled[:rows], timestep=times)
        out |= {f"{case}.latent": latent, f"{case}.times": times,
                f"{case}.out": pipeline.transformer(latent, context[:rows], **asked).sample,
                f"{case}.clip_only": pipeline.transformer(latent, context[:rows, :77], **asked).sample}

    latent = torch.randn(1, 16, 6, 10, generator=generator)
    image = pipeline.vae.decode(latent).sample
    return out | {"vae.latent": latent, "vae.image": image, "vae.mean": pipeline.vae.encode(image).latent_dist.mean}


def walker(sampler, sigmas=None):
    """A scheduler of flows that walks its own sigmas or those given, and tells the network of each as it is: where the
    sampler is not Euler's, diffusers cuts what it tells down to whole numbers."""
    if sampler == "euler":
        return FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    scheduler = sampling.CLASSES[sampler](**sampling.common(sampler), prediction_type="flow_prediction", use_flow_sigmas=True,
                                          flow_shift=SHIFT, lower_order_final=True)
    plain = scheduler.set_timesteps

    def walk(steps, device=None):
        plain(steps)
        if sigmas is not None:
            assert len(sigmas) == steps + 1
            scheduler.sigmas = sigmas
        scheduler.timesteps = 1000 * scheduler.sigmas[:-1]

    scheduler.set_timesteps = walk
    return scheduler


def sigmas_of(scheduler, steps):
    scheduler.set_timesteps(steps)
    return {"sigmas": scheduler.sigmas.clone(), "times": scheduler.timesteps.clone()}


def begun(sigmas):
    """A little below all noise, whose logarithm UniPC cannot take; diffusers begins it there too."""
    return torch.cat([sigmas[:1] - 1e-6, sigmas[1:]])


def ends(pipeline, m, generator):
    """Where ten steps end."""
    out = {}
    asked = dict(num_inference_steps=STEPS, guidance_scale=CFG, output_type="latent", max_sequence_length=WORDS)
    told = dict(prompt=PROMPT, negative_prompt=NEGATIVE)

    def run(name, kind=pipeline, **given):
        kind.scheduler = given.pop("scheduler", walker("euler"))
        kind.set_progress_bar_config(disable=True)
        out[f"end.{name}"] = kind(**asked, generator=torch.Generator().manual_seed(SEED), **given).images
        print(name, out[f"end.{name}"].square().mean().sqrt())

    plain = functools.partial(run, height=HEIGHT, width=WIDTH)
    plain("euler", **told)
    whole = sigmas_of(walker("euler"), STEPS)["sigmas"]
    for sampler in ("dpmpp_2m", "unipc"):
        plain(sampler, **told, scheduler=walker(sampler))
        plain(f"{sampler}.begun", **told, scheduler=walker(sampler, begun(whole)))
    plain("dpmpp_2m.euler", **told, scheduler=walker("dpmpp_2m", whole))
    out["image.begin"] = torch.randn(1, 16, HEIGHT // 8, WIDTH // 8, generator=generator)
    parts = {k: v for k, v in pipeline.components.items() if k not in ("image_encoder", "feature_extractor")}
    run("image", StableDiffusion3Img2ImgPipeline(**parts), **told, image=out["image.begin"], strength=STRENGTH, height=HEIGHT,
        width=WIDTH)
    if m.t5:
        with without_t5(pipeline):
            plain("no_t5", **told)
    states, pooled = prompts(pipeline, PROMPT, NEGATIVE)
    plain("clip_only", prompt_embeds=states[:1, :77], negative_prompt_embeds=states[1:, :77],
          pooled_prompt_embeds=pooled[:1], negative_pooled_prompt_embeds=pooled[1:])
    return out


def main():
    generator = torch.Generator().manual_seed(1)
    modules, state = build(MODEL)
    write_folder(MODEL, modules)
    write_single(MODEL, state)
    large, state_l = build(MODEL_L)
    save(LARGE, tiny_models.cloned(state_l, torch.float16), {"format": "pt"})
    stored.pack("models")

    whole = [networks.full_vocabulary() for _ in range(2)]
    for tokenizer, pad in zip(whole, (tiny_tokenizer.END, "!")):
        tokenizer.pad_token, tokenizer.model_max_length = pad, 77
    pipelines = {
        "sd3": StableDiffusion3Pipeline.from_pretrained(FOLDER, tokenizer_3=t5_tokenizer(sys.argv[1]), torch_dtype=torch.float32),
        "sd3_large": StableDiffusion3Pipeline(
            transformer=large["transformer"], scheduler=walker("euler"), vae=large["vae"], text_encoder=large["clip_l"],
            tokenizer=whole[0], text_encoder_2=large["clip_g"], tokenizer_2=whole[1], text_encoder_3=None, tokenizer_3=None)}
    out = {}
    for (key, pipeline), m in zip(pipelines.items(), (MODEL, MODEL_L)):
        found = outputs(pipeline, m, generator) | ends(pipeline, m, generator)
        out |= {f"{key}.{k}": v for k, v in found.items()}
    for shift in (1.0, SHIFT):
        for steps in (10, 28):
            found = sigmas_of(FlowMatchEulerDiscreteScheduler(shift=shift), steps)
            out |= {f"{k}.euler.shift{shift:g}.{steps}": v for k, v in found.items()}
    for sampler in ("dpmpp_2m", "unipc"):
        out[f"sigmas.{sampler}"] = sigmas_of(walker(sampler), STEPS)["sigmas"]
    out["sigmas.begun"] = begun(sigmas_of(walker("euler"), STEPS)["sigmas"])
    assert all(torch.isfinite(t).all() for t in out.values())
    out = {k: v.contiguous() for k, v in out.items()}
    save(stored.folder("results") / "stable_diffusion_3.safetensors", out,
         {"prompt": PROMPT, "negative": NEGATIVE, "seed": str(SEED), "steps": str(STEPS), "cfg": str(CFG),
          "strength": str(STRENGTH), "shift": str(SHIFT), **{f"prompt.{i}": p for i, p in enumerate(networks.PROMPTS)}})
    stored.pack("results")
    for name, tensor in out.items():
        print(f"{name:32} {tuple(tensor.shape)}")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
