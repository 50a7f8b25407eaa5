"""Byte-level BPE in CLIP's file format (vocab.json, merges.txt), with just the merges that the captions' words need."""
import collections
import json
import os
import re

LENGTH = 77
START, END = "<|startoftext|>", "<|endoftext|>"
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_+", re.IGNORECASE)


def _byte_letters():
    """A printable letter for every byte: itself where it is printable, else the letters from U+0100 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in plain]
    return {**{b: chr(b) for b in plain}, **{b: chr(256 + i) for i, b in enumerate(rest)}}


_LETTERS = _byte_letters()


class Tokenizer:
    def __init__(self, merges):
        letters = list(_LETTERS.values())
        pieces = letters + [c + "</w>" for c in letters] + [a + b for a, b in merges] + [START, END]
        self.merges = [tuple(m) for m in merges]
        self.ids = {piece: i for i, piece in enumerate(pieces)}
        self._rank = {m: i for i, m in enumerate(self.merges)}
        self._known = {}

    def __len__(self):
        return len(self.ids)

    def encode(self, text):
        """Exactly 77 token numbers: start, the text's, end, and more ends as padding."""
        ids = [self.ids[START]]
        for word in _WORDS.findall(text.lower()):
            if word not in self._known:
                self._known[word] = [self.ids[p] for p in self._pieces(word)]
            ids += self._known[word]
        ids = ids[:LENGTH - 1]
        return ids + [self.ids[END]] * (LENGTH - len(ids))

    def _pieces(self, word):
        pieces = _letters(word)
        while len(pieces) > 1:
            best = min(zip(pieces, pieces[1:]), key=lambda pair: self._rank.get(pair, len(self._rank)))
            if best not in self._rank:
                break
            pieces = _merge(pieces, best)
        return pieces

    def save(self, folder):
        os.makedirs(folder, exist_ok=True)
        _write(folder, "vocab.json", json.dumps(self.ids, ensure_ascii=False))
        _write(folder, "merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in self.merges))
        token = {s: {"content": t, "lstrip": False, "normalized": s != "pad_token", "rstrip": False, "single_word": False}
                 for s, t in (("bos_token", START), ("eos_token", END), ("unk_token", END), ("pad_token", END))}
        _write(folder, "special_tokens_map.json", json.dumps(token, indent=2))
        _write(folder, "tokenizer_config.json", json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": LENGTH,
               "do_lower_case": True, "errors": "replace", "add_prefix_space": False, **{s: t["content"] for s, t in token.items()}}, indent=2))


def train(phrases):
    """Merges the most frequent pair until every word of the phrases is one token."""
    words = {w: _letters(w) for p in phrases for w in _WORDS.findall(p.lower())}
    merges = []
    while True:
        pairs = collections.Counter(pair for pieces in words.values() for pair in zip(pieces, pieces[1:]))
        if not pairs:
            return Tokenizer(merges)
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = {w: _merge(pieces, best) for w, pieces in words.items()}


def _letters(word):
    letters = [_LETTERS[b] for b in word.encode()]
    return letters[:-1] + [letters[-1] + "</w>"]


def _merge(pieces, pair):
    out, i = [], 0
    while i < len(pieces):
        if tuple(pieces[i:i + 2]) == pair:
            out.append(pieces[i] + pieces[i + 1])
            i += 2
        else:
            out.append(pieces[i])
            i += 1
    return out


def _write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        f.write(text)
