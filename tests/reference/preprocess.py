"""Writes tests/data/preprocess: pictures and what the preprocessors make of them, by their published definitions.

Sheets of 6 x 4 cells of CELL pixels; picture i is as large as size(i) says and stands at the top left of its cell.
Maps at a detect resolution are of the pictures CHOSEN, in one row of cells. Poses are drawn one under another. Needs
OpenCV and numpy; prints their versions.

    python preprocess.py      after a change of a definition here
"""
import json
import math
import os
import sys

import cv2
import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "resources", "starter"))
import scenes
import stored

OUT = os.path.join(ROOT, "tests", "data", "preprocess")
COUNT, COLUMNS, CELL = 24, 6, (96, 72)
SMALLER, LARGER, RESIZED_CELL, CHOSEN = 64, 128, (192, 160), (0, 7, 12, 15)
CANVAS, POSES = (320, 192), 4


def size(i):
    """Width and height: odd ones too."""
    return 96 - i % 4 * 5, 72 - i % 3 * 7


# ---------------------------------------------------------------- pictures

def synthetic(i, w, h, rng):
    y, x = np.mgrid[:h, :w].astype(np.float64)
    if i == 0:
        return np.stack([x * 255 / w, y * 255 / h, (x + y) * 255 / (w + h)], 2)
    if i == 1:
        return rng.integers(0, 256, (h, w, 3))
    if i == 2:
        return np.full((h, w, 3), (90, 140, 200))
    if i == 3:
        return ((x // 8 + y // 8) % 2 * 255)[..., None].repeat(3, 2)
    if i == 4:
        return (127 + 120 * np.sin(np.hypot(x - w / 2, y - h / 3) / 3))[..., None] * (1, .8, .5)
    picture = cv2.GaussianBlur(rng.normal(0, 1, (h, w, 3)), (0, 0), 4)
    return 127 + 110 * picture / np.abs(picture).max()


def drawing(rng, w, h):
    """Ink on paper."""
    picture = np.full((h, w, 3), 250 - int(rng.integers(0, 25)), np.uint8)
    for _ in range(8):
        ink = tuple(int(v) for v in rng.integers(0, 120, 3))
        a, b, c = (tuple(int(v) for v in rng.integers(0, (w, h))) for _ in range(3))
        cv2.line(picture, a, b, ink, int(rng.integers(1, 4)), cv2.LINE_AA)
        cv2.ellipse(picture, c, (int(rng.integers(4, 20)), int(rng.integers(4, 20))), 30, 0, 300, ink, 1, cv2.LINE_AA)
    noise = rng.normal(0, 2, picture.shape)
    return picture + noise


def picture(i):
    w, h = size(i)
    rng = np.random.default_rng(i)
    if i < 6:
        p = synthetic(i, w, h, rng)
    elif i < 12:
        p = drawing(rng, w, h)
    else:  # scenes, and last two maps of depth and two of soft edges
        kind = "image" if i < 20 else "depth" if i < 22 else "softedge"
        p = scenes.render(scenes.plan(i), 96, maps=True)[kind][:h, :w]
        p = p if p.ndim == 3 else p[..., None].repeat(3, 2)
    return np.clip(p, 0, 255).astype(np.uint8)


# ---------------------------------------------------------------- definitions

def canny(x, low=100, high=200):
    return cv2.Canny(x, low, high)


def lineart_standard(x):
    x = x.astype(np.float32)
    darker = np.min(cv2.GaussianBlur(x, (0, 0), 6.) - x, axis=2).clip(0, 255)
    counted = darker[darker > 8]
    strength = max(16, np.median(counted)) if counted.size else 16
    return (darker / strength * 127).clip(0, 255).astype(np.uint8)


def lineart_xdog(x, sigma=.8, k=1.6, tau=.98, epsilon=0., phi=100.):
    g = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY).astype(np.float64)
    d = (cv2.GaussianBlur(g, (0, 0), sigma) - tau * cv2.GaussianBlur(g, (0, 0), k * sigma)) / 255
    paper = np.where(d >= epsilon, 1, 1 + np.tanh(phi * (d - epsilon)))
    return (255 * (1 - paper)).clip(0, 255).astype(np.uint8)


def scribble(x):
    return np.where(np.min(x, axis=2) < 127, 255, 0).astype(np.uint8)


def scribble_soft_edges(x, t=127, s=3.):
    g = cv2.GaussianBlur(cv2.cvtColor(x, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), s)
    p = np.pad(g, 1, constant_values=-np.inf)
    h, w = g.shape
    at = lambda dy, dx: p[1 + dy:1 + dy + h, 1 + dx:1 + dx + w]
    ridge = np.zeros((h, w), bool)
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        ridge |= (at(dy, dx) <= g) & (at(-dy, -dx) <= g)
    lines = np.where(ridge & (g > t), 255, 0).astype(np.uint8)
    return np.where(cv2.GaussianBlur(lines, (0, 0), s) > 4, 255, 0).astype(np.uint8)


def scribble_xdog(x, t=32):
    x = x.astype(np.float32)
    difference = np.min(cv2.GaussianBlur(x, (0, 0), 5.) - cv2.GaussianBlur(x, (0, 0), .5), axis=2)
    dog = (255 - difference).clip(0, 255).astype(np.uint8)
    return np.where(np.uint8(2) * (np.uint8(255) - dog) > t, 255, 0).astype(np.uint8)  # in 8 bits, as published


def threshold(x, t=127):
    return np.where(np.min(x, axis=2) > t, 255, 0).astype(np.uint8)


def binary(x, t=100):
    otsu = cv2.THRESH_OTSU if t in (0, 255) else 0
    return cv2.threshold(cv2.cvtColor(x, cv2.COLOR_RGB2GRAY), t, 255, cv2.THRESH_BINARY_INV | otsu)[1]


def blur(x):
    return cv2.GaussianBlur(x, (0, 0), 9.)


def tile(x, rate=2.5):
    h, w = x.shape[:2]
    small = cv2.resize(x, (int(w / rate), int(h / rate)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)


def color_grid(x, cell=16):
    h, w = x.shape[:2]
    small = cv2.resize(x, (w // cell, h // cell), interpolation=cv2.INTER_CUBIC)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_NEAREST)


def recolor(x, gamma, intensity):
    y = cv2.cvtColor(x, cv2.COLOR_RGB2HSV)[..., 2] if intensity else cv2.cvtColor(x, cv2.COLOR_RGB2LAB)[..., 0]
    return ((y.astype(np.float32) / 255) ** gamma * 255).clip(0, 255).astype(np.uint8)


def shuffle(x, seed=7, f=32):
    h, w = x.shape[:2]
    random = np.random.RandomState(seed)

    def field(highest):
        noise = random.uniform(0, 1, (h // f + 2, w // f + 2))
        noise = cv2.resize(noise, (w + 2 * f, h + 2 * f), interpolation=cv2.INTER_CUBIC)[f:f + h, f:f + w]
        noise -= noise.min()
        return (noise / noise.max() * highest).astype(np.float32)

    # As cv2.remap does from version 5 on; before, it took positions in steps of 1/32 pixel.
    u, v = field(w - 1), field(h - 1)
    i, j = np.minimum(u.astype(int), w - 2), np.minimum(v.astype(int), h - 2)
    a, b = (u - i)[..., None], (v - j)[..., None]
    x = x.astype(np.float32)
    above, below = x[j, i] * (1 - a) + x[j, i + 1] * a, x[j + 1, i] * (1 - a) + x[j + 1, i + 1] * a
    return np.rint(above * (1 - b) + below * b).astype(np.uint8)


def normal(x, background=.4, z=2 * math.pi):
    depth = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY).astype(np.float32)
    share = depth - depth.min()
    share /= max(share.max(), 1e-9)
    n = np.stack([cv2.Sobel(depth, cv2.CV_32F, 1, 0), cv2.Sobel(depth, cv2.CV_32F, 0, 1), np.full_like(depth, z)], 2)
    n[share < background, :2] = 0
    n /= np.sqrt((n ** 2).sum(2, keepdims=True))
    return (n * 127.5 + 127.5).clip(0, 255).astype(np.uint8)


def at_resolution(x, resolution, work, padded=True):
    h, w = x.shape[:2]
    k = resolution / min(h, w)
    w, h = int(np.round(w * k)), int(np.round(h * k))
    x = cv2.resize(x, (w, h), interpolation=cv2.INTER_CUBIC if k > 1 else cv2.INTER_AREA)
    if padded:
        x = np.pad(x, ((0, -h % 64), (0, -w % 64), (0, 0)), mode="edge")
    return work(np.ascontiguousarray(x))[:h, :w]


MAPS = {
    "canny": canny,
    "canny_low": lambda x: canny(x, 20, 60),
    "lineart_standard": lineart_standard,
    "lineart_xdog": lineart_xdog,
    "scribble": scribble,
    "scribble_soft_edges": scribble_soft_edges,
    "scribble_xdog": scribble_xdog,
    "threshold": threshold,
    "binary": binary,
    "binary_otsu": lambda x: binary(x, 0),
    "blur": blur,
    "tile": tile,
    "color_grid": color_grid,
    "recolor_luminance": lambda x: recolor(x, 1.3, False),
    "recolor_intensity": lambda x: recolor(x, .7, True),
    "shuffle": shuffle,
    "normal": normal,
}
RESIZED = {"resized_" + name: (MAPS[name], SMALLER) for name in ("canny", "lineart_standard", "scribble_xdog")}
RESIZED["resized_larger"] = lambda x: x, LARGER


# ---------------------------------------------------------------- poses

LIMBS = ((2, 3), (2, 6), (3, 4), (4, 5), (6, 7), (7, 8), (2, 9), (9, 10), (10, 11), (2, 12), (12, 13), (13, 14), (2, 1),
         (1, 15), (15, 17), (1, 16), (16, 18))
COLOURS = [tuple(bytes.fromhex(c)) for c in (
    "ff0000 ff5500 ffaa00 ffff00 aaff00 55ff00 00ff00 00ff55 00ffaa 00ffff 00aaff 0055ff 0000ff 5500ff aa00ff ff00ff "
    "ff00aa ff0055").split()]
FIGURE = ((0, -70), (0, -50), (-18, -48), (-30, -25), (-34, 0), (18, -48), (34, -30), (24, -12), (-11, 2), (-14, 38),
          (-12, 72), (11, 2), (18, 36), (26, 70), (-5, -75), (5, -75), (-11, -72), (11, -72))


def people(i):
    """Points in pixels of CANVAS, with confidence; in the last one as shares of it."""
    rng = np.random.default_rng(100 + i)

    def points(n, middle, spread, missing):
        p = np.column_stack([rng.normal(0, spread, (n, 2)) + middle, np.ones(n)])
        p[rng.random(n) < missing] = 0
        return p

    found = []
    for k in range(1 + i):
        middle = np.array([70 + 70 * k, 96]) + rng.normal(0, 8, 2)
        body = np.column_stack([np.array(FIGURE) * rng.uniform(.6, 1.2) + rng.normal(0, 4, (18, 2)) + middle, np.ones(18)])
        body[rng.random(18) < (0, .1, .2, .1)[i]] = 0
        person = {"pose_keypoints_2d": body}
        if i > 0:
            person["hand_left_keypoints_2d"] = points(21, middle + (30, 0), 12, .05)
            person["hand_right_keypoints_2d"] = points(21, middle - (30, 0), 12, .05) if k % 2 else None
            person["face_keypoints_2d"] = points(70, middle - (0, 72), 8, .05)
        if i == 3:
            for p in person.values():
                if p is not None:
                    p[:, :2] /= CANVAS
        found.append({key: None if p is None else [round(float(v), 4) for v in p.ravel()] for key, p in person.items()})
    return {"people": found, "animals": [], "canvas_height": CANVAS[1], "canvas_width": CANVAS[0]}


def decoded(json_):
    w, h = json_["canvas_width"], json_["canvas_height"]
    lists = [p for person in json_["people"] for p in person.values() if p]
    pixels = max(abs(v) for p in lists for j, v in enumerate(p) if j % 3 < 2) > 1

    def points(values):
        return [None if c < 1 else (x / w, y / h) if pixels else (x, y)
                for x, y, c in zip(*[iter(values or [])] * 3)]

    return [{key: points(values) for key, values in person.items()} for person in json_["people"]]


def limb(canvas, body, n, colour, half_width):
    p, q = body[LIMBS[n][0] - 1], body[LIMBS[n][1] - 1]
    if p is None or q is None:
        return
    h, w = canvas.shape[:2]
    x, y = (p[0] * w, q[0] * w), (p[1] * h, q[1] * h)
    length = ((y[0] - y[1]) ** 2 + (x[0] - x[1]) ** 2) ** .5
    angle = math.degrees(math.atan2(y[0] - y[1], x[0] - x[1]))
    outline = cv2.ellipse2Poly((int(np.mean(x)), int(np.mean(y))), (int(length / 2), half_width), int(angle), 0, 360, 1)
    cv2.fillConvexPoly(canvas, outline, colour)


def joints(canvas, points, radius, colours, inside):
    h, w = canvas.shape[:2]
    for p, colour in zip(points, colours):
        if p is not None:
            x, y = int(p[0] * w), int(p[1] * h)
            if not inside or (x > .01 and y > .01):
                cv2.circle(canvas, (x, y), radius, colour, thickness=-1)


def hand(canvas, points):
    h, w = canvas.shape[:2]
    for n in range(20 if points else 0):
        p, q = points[0 if n % 4 == 0 else n], points[n + 1]
        if p is None or q is None:
            continue
        a, b = (int(p[0] * w), int(p[1] * h)), (int(q[0] * w), int(q[1] * h))
        if min(a + b) > .01:
            hue, sixth = n / 20 * 6, int(n / 20 * 6)
            t, f = hue - sixth, 1 - (hue - sixth)
            colour = ((1, t, 0), (f, 1, 0), (0, 1, t), (0, f, 1), (t, 0, 1), (1, 0, f))[sixth]
            cv2.line(canvas, a, b, tuple(255 * v for v in colour), thickness=2)
    joints(canvas, points, 4, [(0, 0, 255)] * 21, True)


def pose_map(persons, width, height, blended=False, wide=False):
    canvas = np.zeros((height, width, 3), np.uint8)
    side = max(width, height)
    half_width = 4 * (1 if not wide or side < 500 else min(2 + side // 1000, 7))
    if blended:
        for i in range(18):
            for p in persons:
                joints(canvas, p["pose_keypoints_2d"][i:i + 1], 4, COLOURS[i:i + 1], False)
        for n in range(17):
            for p in persons:
                over = canvas.copy()
                limb(over, p["pose_keypoints_2d"], n, COLOURS[n], half_width)
                canvas = cv2.addWeighted(canvas, .4, over, .6, 0)
    for p in persons:
        if not blended:
            for n in range(17):
                limb(canvas, p["pose_keypoints_2d"], n, tuple(int(c * .6) for c in COLOURS[n]), half_width)
            joints(canvas, p["pose_keypoints_2d"], 4, COLOURS, False)
        hand(canvas, p.get("hand_left_keypoints_2d") or [])
        hand(canvas, p.get("hand_right_keypoints_2d") or [])
        joints(canvas, p.get("face_keypoints_2d") or [], 3, [(255, 255, 255)] * 70, True)
    return canvas


# ---------------------------------------------------------------- files

def write(name, rgb):
    stored.write_picture(os.path.join(OUT, name + ".png"), rgb)


def sheet(pictures, cell, columns):
    rows = -(-len(pictures) // columns)
    result = np.zeros((rows * cell[1], columns * cell[0]) + pictures[0].shape[2:], np.uint8)
    for i, p in enumerate(pictures):
        y, x = i // columns * cell[1], i % columns * cell[0]
        result[y:y + p.shape[0], x:x + p.shape[1]] = p
    return result


def main():
    cv2.setNumThreads(1)
    os.makedirs(OUT, exist_ok=True)
    pictures = [picture(i) for i in range(COUNT)]
    write("pictures", sheet(pictures, CELL, COLUMNS))
    for name, work in MAPS.items():
        write(name, sheet([work(x) for x in pictures], CELL, COLUMNS))
    for name, (work, resolution) in RESIZED.items():
        write(name, sheet([at_resolution(x, resolution, work) for x in (pictures[i] for i in CHOSEN)],
                          RESIZED_CELL, 4))
    poses = [people(i) for i in range(POSES)]
    for i, p in enumerate(poses):
        with open(os.path.join(OUT, f"pose_{i}.json"), "w") as file:
            json.dump(p, file)
    for name, options in (("pose", {}), ("pose_blended", {"blended": True})):
        write(name, np.vstack([pose_map(decoded(p), *CANVAS, **options) for p in poses]))
    write("pose_wide", pose_map(decoded(poses[2]), 1024, 512, wide=True))
    print("OpenCV", cv2.__version__, "numpy", np.__version__)


if __name__ == "__main__":
    main()
