"""Writes tests/data/float8.json: what torch makes of each byte as a floating-point number of eight bits; null where it is
none.

    python float8.py
"""
import json
import math
from pathlib import Path

import torch


def values(dtype):
    numbers = torch.arange(256, dtype=torch.uint8).view(dtype).float().tolist()
    return [number if math.isfinite(number) else None for number in numbers]


if __name__ == "__main__":
    path = Path(__file__).resolve().parents[1] / "data/float8.json"
    rows = {"F8_E4M3": values(torch.float8_e4m3fn), "F8_E5M2": values(torch.float8_e5m2)}
    path.write_text("{\n" + ",\n".join(f'"{name}": {json.dumps(row)}' for name, row in rows.items()) + "\n}\n")
