"""Procedural, captioned scenes with exact control maps: the starter model's only data.

A scene is a plan (what stands where, from one seed) that can be drawn at any size; the same seed
always gives the same plan, picture and maps. Coordinates are shares of the frame, y downwards.
"""
import math
from dataclasses import dataclass

import cv2
import numpy as np

cv2.setNumThreads(1)

COLOURS = {"red": (214, 48, 49), "green": (46, 160, 67), "blue": (45, 105, 220), "yellow": (248, 208, 50),
           "orange": (240, 136, 34), "purple": (142, 68, 173), "pink": (244, 130, 178),
           "white": (242, 242, 242), "black": (42, 42, 48), "brown": (134, 84, 46)}
KINDS = ("house", "tree", "pine", "car", "boat", "ball", "box", "cat", "flower", "mushroom", "balloon", "person")
SKIES = ("day", "sunset", "night")
GROUNDS = ("grass", "sand", "snow", "sea")
SLOTS = ("left", "centre", "right")
MAPS = ("canny", "lineart", "lineart_heavy", "lineart_anime", "lineart_anime_denoise", "depth", "pose", "normal", "softedge")

# Kinds whose colour is limited to what people expect of them.
KIND_COLOURS = {"pine": ("green", "white", "blue"), "tree": ("green", "orange", "red", "pink", "yellow"),
                "cat": ("black", "white", "orange", "brown")}
AFLOAT = ("boat", "balloon", "ball", "box")
# Height of a kind in relation to the scene's object size, and half its width in relation to its height.
HEIGHT = {"person": 1.25, "ball": 0.85, "box": 0.85, "cat": 0.9, "flower": 0.85, "mushroom": 0.85}
HALF_WIDTH = {"house": 0.54, "tree": 0.42, "pine": 0.32, "car": 0.5, "boat": 0.5, "ball": 0.36, "box": 0.4,
              "cat": 0.42, "flower": 0.31, "mushroom": 0.42, "balloon": 0.34, "person": 0.3}


@dataclass(frozen=True)
class Thing:
    kind: str
    colour: str
    slot: int      # index into SLOTS
    x: float       # middle
    y: float       # foot
    size: float    # height
    tint: tuple    # RGB of its main surface


@dataclass(frozen=True)
class Scene:
    seed: int
    sky: str
    ground: str
    mountains: bool
    horizon: float
    things: tuple  # of Thing, left to right


def plan(seed):
    """Draws up the scene of a seed."""
    rng = np.random.default_rng((seed, 0))
    sky, ground = SKIES[rng.choice(3, p=(.42, .29, .29))], GROUNDS[rng.choice(4, p=(.34, .22, .22, .22))]
    horizon = rng.uniform(.45, .6)
    count = int(rng.choice((1, 2, 3), p=(.55, .38, .07)))
    slots = sorted(rng.choice(3, count, replace=False).tolist())
    things = tuple(_thing(rng, ground, horizon, slot, count) for slot in slots)
    return Scene(seed, sky, ground, bool(rng.random() < .25), horizon, things)


def _thing(rng, ground, horizon, slot, count):
    if ground == "sea":
        kind = AFLOAT[rng.choice(4, p=(.4, .24, .18, .18))]
    else:
        kind = "person" if rng.random() < .12 else _pick(rng, [k for k in KINDS if k != "boat"])
    colour = _pick(rng, KIND_COLOURS.get(kind, tuple(COLOURS)))
    size = {1: rng.uniform(.48, .62), 2: rng.uniform(.36, .46), 3: rng.uniform(.28, .34)}[count]
    size = min(size * HEIGHT.get(kind, 1.), .8)
    margin = HALF_WIDTH[kind] * size + .01
    x = min(max((.2, .5, .8)[slot] + rng.uniform(-.05, .05), margin), 1 - margin)  # nothing is cut by the frame
    y = rng.uniform(horizon + .1, .93)
    if kind == "balloon":
        y = rng.uniform(.08, .14) + size
    else:
        y = max(y, min(.96, size + .05))
    return Thing(kind, colour, slot, x, y, size, _jitter(rng, COLOURS[colour], 10))


# ---------------------------------------------------------------- captions

