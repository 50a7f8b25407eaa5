"""Weights of prompts as A1111 reads them: python tests/reference/prompt_attention.py > tests/data/prompt_attention.json

Written from what A1111 1.10's modules/prompt_parser.py does, not from its text: a prompt is cut into tokens from left to
right; a closing bracket multiplies the weights of all that came since its partner, in Python's doubles; brackets that
are still open at the end do so then, the round ones first, each kind from the first opened; neighbours of equal weight
become one. Parts without text are left out. BREAK is not covered.
"""
import json
import random
import re
import struct

TOKEN = re.compile(r"(?P<escape>\\[()\[\]\\]|\\)|(?P<weight>:\s*(?P<number>[+-]?[.\d]+)\s*\))|(?P<mark>[()\[\]])|(?P<text>[^\\()\[\]:]+|:)")


def spans(prompt):
    parts = []  # [text, weight]
    opened = {"(": [], "[": []}

    def close(kind, factor):
        for part in parts[opened[kind].pop():]:
            part[1] *= factor

    for token in TOKEN.finditer(prompt):
        whole = token.group()
        if token["escape"]:
            parts.append([whole[1:], 1.0])
        elif whole in ("(", "["):
            opened[whole].append(len(parts))
        elif token["weight"] and opened["("]:
            close("(", float(token["number"]))
        elif whole == ")" and opened["("]:
            close("(", 1.1)
        elif whole == "]" and opened["["]:
            close("[", 1 / 1.1)
        else:
            parts.append([whole, 1.0])
    for kind, factor in (("(", 1.1), ("[", 1 / 1.1)):
        for first in opened[kind]:
            for part in parts[first:]:
                part[1] *= factor
    merged = []
    for text, weight in parts:
        if merged and merged[-1][1] == weight:
            merged[-1][0] += text
        else:
            merged.append([text, weight])
    return [[text, weight] for text, weight in merged if text]


def single(weight):
    return struct.unpack("f", struct.pack("f", weight))[0]


written = [
    "(a: 1.3)", "(a:\u00a01.3)", "(a:1.3\u00a0)", "(a:\u30001.3 )", "(a:\t1.3\n)", "(a:\u0661.\u0663)", "(a:" + " " * 80 + "1.3)",
    "((a))(b:1.21)", "(((a)))(b:1.331)", "((a:1.1))(b:1.21)", "((a:1.3):0.7)(b:0.91)", "((a:0.7):1.3)(b:0.91)",
    "([a])(b:1)", "[(a)]b", "([a])b", "([(a)])(b)", "(a (b:1.1) (c))", "((a) b", "(a [b", "[a (b", "((a [b (c", "a\\b(c",
    "([)]", "(a [b) c]", "([a) (b] c)", "(a:.5)(b:0.5)", "(a:+1.5)(b:1.50)", "(a:-1)", "x:1.2)", "[x:1.2)", "(a:)", "(a:b:1.2)",
]
random.seed(1)
letters = ["a", "b ", "(", "(", ")", ")", "[", "]", ":", ":1.1)", ": 1.21\u00a0)", ":0.7)", ":1.3)", "\\", ", ", "1", "."]
prompts = list(written)
while len(prompts) < 400:
    prompts.append("".join(random.choices(letters, k=random.randint(3, 14))))
rows = []
for prompt in dict.fromkeys(prompts):
    try:
        found = spans(prompt)
    except ValueError:  # "1.2.3": A1111 fails too
        continue
    if found and all(abs(weight) <= 10 for _, weight in found):
        rows.append([prompt, [[text, single(weight)] for text, weight in found]])
print("[" + ",\n".join(json.dumps(row) for row in rows) + "]")
