"""Writes tests/data/t5_tokens.json: prompts and their ids by transformers' T5TokenizerFast, without the end token.

The tokenizer is Stable Diffusion 3's tokenizer_3, whose files the PyPI package diffsynth has, and whose vocabulary is
resources/tokenizers/t5/spiece.model. Its tokenizer_config.json says that <extra_id_N> take white space along.

    pip download --no-deps diffsynth==1.1.9; python t5_tokens.py diffsynth-1.1.9-py3-none-any.whl
"""
import json
import pathlib
import random
import sys
import tempfile
import zipfile

from transformers import T5TokenizerFast

import stored
import tokens

OWN = stored.DATA.parent.parent / "resources/tokenizers/t5/spiece.model"
FOLDER = "diffsynth/tokenizer_configs/stable_diffusion_3/tokenizer_3/"

HANDMADE = [
    "1girl, solo, masterpiece, best quality, highres, (detailed eyes:1.2), <lora:ink:0.8>", "score_9, score_8_up, source_anime, rating_safe",
    "<extra_id_3>", "<extra_id_0><extra_id_99>", "a <extra_id_3> b", "a<extra_id_3>b", "  <extra_id_4>  <extra_id_5>  ", "<extra_id_100>",
    "<extra_id_03>", "<extra_id_-1>", "<extra_id_>", "<extra_id_7", "<EXTRA_ID_3>", "< extra_id_3>", "<<extra_id_3>>", "<extra_id_3 >",
    "</s>", "a</s>b", "a </s> b", "<pad>", "<pad><pad>x", "<unk>", "x<unk>y", "</s", "</S>", "<s>", "＜ｐａｄ＞", "＜／ｓ＞ x", "＜ｕｎｋ＞", "＜extra_id_5＞",
    "<extra_id_1>\u0301a", "<extra_id_1> \u0301a", "<extra_id_1>\u00a0\u0301a", "a\u00a0\u0301b", "a\u00a0<extra_id_1>", "</s>\u00a0\u0301a",
    "\u2581", "a\u2581b", "\u2581\u2581a", "a\u2581", "\u2581 \u2581", "a \u2581b", "\u2581<extra_id_2>\u2581",
    "①\u0301", "①\u0301 a", "\u00b5\u0301", "\u00a0\u0301", "½\u0338", "\uff21\u0301", "ﬁ\u0301", "\u2460\u20dd", "\ufdfa", "\u3300", "㌀㌁", "™️", "ℌ\u0323",
    "\r\n", "a\r\nb", "\r\n\u0301", "\n\r", "\x00", "a\x00b", "\x01\x02", "\x7f\x80\x85\x9f", "\u200b", "a\u200bb", "\u200e\u200f", "\ufeff", "\u00ad",
    " " * 50, "a" + " " * 30 + "b", "\t" * 9 + "x" + "\n" * 9, "\u3000\u3000全角", "\u2028a\u2029", "\u1680a\u180eb", "\u205f\u202f",
    "sooooo cute", "o" * 40, "oooooooooooooooo hmmmmmmmm", "la" * 30, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "zz" * 25, "!" * 33, "..." * 20, "-" * 70, "=" * 64,
    "hahahahahahaha", "blablablablabla", "nnnnnnnneeeeeeee", "00000000", "1111111111111111111111", "xxxXXXxxx", "ééééééé", "ÖÖÖÖÖÖÖ", "ßßßßß", "ăăăăă",
    "Internationalisierungsmaßnahmen", "Donaudampfschifffahrtsgesellschaftskapitän", "anticonstitutionnellement", "înțelegere și dragoste în București",
    "L'été à l'œuvre, où ça ?", "„Grüße“ – sagte er", "«Bonjour» …", "naïve façade", "Ｆｕｌｌ　ｗｉｄｔｈ", "ＡＢＣ１２３", "x² + y³ = z⁴", "½ cup, ¼ tsp",
    "https://example.org/a?b=c&d=e#f", "user@example.com", "C:\\temp\\x.png", "{\"a\": [1, 2]}", "for (i = 0; i < n; ++i) {}", "a|b|c", "~tilde~ ^caret^",
    "𝒜𝓃 𝑒𝓁𝑒𝑔𝒶𝓃𝓉 𝒻𝑜𝓃𝓉", "ⓐⓑⓒ", "🅰🅱", "👨‍👩‍👧 family", "🏳️‍🌈🏴‍☠️", "👍🏽", "e\u0301\u0302\u0303", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "가\u11a8", "ᄀᄀᄀ", "क्षि", "நி", "ไม้เอก", "مَدْرَسَة", "שָׁלוֹם", "中文提示词，一只猫坐在垫子上", "日本語のプロンプト、赤い家", "한국어 프롬프트",
]


def long_prompts(generator):
    words = " ".join(tokens.SUBJECTS + tokens.STYLES).split()
    return [" ".join(generator.choice(words) for _ in range(400)), "lighthouse" * 60, "word, " * 150, "猫" * 200, "a\u0301" * 100]


def tokenizer(wheel):
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(FOLDER):
                (pathlib.Path(folder) / name.removeprefix(FOLDER)).write_bytes(archive.read(name))
        assert (pathlib.Path(folder) / "spiece.model").read_bytes() == OWN.read_bytes()
        return T5TokenizerFast.from_pretrained(folder)


def main():
    generator = random.Random(5)
    prompts = [f"{subject}, {style}" for subject, style in zip(tokens.SUBJECTS * 2, tokens.STYLES * 5)]
    prompts += HANDMADE + tokens.HANDMADE[:200] + long_prompts(generator) + tokens.random_prompts(generator, 150)
    ids = tokenizer(sys.argv[1])(prompts, add_special_tokens=False).input_ids
    rows = [{"text": p, "ids": i} for p, i in zip(prompts, ids)]
    (stored.DATA / "t5_tokens.json").write_text("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n")
    print(len(rows), "prompts")


if __name__ == "__main__":
    main()