NOUNS = {"house": ("house", "house", "house", "cottage"), "tree": ("tree",), "pine": ("pine tree", "pine tree", "fir tree"),
         "car": ("car", "car", "car", "automobile"), "boat": ("boat", "boat", "sailboat", "ship"), "ball": ("ball",),
         "box": ("box", "box", "cube"), "cat": ("cat", "cat", "kitten"), "flower": ("flower",), "mushroom": ("mushroom",),
         "balloon": ("hot air balloon", "balloon"), "person": ("person", "person", "man", "woman", "figure")}
PLACES = (("on the left", "on the left", "on the left side", "at the left", "left"),
          ("in the center", "in the middle", "in the centre", "center"),
          ("on the right", "on the right", "on the right side", "at the right", "right"))
GROUND_WORDS = {"grass": ("on grass", "in a meadow", "on a green field", "in a park"),
                "sand": ("on sand", "at the beach", "in the desert"),
                "snow": ("in the snow", "on snow", "in winter"),
                "sea": ("on the sea", "on the water", "in the ocean")}
SKY_WORDS = {"day": ("during the day", "by day", "under a blue sky", "on a sunny day"),
             "sunset": ("at sunset", "at dusk", "with an orange sky"),
             "night": ("at night", "under the moon", "in the dark night")}
OPENINGS = ("",) * 6 + ("a picture of ", "an illustration of ", "a drawing of ", "an image of ", "a photo of ")
PRAISE = ("highly detailed", "masterpiece", "best quality", "beautiful", "simple", "flat style", "clean lines", "8k",
          "digital art", "vector art", "colorful", "cute", "sharp", "high resolution", "trending", "studio lighting")
BLAME = ("blurry", "low quality", "worst quality", "bad anatomy", "ugly", "deformed", "watermark", "text", "jpeg artifacts",
         "noisy", "cropped", "out of focus", "extra limbs", "signature", "distorted", "bad")


def caption(scene, rng):
    """One of the many ways to say a scene; rng decides which words are used or left out."""
    names = [_say(t, rng) for t in scene.things]
    rng.shuffle(names)
    joint = _pick(rng, (" and ", " and ", ", ", " with ")) if len(names) == 2 else ", "
    around = []
    if rng.random() > .12:
        around.append(_pick(rng, GROUND_WORDS[scene.ground]))
    if rng.random() > .12:
        around.append(_pick(rng, SKY_WORDS[scene.sky]))
    if scene.mountains and rng.random() < .9:
        around.append(_pick(rng, ("with mountains", "mountains in the background")))
    rng.shuffle(around)
    comma = _pick(rng, (" ", ", "))
    text = _pick(rng, OPENINGS) + joint.join(names) + (comma if around else "") + comma.join(around)
    if rng.random() < .25:
        extra = _words(rng, PRAISE, 3)
        text = f"{extra}, {text}" if rng.random() < .4 else f"{text}, {extra}"
    if rng.random() < .06:  # words the model cannot know must not disturb the ones it does
        text = f"{text}, {_gibberish(rng)}" if rng.random() < .5 else f"{_gibberish(rng)}, {text}"
    return text


def labels(scene):
    """[sky, ground, kind in each slot, colour in each slot]; an empty slot has the number after the last."""
    kinds, colours = [len(KINDS)] * 3, [len(COLOURS)] * 3
    for t in scene.things:
        kinds[t.slot], colours[t.slot] = KINDS.index(t.kind), list(COLOURS).index(t.colour)
    return [SKIES.index(scene.sky), GROUNDS.index(scene.ground), *kinds, *colours]


LABEL_SIZES = [len(SKIES), len(GROUNDS)] + [len(KINDS) + 1] * 3 + [len(COLOURS) + 1] * 3


def empty_caption(rng):
    """What stands in for "no prompt": mostly nothing, sometimes a typical negative prompt."""
    return _words(rng, BLAME, 6) if rng.random() < .35 else ""


def plain_caption(scene):
    """The one full and unambiguous caption that scores are taken with."""
    names = []
    for t in scene.things:
        words = f"person in {t.colour}" if t.kind == "person" else f"{t.colour} {NOUNS[t.kind][0]}"
        names.append(f"{_article(words)} {words} {PLACES[t.slot][0]}")
    return f"{' and '.join(names)}, {GROUND_WORDS[scene.ground][0]}, {SKY_WORDS[scene.sky][0]}"


