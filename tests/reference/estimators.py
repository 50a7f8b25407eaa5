"""Writes estimators/ into tests/data/models.tar.xz: small networks of the kinds that preprocessors run, with random weights,
and maps by them.

Every network has the form of a published one, so that what goes in and comes out is handled as for the real one:
starter (resources/starter/estimators.py), HED, PiDiNet, informative drawings, pix2pix U-Net, manga lines, M-LSD, MiDaS,
NormalBae, YOLOX and RTMPose. Maps are by torch, and by the definitions below; the
program runs the ONNX files. Pictures: those of CHOSEN in ../data/preprocess/pictures.png. Needs torch, onnx, OpenCV.

    python estimators.py      after a change of a definition here, or of the starter's network
"""
import json
import os
import sys

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "resources", "starter"))
import estimators
import stored
from preprocess import CELL, COLUMNS, sheet, size

DATA = os.path.join(ROOT, "tests", "data")
OUT = stored.folder("models") / "estimators"
CHOSEN = (0, 7, 12, 15)
IMAGENET = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])


def pictures():
    whole = cv2.imread(os.path.join(DATA, "preprocess", "pictures.png"))[..., ::-1]
    for i in CHOSEN:
        x, y = i % COLUMNS * CELL[0], i // COLUMNS * CELL[1]
        yield np.ascontiguousarray(whole[y:y + size(i)[1], x:x + size(i)[0]])


def export(name, net, channels=3, height=64, width=96, free=True, outputs=("out",), opset=13):
    sides = {2: "height", 3: "width"}
    torch.onnx.export(net.eval(), (torch.zeros(1, channels, height, width),), os.path.join(OUT, name + ".onnx"), opset_version=opset,
                      dynamo=False, input_names=["picture"], output_names=list(outputs),
                      dynamic_axes={"picture": sides} if free else {})


@torch.no_grad()
def through(net, values):
    """values: h x w (x c) floats."""
    x = torch.from_numpy(np.ascontiguousarray(np.atleast_3d(values).transpose(2, 0, 1)[None])).float()
    y = net.eval()(x)
    return [a.numpy() for a in y] if isinstance(y, tuple) else y.numpy()


def padded(picture, multiple):
    h, w = picture.shape[:2]
    return np.pad(picture, ((0, -h % multiple), (0, -w % multiple), (0, 0)), mode="edge")


def shades(shares):
    return (shares * 255).clip(0, 255).astype(np.uint8)


