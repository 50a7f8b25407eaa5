"""Pictures in and out: scenes as network input, results as sheets."""
import cv2
import numpy as np

import scenes

PROMPTS = ("a red house on the left, a green tree on the right, at sunset", "a blue car on the right, at the beach, at sunset",
           "a green pine tree in the center, in the snow, at night", "a yellow boat in the middle, on the sea, during the day",
           "a person in red in the center, on grass, during the day", "an orange cat on the right, in the snow, on a sunny day",
           "a purple mushroom on the left, in a meadow, at sunset", "a pink hot air balloon in the center, on the sea, at night",
           "a red car on the left and a blue house on the right, on grass, by day", "a white cat on the left, a green box on the right, on sand",
           "a tree on the left and a person in blue on the right, on grass, at sunset", "a black car in the middle, in the snow, at night",
           "a red flower in the center, on sand, at night", "a blue ball on the left and a yellow ball on the right, on grass",
           "a white boat on the right, on the sea, at sunset, with mountains", "masterpiece, a pink house in the center, in the snow, with mountains")


def draw(numbers, size):
    """Scenes drawn at a size: n x 3 x size x size in -1..1."""
    drawn = np.stack([scenes.render(scenes.plan(int(n)), size)["image"] for n in numbers])
    return np.ascontiguousarray(drawn.transpose(0, 3, 1, 2), dtype=np.float32) / 127.5 - 1


def to_bytes(x):
    """n x 3 x h x w in -1..1 (a tensor) to n x h x w x 3 bytes."""
    return ((x.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()


def save_sheet(x, path, columns):
    rows = to_bytes(x)
    rows = [np.concatenate(list(rows[i:i + columns]), 1) for i in range(0, len(rows), columns)]
    cv2.imwrite(path, cv2.cvtColor(np.concatenate(rows), cv2.COLOR_RGB2BGR))