def all_phrases():
    """Every phrase of the grammar, so that a vocabulary can cover each word."""
    groups = [*NOUNS.values(), *PLACES, *GROUND_WORDS.values(), *SKY_WORDS.values(), OPENINGS, PRAISE, BLAME, tuple(COLOURS)]
    return [p for g in groups for p in g] + ["and , with an a in wearing shirt mountains the background"]


def _say(thing, rng):
    noun = _pick(rng, NOUNS[thing.kind])
    colour = thing.colour if rng.random() > .06 else ""
    if thing.kind == "person" and colour:  # the colour is the shirt's
        words = f"{noun} in {colour}" if rng.random() < .6 else f"{noun} wearing {_article(colour)} {colour} shirt"
    else:
        words = f"{colour} {noun}".strip()
    bare = rng.random() < .1
    text = words if bare else f"{_article(words)} {words}"
    return text if rng.random() < .08 else f"{text} {_pick(rng, PLACES[thing.slot])}"


def _article(word):
    return "an" if word[0] in "aeiou" else "a"


def _words(rng, pool, most):
    return ", ".join(pool[i] for i in rng.choice(len(pool), rng.integers(1, most + 1), replace=False))


def _gibberish(rng):
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return " ".join("".join(_pick(rng, letters) for _ in range(rng.integers(3, 9))) for _ in range(rng.integers(1, 3)))


def _pick(rng, options):
    return options[int(rng.integers(len(options)))]


# ---------------------------------------------------------------- drawing

_SHIFT = 3  # fractional bits of OpenCV's coordinates
_RING = np.stack([np.cos(np.linspace(0, 2 * np.pi, 40, endpoint=False)), np.sin(np.linspace(0, 2 * np.pi, 40, endpoint=False))], 1)
AMBIENT = {"day": 1., "sunset": .86, "night": .55}
LIGHT = {"day": (1, 1, 1), "sunset": (1.05, .9, .85), "night": (.85, .92, 1.15)}


class _Canvas:
    """Picture, line, depth and object-number planes that every polygon is painted into, back to front."""

    def __init__(self, size, maps, factor=2):
        self.size, self.full = size, size * factor
        shape = (self.full, self.full)
        self.image = np.zeros((*shape, 3), np.uint8)
        self.line = np.zeros(shape, np.uint8) if maps else None
        self.large_lines = np.zeros(shape, np.uint8) if maps else None  # of large parts only
        self.depth = np.zeros(shape, np.uint8) if maps else None
        self.owner = np.zeros(shape, np.uint8) if maps else None  # 0 sky, 1 ground, 2.. things
        self.width = max(1, round(self.full / 128))
        self.number, self.near = 0, 0.
        self.poses = []

    def fill(self, points, colour, outline=False, shade=False):
        """Paints a polygon. outline: it is a part with an edge of its own. shade: flat decoration that no map knows."""
        q = [np.round(np.asarray(points, np.float32) * self.full * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)]
        colour = tuple(int(min(255, max(0, v))) for v in colour)
        cv2.fillPoly(self.image, q, colour, cv2.LINE_8, _SHIFT)
        if outline:
            cv2.polylines(self.image, q, True, tuple(int(v * .55) for v in colour), self.width, cv2.LINE_8, _SHIFT)
        if self.line is None or shade:
            return
        if self.number:
            cv2.fillPoly(self.depth, q, int(self.near * 255), cv2.LINE_8, _SHIFT)
            cv2.fillPoly(self.owner, q, self.number, cv2.LINE_8, _SHIFT)
        if outline:
            large = np.ptp(np.asarray(points), axis=0).max() > .09
            for plane in (self.line, self.large_lines) if large else (self.line,):
                cv2.fillPoly(plane, q, 0, cv2.LINE_8, _SHIFT)
                cv2.polylines(plane, q, True, 255, self.width + 1, cv2.LINE_8, _SHIFT)

    def reduced(self, plane):
        return cv2.resize(plane, (self.size, self.size), interpolation=cv2.INTER_AREA)