def conv(i, o, k=3, stride=1):
    return nn.Conv2d(i, o, k, stride, k // 2)


# ---------------------------------------------------------------- networks

class Hed(nn.Module):
    def __init__(self, widths=(6, 8, 8, 8, 8), counts=(2, 2, 3, 3, 3)):
        super().__init__()
        self.mean = nn.Parameter(torch.full((1, 3, 1, 1), 120.))
        before = (3, *widths)
        self.blocks = nn.ModuleList(nn.ModuleList(conv(before[n] if i == 0 else widths[n], widths[n]) for i in range(counts[n])) for n in range(5))
        self.sides = nn.ModuleList(nn.Conv2d(w, 1, 1) for w in widths)
        for side in self.sides:
            side.weight.data *= .3

    def forward(self, x):
        x, sides = x - self.mean, []
        for n, block in enumerate(self.blocks):
            x = F.max_pool2d(x, 2, 2) if n else x
            for layer in block:
                x = layer(x).relu() * 1.4
            sides.append(self.sides[n](x))
        return tuple(sides)


class Pidinet(nn.Module):
    """Its sides and, last, what is made of them. Pixel differences are ordinary convolutions once exported."""

    def __init__(self):
        super().__init__()
        self.first, self.depthwise, self.mix = conv(3, 8), nn.Conv2d(8, 8, 3, 1, 1, groups=8), conv(8, 8, 1)
        self.side, self.classifier = conv(8, 1, 1), nn.Conv2d(2, 1, 1)

    def forward(self, x):
        a = self.first(x)
        b = F.max_pool2d(a + self.mix(self.depthwise(a).relu()), 2, 2)
        sides = [F.interpolate(self.side(y) * 4, (64, 96), mode="bilinear", align_corners=False) for y in (a, b)]
        return tuple(torch.sigmoid(y) for y in (*sides, self.classifier(torch.cat(sides, 1)) * 3))


class Drawing(nn.Module):
    """Convolutions with reflected borders and instance norms, down by 4 and up again."""

    def __init__(self, n=4):
        super().__init__()
        def norm(w):
            return [nn.InstanceNorm2d(w), nn.ReLU()]
        self.down = nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(3, n, 7), *norm(n), nn.Conv2d(n, 2 * n, 3, 2, 1), *norm(2 * n),
                                  nn.Conv2d(2 * n, 4 * n, 3, 2, 1), *norm(4 * n))
        self.same = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(4 * n, 4 * n, 3), *norm(4 * n), nn.ReflectionPad2d(1),
                                  nn.Conv2d(4 * n, 4 * n, 3), nn.InstanceNorm2d(4 * n))
        self.up = nn.Sequential(nn.ConvTranspose2d(4 * n, 2 * n, 3, 2, 1, 1), *norm(2 * n), nn.ConvTranspose2d(2 * n, n, 3, 2, 1, 1),
                                *norm(n), nn.ReflectionPad2d(3), nn.Conv2d(n, 1, 7), nn.Sigmoid())

    def forward(self, x):
        x = self.down(x)
        return self.up(x + self.same(x))


class Unet(nn.Module):
    """pix2pix: eight times down by 2 and up again, each level beside the next."""

    def __init__(self, n=2, widths=(1, 2, 4, 4, 4, 4, 4, 4)):
        super().__init__()
        w = [n * k for k in widths]
        self.downs = nn.ModuleList(nn.Conv2d(3 if i == 0 else w[i - 1], w[i], 4, 2, 1) for i in range(8))
        self.ups = nn.ModuleList(nn.ConvTranspose2d(w[i] * (1 if i == 7 else 2), 1 if i == 0 else w[i - 1], 4, 2, 1) for i in range(8))
        self.norms = nn.ModuleList(nn.InstanceNorm2d(k) for k in w)

    def forward(self, x):
        skips = []
        for i, down in enumerate(self.downs):
            x = down(F.leaky_relu(x, .2) if i else x)
            x = self.norms[i](x) if 0 < i < 7 else x
            skips.append(x)
        x = None
        for i in range(7, -1, -1):
            x = self.ups[i](F.relu(skips[i] if x is None else torch.cat([skips[i], x], 1)))
            x = self.norms[i - 1](x) if i else x
        return torch.tanh(x)


class Manga(nn.Module):
    """Residual blocks over a grey picture of 0..255, with batch norms before."""

    def __init__(self, n=6):
        super().__init__()
        self.norms = nn.ModuleList(nn.BatchNorm2d(w) for w in (1, n))
        self.convs = nn.ModuleList([conv(1, n), conv(n, n)])
        self.skip, self.last = nn.Conv2d(1, n, 1), conv(n, 1)
        self.norms[0].running_mean[:], self.norms[0].running_var[:] = 128, 60. ** 2
        self.last.weight.data, self.last.bias.data = self.last.weight.data * 200, torch.tensor([120.])

    def forward(self, x):
        y = x
        for norm, layer in zip(self.norms, self.convs):
            y = layer(F.leaky_relu(norm(y), .2))
        return self.last(y + self.skip(x) * .005)


class Mlsd(nn.Module):
    """Nine channels at half the size: centre, x and y to both ends, and what only training needs."""

    def __init__(self):
        super().__init__()
        self.first, self.last = conv(4, 8, 3, 2), conv(8, 16)
        self.last.weight.data[7] *= 6
        self.last.weight.data[8:12] *= 40
        self.last.bias.data[7] = -2

    def forward(self, x):
        return self.last(self.first(x).relu())[:, 7:]


