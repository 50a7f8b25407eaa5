"""Writes tests/data/added_tokens.json: files that add tokens to the tokenizers tokens_own and tokens_own_json, prompts, and
their ids by transformers' CLIPTokenizer. No network, no torch.

    pip install transformers; python added_tokens.py
"""
import json
import random
import shutil
import tempfile
from pathlib import Path

from transformers import CLIPTokenizer

DATA = Path(__file__).resolve().parents[1] / "data"
BASE_COUNT = 480  # entries of tokens_own


def token(content, **flags):
    return {"content": content, "lstrip": False, "rstrip": False, "single_word": False, "normalized": True, "special": False,
            **flags}


NAMES = {"tokenizer_class": "CLIPTokenizer", "pad_token": "<|pad|>"}
TYPED = {"__type": "AddedToken", "lstrip": False, "rstrip": False, "single_word": False, "normalized": True}
CASES = [
    ("a training script's", "tokens_own", {"tokenizer_config.json": NAMES, "added_tokens.json": {"<cat-toy>": 480, "<cat-toy>_1": 481}}),
    ("special by the map", "tokens_own", {
        "tokenizer_config.json": NAMES, "added_tokens.json": {"<Cat>": 480, "<Dog>": 481},
        "special_tokens_map.json": {"additional_special_tokens": ["<Cat>"], "bos_token": token("<|startoftext|>")}}),
    ("as Stable Diffusion 1.5", "tokens_own", {
        "tokenizer_config.json": {"add_prefix_space": False, "bos_token": {**TYPED, "content": "<|startoftext|>"},
                                  "eos_token": {**TYPED, "content": "<|endoftext|>"}, "model_max_length": 77,
                                  "pad_token": "<|endoftext|>", "unk_token": {**TYPED, "content": "<|endoftext|>"}},
        "special_tokens_map.json": {"bos_token": {k: v for k, v in token("<|startoftext|>").items() if k != "special"},
                                    "eos_token": {k: v for k, v in token("<|endoftext|>").items() if k != "special"},
                                    "pad_token": "<|endoftext|>",
                                    "unk_token": {k: v for k, v in token("<|endoftext|>").items() if k != "special"}}}),
    ("decoder", "tokens_own", {"tokenizer_config.json": {**NAMES, "added_tokens_decoder": {
        "477": token("<|startoftext|>", special=True), "478": token("<|endoftext|>", special=True, normalized=False),
        "480": token("<Sks>"), "481": token("<Raw>", normalized=False), "482": token("toy", single_word=True),
        "483": token(" wide  token ", normalized=True), "484": token("<s> x", rstrip=True, lstrip=True, normalized=False),
        "485": token("É\u0301a")}}, "special_tokens_map.json": {"pad_token": "<|endoftext|>"}}),
    ("decoder with holes", "tokens_own", {"tokenizer_config.json": {**NAMES, "added_tokens_decoder": {
        "490": token("<b>"), "485": token("<a>"), "3": token("red"), "700": token("house</w>")}}}),
    ("a name that is new", "tokens_own", {"tokenizer_config.json": {**NAMES, "mask_token": "<Mask>", "image_token": "<Image>",
                                          "extra_special_tokens": ["<x>", {"__type": "AddedToken", **token("<Y>")}]}}),
    ("tokenizer.json", "tokens_own_json", {}),
    ("tokenizer.json and its decoder", "tokens_own_json", {"tokenizer_config.json": {
        **NAMES, "added_tokens_decoder": {"480": token("<New>", special=True)}}}),
    ("only a part of another", "tokens_own", {"tokenizer_config.json": {**NAMES, "added_tokens_decoder": {
        "480": token("ab"), "481": token("abc", single_word=True), "482": token("bcd", normalized=False)}}}),
]
WORDS = ["<cat-toy>", "<cat-toy>_1", "<Cat>", "<cat>", "<Dog>", "<DOG>", "<Sks>", "<sks>", "<SKS>", "<Raw>", "<raw>", "toy", "Toy", "toys",
         " wide token", " WIDE \t token ", "<s> x", "<a>", "<b>", "red", "Red", "house", "<Mask>", "<mask>", "<Image>", "<x>", "<Y>", "<y>",
         "<New>", "<new>", "ab", "abc", "abcd", "ABCD", "bcd", "xabc", "É\u0301a", "é\u0301A", "<|startoftext|>", "<|STARTOFTEXT|>",
         "<|endoftext|>", "<|ENDOFTEXT|>", "<|pad|>", "<|PAD|>"]
BETWEEN = [" ", "", ",", "  ", "é", "_", "-", "\n", "a", "7", "\u0301", "\u200d", "中"]


def random_case(generator, number):
    flags = lambda: {f: generator.random() < 0.4 for f in ("normalized", "single_word", "special", "lstrip", "rstrip")}
    contents = generator.sample(WORDS[:38], generator.randrange(1, 6))
    kind = generator.randrange(3)
    if kind == 0:
        files = {"tokenizer_config.json": {**NAMES, "added_tokens_decoder": {
            str(BASE_COUNT + i): token(c, **flags()) for i, c in enumerate(contents)}}}
    elif kind == 1:
        files = {"tokenizer_config.json": NAMES, "added_tokens.json": {c: BASE_COUNT + i for i, c in enumerate(contents)},
                 "special_tokens_map.json": {"eos_token": token("<|endoftext|>", **flags()),
                                             "additional_special_tokens": contents[::2]}}
    else:
        files = {"tokenizer_config.json": {**NAMES, "unk_token": {"__type": "AddedToken", **token("<|endoftext|>", **flags())},
                                           "additional_special_tokens": contents}}
    return f"random {number}", generator.choice(["tokens_own", "tokens_own_json"]), files


def alike_when_normalized(case):
    """Which of two tokens that normalize to one text wins is chance in the reference."""
    contents = [w for w in WORDS if json.dumps(w)[1:-1] in json.dumps(case[2])]
    lowered = [" ".join(c.lower().split()) for c in contents]
    return len(set(lowered)) < len(lowered)


def ids_of(base, files, prompts):
    with tempfile.TemporaryDirectory() as folder:
        for file in (DATA / base).iterdir():
            shutil.copy(file, folder)
        for name, content in files.items():
            (Path(folder) / name).write_text(json.dumps(content))
        tokenizer = CLIPTokenizer.from_pretrained(folder)
        names = {n: getattr(tokenizer, n + "_token_id") for n in ("bos", "eos", "pad")}
        return names, tokenizer(prompts, add_special_tokens=False).input_ids


def main():
    generator = random.Random(7)
    cases = list(CASES)
    while len(cases) < 40:
        case = random_case(generator, len(cases))
        if not alike_when_normalized(case):
            cases.append(case)
    rows = []
    for name, base, files in cases:
        named = [w for w in WORDS if json.dumps(w)[1:-1] in json.dumps(files)] or WORDS
        prompts = ["a <cat-toy> on a red house"] if name == CASES[0][0] else []
        for _ in range(14):
            parts = [generator.choice(generator.choice((named, WORDS))) + generator.choice(BETWEEN) for _ in range(generator.randrange(1, 5))]
            prompts.append(generator.choice(BETWEEN) + "".join(parts))
        names, ids = ids_of(base, files, prompts)
        rows.append({"name": name, "base": base, "files": files, "ids": names, "prompts": [[p, i] for p, i in zip(prompts, ids)]})
    text = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (DATA / "added_tokens.json").write_text(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main()