def render(scene, size, maps=False):
    """Draws a scene: {"image": uint8 HxWx3 RGB}, with maps also every one of MAPS (uint8, HxW or HxWx3) and "skeletons"."""
    rng = np.random.default_rng((scene.seed, 1))
    c = _Canvas(size, maps)
    ground_colour = _draw_sky_and_ground(c, scene, rng)
    for number, thing in enumerate(sorted(scene.things, key=lambda t: t.y), 2):
        c.number = number
        c.near = .35 if thing.kind == "balloon" else .3 + .7 * min(1, max(0, (thing.y - scene.horizon) / (1 - scene.horizon)))
        if thing.kind not in ("balloon", "boat"):
            c.fill(_ellipse(thing.x, thing.y, .42 * thing.size, .06 * thing.size), _dark(ground_colour, .72), shade=True)
        _DRAW[thing.kind](c, thing, _Pen(c, thing, -1 if rng.random() < .5 else 1), rng, scene)
    out = {"image": c.reduced(c.image)}
    if maps:
        out["canny"] = canny(out["image"])
        out["lineart"], out["depth"] = c.reduced(c.line), c.reduced(c.depth)
        out["pose"] = draw_pose(c.poses, size)
        out["normal"] = _normal(c)
        out["softedge"] = _soft_edge(c)
        # as a broad pencil draws, as a cartoon keeps the large parts, and as its silhouettes
        out["lineart_heavy"] = c.reduced(cv2.dilate(c.line, np.ones((c.width + 2, c.width + 2), np.uint8)))
        out["lineart_anime"] = c.reduced(c.large_lines)
        out["lineart_anime_denoise"] = c.reduced(_silhouettes(c))
        out["skeletons"] = c.poses
    return out


def canny(image):
    return cv2.Canny(np.ascontiguousarray(image), 80, 160)


def _draw_sky_and_ground(c, scene, rng):
    h, rows = scene.horizon, int(scene.horizon * c.full)
    top, bottom = {"day": ((84, 160, 232), (190, 225, 248)), "sunset": ((96, 60, 130), (255, 160, 80)),
                   "night": ((12, 16, 44), (44, 52, 100))}[scene.sky]
    t = np.linspace(0, 1, rows)[:, None]
    c.image[:rows] = (np.array(top) * (1 - t) + np.array(bottom) * t)[:, None, :].astype(np.uint8)
    _draw_lights(c, scene, rng)
    light = AMBIENT[scene.sky] * np.array(LIGHT[scene.sky])
    if scene.mountains:
        for _ in range(rng.integers(2, 4)):
            _draw_mountain(c, rng, h, light, AMBIENT[scene.sky])
    base = {"grass": (104, 176, 80), "sand": (226, 196, 132), "snow": (236, 241, 248), "sea": (40, 116, 172)}[scene.ground]
    colour = tuple(np.array(_jitter(rng, base, 8)) * light)
    t = np.linspace(0, 1, c.full - rows)[:, None]
    c.image[rows:] = np.clip(np.array(colour) * (.92 + .16 * t), 0, 255)[:, None, :].astype(np.uint8)
    if c.line is not None:
        c.depth[rows:] = ((.15 + .8 * t) * 255).astype(np.uint8)
        c.owner[rows:] = 1
        for plane in (c.line, c.large_lines):
            plane[rows:], plane[rows:rows + c.width + 1] = 0, 255
    for _ in range(14):
        x, y = rng.random(), rng.uniform(h + .02, 1)
        q = .012 + .03 * (y - h)
        if scene.ground == "sea":
            c.fill(_ellipse(x, y, q * 2.2, q * .22), _light(colour, .35), shade=True)
        elif scene.ground == "grass":
            c.fill([(x - q * .4, y), (x, y - q * 1.2), (x + q * .4, y)], _dark(colour, .8), shade=True)
        else:
            c.fill(_ellipse(x, y, q, q * .3), _dark(colour, .93), shade=True)
    return colour


