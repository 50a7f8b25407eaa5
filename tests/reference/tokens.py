"""Writes tokens.json into tests/data/results.tar.xz and tests/data/tokens_own*: prompts and their ids by transformers' CLIPTokenizer.

Two vocabularies: CLIP's 49,408 entries, built from resources/tokenizers/clip_bpe/merges.txt, and an own one of 480,
whose byte symbols are ASCII only, so that other bytes become the unknown token. No network.
"""

import json
import random
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path

from transformers import CLIPTokenizer

import stored

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
OWN_SIZE = 480
SPECIALS = ["<|startoftext|>", "<|endoftext|>"]


def byte_symbols():
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def vocabulary(symbols, merges):
    return symbols + [s + "</w>" for s in symbols] + [m.replace(" ", "") for m in merges] + SPECIALS


def write_folder(folder, entries, merges, config=None):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({entry: i for i, entry in enumerate(entries)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    if config:
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))


def train_merges(words, count):
    """Plain byte-pair encoding of the words, the most frequent pair first, ties by text."""
    corpus = Counter(tuple(word[:-1]) + (word[-1] + "</w>",) for word in words)
    merges = []
    while len(merges) < count:
        pairs = Counter()
        for word, times in corpus.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += times
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(" ".join(best))
        merged = Counter()
        for word, times in corpus.items():
            parts, i = [], 0
            while i < len(word):
                joined = word[i : i + 2] == best
                parts.append("".join(best) if joined else word[i])
                i += 2 if joined else 1
            merged[tuple(parts)] += times
        corpus = merged
    return merges


SUBJECTS = """a red house|two cats on a mat|an old lighthouse in a storm|portrait of a woman, oil on canvas|mountain lake at dawn
|a bowl of oranges|steam locomotive crossing a viaduct|an astronaut riding a horse|a cup of coffee, macro photo|city street at night
|field of sunflowers|wooden boat on a quiet river|a dragon asleep on gold|library with tall windows|snowy owl in flight
|children flying kites|a bicycle against a brick wall|the interior of a greenhouse|desert caravan|a watchmaker at work""".replace("\n", "").split("|")
STYLES = """masterpiece, best quality|watercolour|8k, ultra-detailed, f/1.8|in the style of a 1930s travel poster
|isometric pixel-art|volumetric light & fog|cinematic, 35mm film grain|black-and-white photograph""".replace("\n", "").split("|")

HANDMADE = [
    "", " ", "   \t ", "a", "A", ".", ",", "!", "0", "9", "it's", "It'S", "don't", "we're", "they've", "I'm", "she'll", "he'd",
    "rock 'n' roll", "the 90's", "O'Reilly's", "''s", "'", "''", "' s", "x's't're", "dogs'", "'tis", "y'all'd've", "l'été",
    "hello, world!", "wow!!!", "what?!?!", "...", "a...b", "a--b", "a_b", "__init__", "#hashtag", "@user", "50%", "$9.99", "C++",
    "a/b\\c", "(a:1.2)", "[[b]]", "{c|d}", "<b>bold</b>", "&amp; &lt;", "%n%s%x", "e=mc^2", "~~~", "`code`", "\"quoted\"", "**", "* * *",
    "1234567890", "3.14159", "1,000,000", "v1.5", "2024-11-20", "½ ¼ ³ ²", "①②③ Ⅷ ⅷ", "٣٤٥", "४५६", "一二三", "𝟙𝟚𝟛",
    "<|startoftext|>", "<|endoftext|>", "a<|endoftext|>b", "<|ENDOFTEXT|>!!", "!<|startoftext|>", "<|StartOfText|>?", "<|endof", "|>",
    "una casa roja", "la façade du café à Noël", "Straße und Übergröße", "żółta łódź na jeziorze", "příliš žluťoučký kůň",
    "Ðorđe þorn Ærø", "İstanbul ılık I", "ΑΒΓ Σίσυφος ΟΔΥΣΣΕΥΣ", "Красный дом у реки", "їжак є ґанок", "ĳ ŉ ǆ ǅ Ǆ ſ",
    "cafe\u0301", "café", "A\u030Angstro\u0308m", "Ångström", "Å K Ω", "n\u0303 o\u0304\u0301", "q\u0307\u0323", "q\u0323\u0307",
    "\u0301a", "\u1e9b\u0323", "\u212b\u0301", "ﬁ ﬂ ﬃ", "㎏ ℡ ™ ©", "ｆｕｌｌ ｗｉｄｔｈ", "\u0344 \u0958 \u2adc", "a" + "\u0301" * 100,
    # Marks of Unicode 10, 11 and 14, which the reference's normaliser does not know: they keep their place.
    "a\u1df6\u0301", "a\u0301\u08d3", "e\u08d3\u0301", "a\u0301\u1dfa",
    "红色的房子", "一只猫坐在垫子上，油画", "赤い家と猫、水彩画。", "ラーメン ﾗｰﾒﾝ が\u3099", "か\u3099 は\u309a", "빨간 집", "\u1107\u1161\u11af\u1100\u1161\u11ab", "𠮷野家 㐂 龘",
    "🐱", "😀😃😄", "❤️ ❤", "👍🏽 👍", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇯🇵", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "1️⃣ #️⃣", "a🐱b", "🧑🏿‍🚀 rides 🐎", "☕️ coffee",
    "بيت أحمر", "خانهٔ قرمز ۱۲۳", "בית אדום", "שָׁלוֹם", "mixed עברית and English", "\u202eoverride\u202c", "\u2067rtl\u2069 \u200fmark",
    "लाल घर", "ঘর লাল", "சிவப்பு வீடு", "บ้านสีแดง", "ဖြူ", "ខ្មែរ", "ქართული", "Հայերեն", "ᏣᎳᎩ Ꭰꭰ", "ꙋ Ꙋ", "𐐀𐐨 Deseret", "𝓕𝓪𝓷𝓬𝔂",
    "tab\tseparated", "line\nbreak", "CR\r\nLF", "no\u00a0break", "em\u2003space", "ideographic\u3000space", "thin\u2009 \u202fspaces",
    "zero\u200bwidth", "zero\u200dwidth", "\ufeffbom", "soft\u00adhyphen", "next\u0085line", "para\u2029graph\u2028line", "vt\vff\f", "  lead and trail  ",
    "nul\u0000byte", "bell\u0007", "esc\u001b[31m", "\u001c\u001d\u001e\u001f", "del\u007f", "c1\u0080\u009f", "\ufffd", "\uffff", "\ue000 private", "\U0010ffff",
    "a" * 300, "ab" * 200, "!" * 100, "?!" * 50, "7" * 60, "é" * 80, "中" * 60, "🐱" * 40, "word " * 60, ", " * 40,
]


