"""Writes tests/data/noise.json: what torch's CPU generator draws, as hexadecimal fp32 bits, and Philox normals.

Run with a Python that has torch, on a CPU with AVX2 (torch's other code path differs in the last digits):
    python tests/reference/noise.py
"""
import hashlib
import json
import pathlib

import numpy as np
import torch

SEEDS = [0, 1, 42, 2**32 - 1, 2**32 + 1, 2**63, 2**64 - 1]
# One generator, these randn calls in turn: both code paths, remainders, and the cached second half of a pair, which
# stays while larger draws come between.
CALLS = [16, 5, 17, 1, 2, 31, 15, 32, 33, 3]
LATENT = 4 * 64 * 64


def bits(tensor):
    return tensor.numpy().tobytes().hex()


def philox(seed, call, count):
    """Philox 4x32-10 (Salmon et al. 2011) and Box-Muller, with the counters and fp32 constants of A1111's "NV"."""
    normals = []
    scale, turn = float(np.float32(2.3283064e-10)), float(np.float32(2.3283064e-10 * 6.2831855))
    for element in range(count):
        words, low, high = [call, 0, element, 0], seed % 2**32, seed >> 32
        for _ in range(10):
            first, second = words[0] * 0xD2511F53, words[2] * 0xCD9E8D57
            words = [second >> 32 ^ words[1] ^ low, second % 2**32, first >> 32 ^ words[3] ^ high, first % 2**32]
            low, high = (low + 0x9E3779B9) % 2**32, (high + 0xBB67AE85) % 2**32
        radius = np.sqrt(-2 * np.log(words[0] * scale + scale / 2))
        normals.append(float(np.float32(radius * np.sin(words[1] * turn + turn / 2))))
    return normals


def main():
    cases = []
    for seed in SEEDS:
        generator = torch.Generator("cpu").manual_seed(seed)
        # Text, as a JSON number above 2^53 is not exact everywhere.
        cases.append({"seed": str(seed), "calls": CALLS,
                      "bits": [bits(torch.randn(count, generator=generator)) for count in CALLS]})
    latent = torch.randn(1, 4, 64, 64, generator=torch.Generator("cpu").manual_seed(1234))
    single = torch.randn(1, generator=torch.Generator("cpu").manual_seed(1234))
    big = {"seed": "1234", "count": LATENT, "sha256": hashlib.sha256(latent.numpy().tobytes()).hexdigest(),
           "first_of_one": bits(single)}
    path = pathlib.Path(__file__).parent.parent / "data" / "noise.json"
    path.write_text(json.dumps({"torch": torch.__version__, "capability": torch.backends.cpu.get_cpu_capability(),
                                "cases": cases, "latent": big,
                                "philox": [{"seed": str(seed), "calls": [philox(seed, call, 8) for call in (0, 1)]}
                                           for seed in SEEDS]}, indent=1) + "\n")
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