def _draw_lights(c, scene, rng):
    """Sun, moon, stars and clouds."""
    h, x, y = scene.horizon, rng.uniform(.12, .88), rng.uniform(.1, .22)
    if scene.sky == "night":
        for _ in range(rng.integers(8, 18)):
            c.fill(_ellipse(rng.random(), rng.uniform(0, h - .05), .007, .007), (255, 255, 230), shade=True)
        if rng.random() < .85:
            outer, inner = np.linspace(.9, 5.4, 24), np.linspace(4.4, 1.9, 16)
            arcs = [.065 * np.stack([np.cos(outer), np.sin(outer)], 1), (.04, 0) + .062 * np.stack([np.cos(inner), np.sin(inner)], 1)]
            c.fill(np.concatenate(arcs) + (x, y), (244, 244, 220), outline=True)
        return
    if rng.random() < .8:
        if scene.sky == "day":
            c.fill(_ellipse(x, y, .07, .07), (255, 232, 110), outline=True)
        else:
            c.fill(_ellipse(x, h - rng.uniform(0, .08), .1, .1), (255, 222, 120), outline=True)
    for _ in range(rng.integers(0, 3)):
        x, y, colour = rng.random(), rng.uniform(.06, h - .2), (252, 252, 255) if scene.sky == "day" else (250, 200, 180)
        for u, v, q in ((-.07, 0, .045), (.07, 0, .045), (0, -.02, .06)):
            c.fill(_ellipse(x + u, y + v, q * 1.2, q * .75), colour, shade=True)


def _draw_mountain(c, rng, h, light, ambient):
    x, w, height, f = rng.random(), rng.uniform(.2, .4), rng.uniform(.15, .3), .28
    c.fill([(x - w, h + .01), (x, h - height), (x + w, h + .01)], np.array((120, 126, 146)) * light, outline=True)
    snow = [(x - w * f, h - height * (1 - f)), (x, h - height), (x + w * f, h - height * (1 - f)),
            (x + w * f * .3, h - height * (1 - f) * .95), (x - w * f * .3, h - height * (1 - f) * 1.05)]
    c.fill(snow, np.array((245, 248, 252)) * max(ambient, .7), shade=True)


class _Pen:
    """Draws in a thing's own coordinates: x from its middle, y from its foot, in units of its height."""

    def __init__(self, canvas, thing, flip):
        self.c, self.t, self.flip = canvas, thing, flip

    def at(self, points):
        return [(self.t.x + self.flip * u * self.t.size, self.t.y + v * self.t.size) for u, v in points]

    def poly(self, points, colour, outline=True):
        self.c.fill(self.at(points), colour, outline)

    def oval(self, u, v, a, b, colour, outline=True):
        s = self.t.size
        self.c.fill(_ellipse(self.t.x + self.flip * u * s, self.t.y + v * s, a * s, b * s), colour, outline)


def _house(c, t, p, rng, scene):
    w, h = rng.uniform(.38, .46), rng.uniform(.5, .6)
    p.poly([(-w, 0), (-w, -h), (w, -h), (w, 0)], t.tint)
    p.poly([(-w - .08, -h), (0, -1), (w + .08, -h)], (110, 110, 118) if t.colour == "black" else _dark(t.tint, .55))
    p.poly([(-.09, 0), (-.09, -.3), (.09, -.3), (.09, 0)], (92, 58, 36))
    glass = (255, 226, 120) if scene.sky == "night" else (190, 225, 245)
    for u in (-.25, .25):
        p.poly([(u - .085, -.19), (u - .085, -.37), (u + .085, -.37), (u + .085, -.19)], glass)


def _tree(c, t, p, rng, scene):
    p.poly([(-.06, 0), (-.05, -.5), (.05, -.5), (.06, 0)], (112, 72, 42))
    for u, v, a in ((-.2, -.52, .22), (.2, -.55, .22), (0, -.74, .27)):
        p.oval(u, v, a, a, t.tint)
    p.oval(0, -.6, .24, .17, t.tint, False)
    p.oval(-.08, -.8, .09, .06, _light(t.tint, .25), False)


def _pine(c, t, p, rng, scene):
    p.poly([(-.05, 0), (-.05, -.2), (.05, -.2), (.05, 0)], (96, 62, 38))
    for v, w in ((-.12, .32), (-.38, .25), (-.62, .18)):
        p.poly([(-w, v), (0, v - .38), (w, v)], t.tint)


