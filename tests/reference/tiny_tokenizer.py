"""A byte-pair tokenizer of 700 entries in the form CLIP's has (vocab.json, merges.txt), learnt from a few sentences.

Entries in order: 256 bytes, the same 256 closing a word, the merges, then the two special tokens.
"""
import json
from collections import Counter

SIZE = 700
START, END = "<|startoftext|>", "<|endoftext|>"
CORPUS = """
a red house on green grass at sunset with mountains behind the house
a small blue boat on the sea at night under the moon and the stars
two white cats and a black cat sitting near an old tree in the snow
a photo of a person standing beside a yellow car and a wooden box
a hot air balloon over the forest in the morning with soft light
watercolor painting of flowers and mushrooms by the river
portrait of a woman with long hair wearing a green dress
an oil painting of a city street in the rain with many people
a pine tree and a red ball on the sand near the water
blurry low quality picture with bad colors and watermark text
highly detailed drawing of a castle on a hill above the clouds
the sun shining through the window on a table with a glass of water
"""


def byte_symbols():
    """Bytes that print stand for themselves; the 68 others take the code points from 256 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + i) for i in range(len(others))]


def learn_merges(count):
    """The most frequent neighbours, again and again; ties go to the pair that sorts first."""
    words = Counter(CORPUS.split())
    spelled = {w: [*w[:-1], w[-1] + "</w>"] for w in words}
    merges = []
    while len(merges) < count:
        pairs = Counter()
        for word, symbols in spelled.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += words[word]
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        spelled = {w: joined(s, best) for w, s in spelled.items()}
    return merges


def joined(symbols, pair):
    out = []
    for s in symbols:
        if out and (out[-1], s) == pair:
            out[-1] += s
        else:
            out.append(s)
    return out


def write_tokenizer(folder, pad=END):
    symbols = byte_symbols()
    entries = symbols + [s + "</w>" for s in symbols]
    merges = learn_merges(SIZE - len(entries) - 2)
    entries += [a + b for a, b in merges] + [START, END]
    assert len(set(entries)) == SIZE
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "vocab.json": json.dumps({e: i for i, e in enumerate(entries)}, ensure_ascii=False),
        "merges.txt": "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges),
        "special_tokens_map.json": json.dumps(
            {"bos_token": START, "eos_token": END, "pad_token": pad, "unk_token": END}, indent=2),
        "tokenizer_config.json": json.dumps(
            {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "do_lower_case": True,
             "bos_token": START, "eos_token": END, "pad_token": pad, "unk_token": END}, indent=2),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