class Depth(nn.Module):
    """A picture's inverse depth without a channel, as MiDaS gives it."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(conv(3, 6, 3, 2), nn.ReLU(), conv(6, 6), nn.ReLU(), nn.Upsample(scale_factor=2., mode="bilinear"), conv(6, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1) * 100 + 700


class Normals(nn.Module):
    """Coarse to fine; the last counts: a direction and how sure it is of it."""

    def __init__(self):
        super().__init__()
        self.first, self.coarse, self.fine = conv(3, 8), conv(8, 4, 1), conv(12, 4)

    def forward(self, x):
        x = self.first(x).tanh()
        coarse = self.coarse(F.avg_pool2d(x, 2))
        fine = self.fine(torch.cat([x, F.interpolate(coarse, scale_factor=2., mode="bilinear")], 1))
        return coarse, fine / (F.conv2d(fine[:, :3] ** 2, torch.ones(4, 3, 1, 1)) + 1e-6).sqrt()


class Yolox(nn.Module):
    """A row of 85 for each cell of three strides: place and size in cells, certainty and 80 classes."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Sequential(nn.AvgPool2d(s, s), conv(3, 12), nn.ReLU(), conv(12, 85)) for s in (8, 16, 32))
        for layer in self.layers:
            layer[3].weight.data *= .03
            layer[3].bias.data[4:6] = .35

    def forward(self, x):
        rows = []
        for layer in self.layers:
            y = layer(x)
            y = torch.cat([y[:, :4], (y[:, 4:]).sigmoid()], 1)
            rows.append(y.flatten(2))
        return torch.cat(rows, 2).transpose(1, 2)