def _car(c, t, p, rng, scene):
    p.poly([(-.3, -.28), (-.18, -.5), (.16, -.5), (.3, -.28)], (180, 215, 235))
    p.poly([(-.02, -.28), (-.02, -.5), (.02, -.5), (.02, -.28)], t.tint, False)
    p.poly([(-.5, -.1), (-.5, -.24), (-.4, -.31), (.36, -.31), (.5, -.24), (.5, -.1)], t.tint)
    p.oval(.46, -.21, .035, .035, (255, 240, 170), False)
    for u in (-.28, .28):
        p.oval(u, -.1, .11, .11, (40, 40, 44))
        p.oval(u, -.1, .045, .045, (190, 190, 195), False)


def _boat(c, t, p, rng, scene):
    p.poly([(-.02, -.2), (-.02, -1), (.02, -1), (.02, -.2)], (110, 80, 60))
    p.poly([(.05, -.97), (.4, -.3), (.05, -.3)], (246, 246, 240))
    p.poly([(-.05, -.85), (-.32, -.3), (-.05, -.3)], (228, 228, 222))
    p.poly([(-.5, -.22), (.5, -.22), (.36, .02), (-.36, .02)], t.tint)
    p.poly([(-.5, -.22), (.5, -.22), (.47, -.17), (-.47, -.17)], _light(t.tint, .5), False)


def _ball(c, t, p, rng, scene):
    p.oval(0, -.36, .36, .36, t.tint)
    p.oval(.04, -.32, .3, .3, _light(t.tint, .08), False)
    p.oval(-.13, -.5, .08, .07, _light(t.tint, .65), False)


def _box(c, t, p, rng, scene):
    p.poly([(-.36, 0), (-.36, -.52), (.2, -.52), (.2, 0)], t.tint)
    p.poly([(.2, 0), (.2, -.52), (.4, -.68), (.4, -.16)], _dark(t.tint, .65))
    p.poly([(-.36, -.52), (-.16, -.68), (.4, -.68), (.2, -.52)], _light(t.tint, .35))


def _cat(c, t, p, rng, scene):
    s = t.size
    tail = _capsule((t.x - p.flip * .2 * s, t.y - .1 * s), (t.x - p.flip * .4 * s, t.y - .5 * s), .05 * s, .04 * s)
    c.fill(tail, t.tint, True)
    p.oval(-.02, -.26, .25, .27, t.tint)
    p.oval(.1, -.05, .09, .05, _light(t.tint, .15), False)
    u, v = .1, -.6
    for a in (-1, 1):
        p.poly([(u + a * .05, v - .14), (u + a * .2, v - .34), (u + a * .2, v - .06)], t.tint)
    p.oval(u, v, .22, .19, t.tint)
    eye = (120, 220, 90) if sum(t.tint) < 500 else (40, 90, 40)
    for a in (-1, 1):
        p.oval(u + a * .08, v - .02, .035, .045, eye, False)
    p.oval(u, v + .06, .03, .02, (230, 120, 140), False)


def _flower(c, t, p, rng, scene):
    p.poly([(-.025, 0), (-.025, -.6), (.025, -.6), (.025, 0)], (52, 140, 60))
    p.oval(.13, -.22, .12, .05, (60, 155, 68))
    for k in range(6):
        a = k * math.pi / 3
        p.oval(.19 * math.cos(a), -.72 + .19 * math.sin(a), .125, .125, t.tint)
    p.oval(0, -.72, .11, .11, (150, 90, 40) if t.colour == "yellow" else (250, 205, 60))


def _mushroom(c, t, p, rng, scene):
    p.poly([(-.12, 0), (-.1, -.45), (.1, -.45), (.12, 0)], (240, 228, 205))
    arc = np.linspace(math.pi, 2 * math.pi, 20)
    p.poly([(.42 * math.cos(a), -.4 + .5 * math.sin(a)) for a in arc], t.tint)
    spot = (200, 80, 80) if t.colour == "white" else (250, 250, 245)
    for u, v in ((-.2, -.58), (.05, -.72), (.22, -.54)):
        p.oval(u, v, .06, .05, spot, False)


def _balloon(c, t, p, rng, scene):
    p.poly([(-.09, -.12), (-.2, -.4), (.2, -.4), (.09, -.12)], _dark(t.tint, .8))
    p.oval(0, -.66, .34, .34, t.tint)
    p.oval(0, -.66, .13, .34, _light(t.tint, .4))
    p.poly([(-.09, .02), (-.1, -.12), (.1, -.12), (.09, .02)], (150, 100, 60))