def long_prompts(generator):
    words = " ".join(SUBJECTS + STYLES).replace(",", " ,").split()
    return [" ".join(generator.choice(words) for _ in range(200)) for _ in range(6)]


def random_prompts(generator, count):
    """Hard mixtures of characters assigned in Python 3.11's Unicode 14, so that every later table agrees on them."""
    known = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Cs")]
    marks = [c for c in known if unicodedata.category(c).startswith("M")]
    jamo = [chr(c) for c in [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]]
    ascii_ = [chr(c) for c in range(32, 127)]
    words = ["'s", "'RE", "'ll", "''", "House", "photo", "ΑΣ", "İ", "!!!", "123", "½", "한글", "🇫🇷", *SPECIALS]
    sources = [known, known, marks, marks, jamo, ascii_, ascii_, words, words, list("\t\n\u00a0\u2003\u3000\u200b ")]
    return ["".join(generator.choice(generator.choice(sources)) for _ in range(generator.randrange(2, 16))) for _ in range(count)]


def ids(folder, prompts):
    return CLIPTokenizer.from_pretrained(folder)(prompts, add_special_tokens=False).input_ids


def main():
    generator = random.Random(2)
    prompts = [f"{subject}, {style}" for subject in SUBJECTS for style in STYLES[:3]]
    prompts += HANDMADE + long_prompts(generator) + random_prompts(generator, 400)

    merges = (ROOT / "resources/tokenizers/clip_bpe/merges.txt").read_text(encoding="utf-8").split("\n")[1:-1]
    entries = vocabulary(byte_symbols(), merges)
    assert len(merges) == 48894 and len(entries) == 49408

    own_symbols = [s for s in byte_symbols() if ord(s) < 0x7F]
    words = "".join(c if "a" <= c <= "z" else " " for c in " ".join(SUBJECTS + STYLES).lower()).split()
    own_merges = train_merges(words, OWN_SIZE - 2 * len(own_symbols) - len(SPECIALS) - 1)
    own_entries = vocabulary(own_symbols, own_merges) + ["<|pad|>"]
    assert len(own_entries) == OWN_SIZE
    config = {"tokenizer_class": "CLIPTokenizer", "pad_token": "<|pad|>"}

    with tempfile.TemporaryDirectory() as temporary:
        write_folder(Path(temporary), entries, merges)
        clip_ids = ids(temporary, prompts)
    own = DATA / "tokens_own"
    write_folder(own, own_entries, own_merges, config)
    own_ids = ids(own, prompts)
    CLIPTokenizer.from_pretrained(own).save_pretrained(DATA / "tokens_own_json")

    rows = [{"text": p, "clip": c, "own": o} for p, c, o in zip(prompts, clip_ids, own_ids)]
    (stored.folder("results") / "tokens.json").write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")
    stored.pack("results")
    print(len(rows), "prompts")


if __name__ == "__main__":
    main()
