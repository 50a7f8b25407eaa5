"""Writes tests/data/map_resize: control maps in other sizes, by the definition that A1111's ControlNet extension has for them.

NAME.png is a map, NAME_WIDTHxHEIGHT.png the same in that size. lines: one pixel wide, white on black. areas: black and
white. colours: 20 of them. shades: more than 200. Needs OpenCV and numpy; prints their versions.

    python map_resize.py
"""
import os

import cv2
import numpy as np

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
OUT = os.path.join(DATA, "map_resize")
SIZES = [(112, 84), (40, 30), (64, 80)]
WIDTH, HEIGHT = 64, 48


def maps():
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    lines = canvas.copy()
    cv2.line(lines, (3, 40), (60, 10), (255, 255, 255))
    cv2.line(lines, (10, 3), (10, 44), (255, 255, 255))
    cv2.circle(lines, (36, 25), 14, (255, 255, 255))
    areas = canvas.copy()
    cv2.rectangle(areas, (8, 6), (30, 40), (255, 255, 255), cv2.FILLED)
    cv2.circle(areas, (46, 22), 13, (255, 255, 255), cv2.FILLED)
    colours = canvas.copy()
    for i in range(20):
        x, y = i % 5 * 13, i // 5 * 12
        colours[y:y + 12, x:x + 13] = 40 + 9 * i, 255 - 11 * i, (37 * i) % 256
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    shades = np.stack([x * 4, y * 5, (x * y) % 256], 2).astype(np.uint8)
    return {"lines": lines, "areas": areas, "colours": colours, "shades": shades}


def highest_along(x):
    """What is no lower than both neighbours along a row, a column or a diagonal."""
    kept = np.zeros_like(x)
    for places in ([3, 4, 5], [1, 4, 7], [0, 4, 8], [2, 4, 6]):
        kernel = np.zeros(9, np.uint8)
        kernel[places] = 1
        kept = np.where(cv2.dilate(x, kernel.reshape(3, 3)) == x, x, kept)
    return kept


def taken_away(x, patterns):
    """Each pattern in its four turns, one after another: white pixels in its middle go. 1 white, -1 black, 0 either."""
    any_gone = False
    for turn in range(4):
        for pattern in patterns:
            fits = cv2.morphologyEx(x, cv2.MORPH_HITMISS, np.ascontiguousarray(np.rot90(pattern, turn)).astype(np.int32))
            any_gone |= bool((fits > 127).any())
            x = np.where(fits > 127, 0, x).astype(np.uint8)
    return x, any_gone


def thinned(x, spurs_go):
    edges = [np.array([[-1, -1, -1], [0, 1, 0], [1, 1, 1]]), np.array([[0, -1, -1], [1, 1, -1], [0, 1, 0]])]
    spurs = [np.array([[-1, -1, -1], [-1, 1, -1], [0, 0, -1]]), np.array([[-1, -1, -1], [-1, 1, -1], [-1, 0, 0]])]
    for _ in range(32):
        x, goes_on = taken_away(x, edges)
        if not goes_on:
            break
    return taken_away(x, spurs)[0] if spurs_go else x


def resized(x, size):
    colours = len(np.unique(x.reshape(-1, 3), axis=0))
    area, was = size[0] * size[1], x.shape[0] * x.shape[1]
    if 2 < colours < 200:
        return cv2.resize(x, size, interpolation=cv2.INTER_NEAREST)
    y = cv2.resize(x, size, interpolation=cv2.INTER_AREA if area < was else cv2.INTER_CUBIC)
    if colours != 2 or x.min() >= 16 or x.max() <= 240:
        return y
    opened = cv2.dilate(cv2.erode(x, np.ones((3, 3), np.uint8)), np.ones((3, 3), np.uint8))
    is_thin = 2 * (opened < x).sum() > (x > 127).sum()
    y = y.astype(np.float32).mean(2).astype(np.uint8)
    if is_thin:
        y = highest_along(y)
    y = cv2.threshold(y, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    if is_thin:
        y = thinned(y, area > was)
    return np.stack([y] * 3, 2)


def main():
    print("OpenCV", cv2.__version__, "numpy", np.__version__)
    os.makedirs(OUT, exist_ok=True)
    for name, whole in maps().items():
        cv2.imwrite(os.path.join(OUT, name + ".png"), whole[..., ::-1])
        for size in SIZES:
            cv2.imwrite(os.path.join(OUT, f"{name}_{size[0]}x{size[1]}.png"), resized(whole, size)[..., ::-1])


if __name__ == "__main__":
    main()