# ---------------------------------------------------------------- persons

# OpenPose's 18 points, the 17 limbs between them (0-based), and the colours of both.
LIMBS = ((1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
         (1, 0), (0, 14), (14, 16), (0, 15), (15, 17))
POSE_COLOURS = ((255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0),
                (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255),
                (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85))


def _skeleton(rng, t):
    """The 18 points of a standing person, arms and legs at random."""
    h, k = t.size, np.zeros((18, 2))
    lean = np.clip(rng.normal(0, .05), -.12, .12) * h
    k[1] = lean, -.8 * h
    k[0] = lean * 1.3 + rng.normal(0, .01) * h, -.91 * h
    k[2], k[5] = (lean - .12 * h, -.78 * h), (lean + .12 * h, -.78 * h)
    k[8], k[11] = (-.075 * h, -.5 * h), (.075 * h, -.5 * h)
    for side, i in ((-1, 2), (1, 5)):
        mean, spread, bend, bend_spread = ((80, 8, 0, 12), (0, 15, -20, 45), (-60, 12, -10, 25), (55, 12, -80, 20))[rng.integers(4)]
        a = rng.normal(mean, spread)
        k[i + 1] = k[i] + .17 * h * _direction(side, a)
        k[i + 2] = k[i + 1] + .16 * h * _direction(side, a + rng.normal(bend, bend_spread))
    striding = rng.random() < .4
    for side, i in ((-1, 8), (1, 11)):
        a = np.clip(rng.normal(65 if striding else 86, 9), 30, 100)
        k[i + 1] = k[i] + .25 * h * _direction(side, a)
        k[i + 2] = k[i + 1] + .24 * h * _direction(side, a + abs(rng.normal(12 if striding else 0, 14)))
    k[14], k[15] = k[0] + (-.025 * h, -.03 * h), k[0] + (.025 * h, -.03 * h)
    k[16], k[17] = k[0] + (-.055 * h, -.015 * h), k[0] + (.055 * h, -.015 * h)
    k[:, 1] -= k[[10, 13], 1].max()
    return k + (t.x, t.y)


def _direction(side, degrees):
    a = math.radians(degrees)
    return np.array((side * math.cos(a), math.sin(a)))


def _person(c, t, p, rng, scene):
    h, k = t.size, _skeleton(rng, t)
    skin = _pick(rng, ((238, 196, 160), (200, 150, 110), (120, 80, 56)))
    hair = _pick(rng, ((60, 40, 30), (30, 28, 30), (200, 160, 80), (150, 70, 40)))
    trousers = _jitter(rng, (70, 76, 96), 12)
    for i in (8, 11):
        c.fill(_capsule(k[i], k[i + 1], .058 * h, .048 * h), trousers, True)
        c.fill(_capsule(k[i + 1], k[i + 2], .046 * h, .036 * h), trousers, True)
        c.fill(_capsule(k[i], k[i + 1], .05 * h, .04 * h), trousers)
        c.fill(_ellipse(k[i + 2][0] + (-.02 if i == 8 else .02) * h, k[i + 2][1], .05 * h, .026 * h), (50, 44, 44), True)
    for i in (2, 5):
        c.fill(_capsule(k[i + 1], k[i + 2], .036 * h, .028 * h), skin, True)
        c.fill(_ellipse(*k[i + 2], .034 * h, .034 * h), skin, True)
    c.fill(_capsule(k[1], k[0], .035 * h, .035 * h), skin, True)
    shirt = [k[2] + (-.02 * h, -.03 * h), k[5] + (.02 * h, -.03 * h), k[11] + (.03 * h, .03 * h), k[8] + (-.03 * h, .03 * h)]
    c.fill(shirt, t.tint, True)
    for i in (2, 5):
        c.fill(_capsule(k[i], k[i + 1], .05 * h, .04 * h), t.tint, True)
    c.fill(_ellipse(k[0][0], k[0][1] - .035 * h, .082 * h, .09 * h), hair, True)
    c.fill(_ellipse(k[0][0], k[0][1], .066 * h, .08 * h), skin, True)
    for u in (-.025, .025):
        c.fill(_ellipse(k[0][0] + u * h, k[0][1] - .01 * h, .01 * h, .012 * h), (40, 30, 30))
    c.poses.append(k)


def draw_pose(poses, size):
    """OpenPose map of skeletons (18x2 each, shares of the frame): limbs at 0.6 of their colour, joints on top."""
    full, stick = size * 2, max(1.2, size / 64)
    picture = np.zeros((full, full, 3), np.uint8)
    for k in poses:
        for n, (a, b) in enumerate(LIMBS):
            p, q = k[a] * full, k[b] * full
            middle, d = (p + q) / 2, q - p
            outline = cv2.ellipse2Poly((int(middle[0]), int(middle[1])), (int(np.hypot(*d) / 2), int(stick + .5)),
                                       int(math.degrees(math.atan2(d[1], d[0]))), 0, 360, 10)
            cv2.fillConvexPoly(picture, outline, tuple(int(v * .6) for v in POSE_COLOURS[n]))
        for n in range(18):
            cv2.circle(picture, tuple(int(v) for v in k[n] * full), int(stick + .5), POSE_COLOURS[n], -1)
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)


