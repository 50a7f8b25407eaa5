"""Writes tests/data/t5_text.safetensors: two T5 1.1 encoders of random weights and what transformers' T5EncoderModel makes of
token ids with them.

    python t5.py
"""
import json

import torch
from transformers import T5Config, T5EncoderModel

import stored
import tiny_models

COMMON = {"feed_forward_proj": "gated-gelu", "dropout_rate": 0.0, "is_encoder_decoder": False, "use_cache": False}
MODELS = {
    "a": {"vocab_size": 50, "d_model": 20, "d_kv": 5, "num_heads": 3, "d_ff": 36, "num_layers": 3},
    "b": {"vocab_size": 64, "d_model": 32, "d_kv": 8, "num_heads": 2, "d_ff": 48, "num_layers": 2,
          "relative_attention_num_buckets": 10, "relative_attention_max_distance": 24, "layer_norm_epsilon": 1e-3},
}
LENGTHS = {"a": (150, 7), "b": (61, 1)}  # the first are longer than relative_attention_max_distance
LARGE = 128.0  # factor of b's wi_0 and wi_1: what is between them and wo leaves fp16's range


def values(name, shape, generator):
    """Random, with scores, biases and norms that all matter."""
    noise = torch.randn(shape, generator=generator)
    if len(shape) == 1:
        return 1 + 0.25 * noise
    if "relative_attention_bias" in name or "embed_tokens" in name or name == "shared.weight":
        return noise
    return noise * shape[1] ** -0.5


@torch.no_grad()
def main():
    out, metadata = {}, {}
    for key, settings in MODELS.items():
        model = T5EncoderModel(T5Config(**COMMON, **settings)).eval()
        generator = torch.Generator().manual_seed(ord(key))
        state = {k: values(k, v.shape, generator) for k, v in sorted(model.state_dict().items())}
        state["encoder.embed_tokens.weight"] = state["shared.weight"]  # tied
        if key == "b":
            for name in state:
                factor = LARGE if ".wi_" in name else LARGE**-2 if ".wo." in name else 1.0
                state[name] = state[name] * factor
        model.load_state_dict(state)
        largest = []
        for block in model.encoder.block:
            block.layer[1].DenseReluDense.wo.register_forward_pre_hook(lambda _, x: largest.append(x[0].abs().max()))
        for i, length in enumerate(LENGTHS[key]):
            ids = torch.randint(settings["vocab_size"], (1, length), generator=generator)
            states = model(input_ids=ids).last_hidden_state[0]
            out |= {f"{key}.ids.{i}": ids[0], f"{key}.states.{i}": states}
            print(key, i, tuple(states.shape), f"size {states.square().mean().sqrt():.3g}")
        print(key, f"largest before wo {max(largest):.0f}")
        assert key != "b" or max(largest) > 65504
        if key == "a":
            del state["shared.weight"]  # as some files have it
        out |= {f"{key}.model.{k}": v.clone() for k, v in state.items()}
        metadata[f"{key}.config"] = json.dumps(settings)
    tiny_models.save(stored.DATA / "t5_text.safetensors", out, metadata)


if __name__ == "__main__":
    main()