class Rtmpose(nn.Module):
    """133 points as values along both axes, two a pixel."""

    def __init__(self, width=48, height=64):
        super().__init__()
        self.layers = nn.Sequential(conv(3, 16, 3, 4), nn.ReLU(), conv(16, 133, 1))
        self.x, self.y = (nn.Linear(width * height // 16, 2 * side) for side in (width, height))

    def forward(self, x):
        x = self.layers(x).flatten(2)
        return self.x(x), self.y(x)


# ---------------------------------------------------------------- maps by them, as their projects define them

def by_hed(net, picture):
    h, w = picture.shape[:2]
    seen = padded(picture, 16)
    sides = [cv2.resize(e[0, 0], seen.shape[1::-1], interpolation=cv2.INTER_LINEAR) for e in through(net, seen)]
    return shades(1 / (1 + np.exp(-np.mean(np.stack(sides, 2), axis=2).astype(np.float64))))[:h, :w]


def by_pidinet(net, picture):
    seen = cv2.resize(picture, (96, 64), interpolation=cv2.INTER_CUBIC if picture.shape[0] * picture.shape[1] < 96 * 64 else cv2.INTER_AREA)
    return shades(cv2.resize(through(net, seen[..., ::-1] / 255.)[-1][0, 0], picture.shape[1::-1], interpolation=cv2.INTER_LINEAR))


def by_drawing(net, picture):
    h, w = picture.shape[:2]
    return 255 - shades(through(net, padded(picture, 4) / 255.)[0, 0])[:h, :w]


def by_unet(net, picture):
    up = [256 * -(-side // 256) for side in picture.shape[1::-1]]
    line = through(net, cv2.resize(picture, up, interpolation=cv2.INTER_CUBIC) / 127.5 - 1.)[0, 0] * 127.5 + 127.5
    return 255 - cv2.resize(line.clip(0, 255).astype(np.uint8), picture.shape[1::-1], interpolation=cv2.INTER_AREA)


def by_manga(net, picture):
    h, w = picture.shape[:2]
    grey = padded(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 16)
    return 255 - through(net, grey.astype(np.float64))[0, 0].clip(0, 255).astype(np.uint8)[:h, :w]


def by_mlsd(net, picture, least_score=.1, least_distance=.1):
    h, w = picture.shape[:2]
    size_ = 64 * -(-w // 64), 64 * -(-h // 64)
    seen = np.concatenate([cv2.resize(picture, size_, interpolation=cv2.INTER_AREA), np.ones((size_[1], size_[0], 1))], -1) / 127.5 - 1
    found = through(net, seen)[0]
    heat = 1 / (1 + np.exp(-found[0].astype(np.float64)))
    is_peak = cv2.dilate(found[0], np.ones((3, 3), np.uint8)) == found[0]
    order = np.argsort(-(heat * is_peak).ravel(), kind="stable")[:200]
    canvas = np.zeros((h, w), np.uint8)
    for y, x in zip(*np.unravel_index(order, heat.shape)):
        ways = found[1:5, y, x].astype(np.float64)
        if heat[y, x] * is_peak[y, x] > least_score and np.hypot(*(ways[:2] - ways[2:])) > least_distance:
            ends = (np.array([x, y, x, y]) + ways) * 2 * np.array([w / size_[0], h / size_[1]] * 2)
            cv2.line(canvas, *(tuple(int(v) for v in e) for e in (ends[:2], ends[2:])), 255, 1)
    return canvas


def by_midas(net, picture):
    mean, deviation = IMAGENET
    scale = 384 / min(picture.shape[:2])
    seen = cv2.resize(picture, [round(side * scale / 32) * 32 for side in picture.shape[1::-1]], interpolation=cv2.INTER_CUBIC)
    depth = cv2.resize(through(net, (seen - mean) / deviation)[0], picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return shades((depth - depth.min()) / (depth.max() - depth.min()))


def by_normals(net, picture):
    h, w = picture.shape[:2]
    mean, deviation = IMAGENET
    found = through(net, (padded(picture, 32) - mean) / deviation)[-1][0, :3]
    return shades((found.transpose(1, 2, 0) * .5 + .5).clip(0, 1))[:h, :w]


def by_starter(net, picture, head):
    h, w = picture.shape[:2]
    found = through(net, padded(picture, 8) / 255.)[list(estimators.HEADS).index(head)][0]
    found = np.rint(found * 255).astype(np.uint8).transpose(1, 2, 0)[:h, :w]
    return found if head == "normal" else found[..., 0]


def boxes_by(net, picture):
    """People's boxes, the best first, without those that overlap a better one by more than 0.45."""
    side = 64
    ratio = min(side / picture.shape[0], side / picture.shape[1])
    seen = np.full((side, side, 3), 114, np.uint8)
    small = cv2.resize(picture, (int(picture.shape[1] * ratio), int(picture.shape[0] * ratio)), interpolation=cv2.INTER_LINEAR)
    seen[:small.shape[0], :small.shape[1]] = small
    rows, boxes = through(net, seen.astype(np.float64))[0].astype(np.float64), []
    cells = [(x, y, s) for s in (8, 16, 32) for y in range(side // s) for x in range(side // s)]
    for row, (x, y, s) in zip(rows, cells):
        middle, half, score = (row[:2] + (x, y)) * s, np.exp(row[2:4]) * s / 2, row[4] * row[5]
        if score > .1:
            boxes.append([*((middle - half) / ratio), *((middle + half) / ratio), score])
    kept = []
    for box in sorted(boxes, key=lambda b: -b[4]):
        def share(other):
            inner = [max(0, min(box[i + 2], other[i + 2]) - max(box[i], other[i]) + 1) for i in (0, 1)]
            areas = [(b[2] - b[0] + 1) * (b[3] - b[1] + 1) for b in (box, other)]
            return inner[0] * inner[1] / (sum(areas) - inner[0] * inner[1])
        if all(share(other) <= .45 for other in kept):
            kept.append(box)
    return [box for box in kept[:64] if box[4] > .3]


def points_by(net, picture, box):
    """133 x (x, y, score) in pixels of the picture."""
    width, height, (mean, deviation) = 48, 64, IMAGENET
    middle, sides = (np.array(box[:2]) + box[2:4]) / 2, (np.array(box[2:4]) - box[:2]) * 1.25
    sides = np.array([sides[0], sides[0] * height / width] if sides[0] > sides[1] * width / height else [sides[1] * width / height, sides[1]])
    scale = width / sides[0]
    to = np.array([[scale, 0, width / 2 - scale * middle[0]], [0, scale, height / 2 - scale * middle[1]]])
    seen = cv2.warpAffine(picture, to, (width, height), flags=cv2.INTER_LINEAR)
    across, down = (a[0] for a in through(net, (seen - mean) / deviation))
    at = np.stack([across.argmax(1), down.argmax(1)], 1) / 2
    return np.concatenate([at / (width, height) * sides + middle - sides / 2, np.minimum(across.max(1), down.max(1))[:, None]], 1)


# ---------------------------------------------------------------- all of it

def write(name, maps):
    maps = list(maps)
    print(f"{name}: deviation of its shades {np.mean([m.std() for m in maps]):.1f}")
    rgb = [m if m.ndim == 3 else np.repeat(m[..., None], 3, 2) for m in maps]
    stored.write_picture(os.path.join(OUT, name + ".png"), sheet(rgb, CELL, len(CHOSEN)))


def starter():
    estimators.WIDTHS = (4, 4, 8, 8)
    net = estimators.Estimator().eval()
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean.uniform_(-.1, .1), m.running_var.uniform_(.2, .6), m.weight.data.uniform_(.7, 1.3), m.bias.data.uniform_(-.2, .2)
    for head in net.heads.values():
        head[1].weight.data *= 30
    estimators.export_onnx(net, os.path.join(OUT, "starter.onnx"))
    maps = estimators.Maps(net)
    for head in estimators.HEADS:
        if head != "pose":
            write("starter_" + head, (by_starter(maps, p, head) for p in pictures()))


def main():
    os.makedirs(OUT, exist_ok=True)
    torch.manual_seed(5)
    torch.set_num_threads(1)
    print("torch", torch.__version__, "OpenCV", cv2.__version__)
    starter()
    for name, net, by, options in (
            ("hed", Hed(), by_hed, dict(outputs=[f"side{i}" for i in range(5)])),
            ("pidinet", Pidinet(), by_pidinet, dict(free=False, outputs=("side1", "side2", "all"))),
            ("drawing", Drawing(), by_drawing, dict(opset=10)), ("anime", Unet(), by_unet, dict(height=256, width=256)),
            ("manga", Manga(), by_manga, dict(channels=1)), ("mlsd", Mlsd(), by_mlsd, dict(channels=4)),
            ("midas", Depth(), by_midas, dict(opset=12)),
            ("normal", Normals(), by_normals, dict(outputs=("coarse", "fine")))):
        export(name, net, **options)
        write(name, (by(net, p) for p in pictures()))
    torch.manual_seed(7)
    yolox, dwpose = Yolox(), Rtmpose()
    export("yolox", yolox, height=64, width=64, free=False)
    export("dwpose", dwpose, height=64, width=48, free=False, outputs=("simcc_x", "simcc_y"))
    found = []
    for p in pictures():
        boxes = boxes_by(yolox, p)
        print("boxes:", len(boxes), [round(b[4], 3) for b in boxes][:6])
        found.append({"boxes": np.array(boxes).round(4).tolist(), "points": [points_by(dwpose, p, b).round(4).tolist() for b in boxes[:2]]})
    with open(os.path.join(OUT, "poses.json"), "w") as file:
        json.dump(found, file)
    stored.pack("models")
    for name in sorted(os.listdir(OUT)):
        print(name, os.path.getsize(os.path.join(OUT, name)))


if __name__ == "__main__":
    main()