_DRAW = {"house": _house, "tree": _tree, "pine": _pine, "car": _car, "boat": _boat, "ball": _ball, "box": _box, "cat": _cat,
         "flower": _flower, "mushroom": _mushroom, "balloon": _balloon, "person": _person}


# ---------------------------------------------------------------- maps made from the planes

def _normal(c):
    """Normals as BAE paints them: facing = blue, left = red, top = green. Things bulge, the ground looks up."""
    owner = cv2.resize(c.owner, (c.size, c.size), interpolation=cv2.INTER_NEAREST)
    n = np.zeros((c.size, c.size, 3), np.float32)
    n[..., 2] = 1
    n[owner == 1] = (0, .9, .44)
    for number in range(2, int(owner.max()) + 1):
        mask = (owner == number).astype(np.uint8)
        reach = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
        dome = cv2.GaussianBlur(np.sqrt(reach * max(1., reach.max())), (0, 0), c.size / 100)
        # where the dome rises to the right it faces left (red), where it rises downwards it faces the top (green)
        slope_x, slope_y = (cv2.Sobel(dome, cv2.CV_32F, dx, 1 - dx) / 8 for dx in (1, 0))
        bulge = np.stack([slope_x, slope_y, np.ones_like(dome)], 2)
        n[mask > 0] = bulge[mask > 0]
    n /= np.linalg.norm(n, axis=2, keepdims=True)
    return ((n + 1) * 127.5).astype(np.uint8)


def _silhouettes(c):
    """Lines between one thing and the next."""
    change = cv2.morphologyEx(c.owner, cv2.MORPH_GRADIENT, np.ones((c.width + 1, c.width + 1), np.uint8))
    return np.where(change > 0, 255, 0).astype(np.uint8)


def _soft_edge(c):
    """Thick, faded lines as an edge network gives them."""
    line = c.reduced(c.line).astype(np.float32)
    soft = cv2.GaussianBlur(line, (0, 0), c.size / 128) + .5 * cv2.GaussianBlur(line, (0, 0), c.size / 48)
    return np.clip(soft * 1.1, 0, 255).astype(np.uint8)


def _ellipse(x, y, a, b):
    return _RING * (a, b) + (x, y)


def _capsule(p, q, r0, r1):
    p, q = np.asarray(p), np.asarray(q)
    turn = math.atan2(q[1] - p[1], q[0] - p[0])
    back, front = np.linspace(np.pi / 2, 1.5 * np.pi, 8) + turn, np.linspace(-np.pi / 2, np.pi / 2, 8) + turn
    return np.concatenate([p + r0 * np.stack([np.cos(back), np.sin(back)], 1), q + r1 * np.stack([np.cos(front), np.sin(front)], 1)])


def _dark(colour, f):
    return tuple(v * f for v in colour)


def _light(colour, f):
    return tuple(v + (255 - v) * f for v in colour)


def _jitter(rng, colour, amount):
    return tuple(v + rng.uniform(-amount, amount) for v in colour)
