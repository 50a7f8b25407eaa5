"""Writes tests/data/pillow: cells of tests/data/preprocess/pictures.png in other sizes by Pillow's Image.resize with LANCZOS.

A file is called CELL_WIDTHxHEIGHT.png. Needs Pillow before 13, which A1111 and ComfyUI were made with: from 13 on the
columns come before the rows where the height shrinks more. Prints its version.

    python pillow.py
"""
import os

import PIL
from PIL import Image

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
COLUMNS, CELL = 6, (96, 72)
# 1 is noise, 12 a scene: smaller, larger, wider and lower, one side alone, a side of one pixel.
SIZES = {1: [(37, 29), (91, 30), (40, 65), (200, 9), (1, 1)], 12: [(150, 101), (33, 120), (96, 72), (13, 7)]}


def main():
    assert int(PIL.__version__.split(".")[0]) < 13, PIL.__version__
    print("Pillow", PIL.__version__)
    out = os.path.join(DATA, "pillow")
    os.makedirs(out, exist_ok=True)
    sheet = Image.open(os.path.join(DATA, "preprocess", "pictures.png")).convert("RGB")
    for cell, sizes in SIZES.items():
        x, y = cell % COLUMNS * CELL[0], cell // COLUMNS * CELL[1]
        # As preprocess.py's size(cell).
        picture = sheet.crop((x, y, x + 96 - cell % 4 * 5, y + 72 - cell % 3 * 7))
        for size in sizes:
            picture.resize(size, Image.LANCZOS).save(os.path.join(out, f"{cell}_{size[0]}x{size[1]}.png"), optimize=True)


if __name__ == "__main__":
    main()
