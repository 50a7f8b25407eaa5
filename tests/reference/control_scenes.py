"""Writes tests/data/control_scenes: scenes that the starter model has not seen, with the maps it is to follow.

scenes.png: a row for each scene, 256 x 256 each: the picture, line art, depth, pose. scenes.json: its caption and the 18
points of the one person in it, in shares of the frame. Needs OpenCV and numpy.

    python control_scenes.py      after a change of resources/starter/scenes.py
"""
import json
import os
import sys

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "resources", "starter"))
import scenes
import stored

OUT = os.path.join(ROOT, "tests", "data", "control_scenes")
SIZE, COUNT, FIRST = 256, 8, 10_000_000  # numbers from FIRST on are never trained on


def main():
    rows, told, number = [], [], FIRST
    while len(rows) < COUNT:
        scene = scenes.plan(number)
        number += 1
        if sum(t.kind == "person" for t in scene.things) != 1:
            continue
        drawn = scenes.render(scene, SIZE, maps=True)
        tiles = [drawn[name] for name in ("image", "lineart", "depth", "pose")]
        rows.append(np.concatenate([t if t.ndim == 3 else np.repeat(t[..., None], 3, 2) for t in tiles], 1))
        told.append({"caption": scenes.plain_caption(scene), "points": np.asarray(drawn["skeletons"][0]).round(5).tolist()})
    os.makedirs(OUT, exist_ok=True)
    stored.write_picture(os.path.join(OUT, "scenes.png"), np.concatenate(rows))
    with open(os.path.join(OUT, "scenes.json"), "w") as file:
        json.dump(told, file, indent=1)
    print(os.path.getsize(os.path.join(OUT, "scenes.png")), [t["caption"] for t in told])


if __name__ == "__main__":
    main()
