"""Small networks that look at a picture and draw its depth, normals, soft edges, lines and poses.

One network with a head for each, exported as ONNX with an output for each. Only batch norms (folded into the
convolutions), ReLU and bilinear resizing, which every ONNX runtime has. Input: RGB 0..1, sides multiples of 8. Outputs
at full size, 0..1, but for the pose: at a quarter of it the heat maps and limb fields of OpenPose (Cao et al. 2017):
18 points and "nothing", then x and y of each of the 17 limbs of scenes.LIMBS.
"""
import math

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import torch
import torch.nn.functional as F
from torch import nn

import scenes

WIDTHS = (16, 32, 64, 96)
LINES = ("lineart", "lineart_heavy", "lineart_anime", "lineart_anime_denoise")
# head -> channels; those of "pose" leave the trunk at a quarter of the size
HEADS = {"depth": 1, "normal": 3, "softedge": 1, **{name: 1 for name in LINES}, "pose": 19 + 2 * len(scenes.LIMBS)}
POSE_STRIDE = 4


def block(inputs, outputs, stride=1, dilation=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Estimator(nn.Module):
    def __init__(self):
        super().__init__()
        a, b, c, d = WIDTHS
        self.down = nn.ModuleList([nn.Sequential(block(3, a), block(a, a))] +
                                  [nn.Sequential(block(p, q, 2), block(q, q)) for p, q in ((a, b), (b, c), (c, d))])
        self.middle = nn.Sequential(*[block(d, d, dilation=n) for n in (2, 4, 8)])
        self.up = nn.ModuleList([block(d + c, c), block(c + b, b), block(b + a, a)])
        self.heads = nn.ModuleDict({k: nn.Sequential(block(c if k == "pose" else a, c if k == "pose" else a),
                                                     nn.Conv2d(c if k == "pose" else a, n, 1)) for k, n in HEADS.items()})

    def forward(self, x, wanted=tuple(HEADS)):
        """head -> its logits; x: n x 3 x h x w in 0..1. Normals lie in -1..1 and are not yet of length 1."""
        skips = []
        x = x * 2 - 1
        for level in self.down:
            x = level(x)
            skips.append(x)
        x, found = x + self.middle(x), {}
        for level, skip in zip(self.up, reversed(skips[:-1])):
            x = level(torch.cat([F.interpolate(x, scale_factor=2., mode="bilinear", align_corners=False), skip], 1))
            if level is self.up[0] and "pose" in wanted:
                found["pose"] = self.heads["pose"](x)
        return found | {k: self.heads[k](x) for k in wanted if k != "pose"}


class Maps(nn.Module):
    """What is exported: values as the maps of the preprocessors have them, in the order of HEADS."""

    def __init__(self, estimator):
        super().__init__()
        self.estimator = estimator

    def forward(self, x):
        found = self.estimator(x)
        n = found["normal"]
        length = (F.conv2d(n * n, torch.ones(3, 3, 1, 1)) + 1e-12).sqrt()  # F.normalize asks for shapes, which OpenCV 4.6 does not read
        return tuple(found[k] if k == "pose" else n / length * .5 + .5 if k == "normal" else found[k].sigmoid() for k in HEADS)


def targets(scene, size):
    """The picture (3 x h x w, 0..255), every full-size map (8 + 2 planes) and the pose planes of a scene, uint8 and float16."""
    drawn = scenes.render(scene, size, maps=True)
    planes = [drawn["depth"], *drawn["normal"].transpose(2, 0, 1), drawn["softedge"], *(drawn[name] for name in LINES)]
    return drawn["image"].transpose(2, 0, 1), np.stack(planes), pose_planes(drawn["skeletons"], size // POSE_STRIDE)


def pose_planes(skeletons, size):
    """Heat maps (Gaussians of 1/40 of the frame) and unit vectors along the limbs, as OpenPose is taught."""
    y, x = np.mgrid[:size, :size].astype(np.float32) / size + .5 / size
    heat, field = np.zeros((19, size, size), np.float32), np.zeros((2 * len(scenes.LIMBS), size, size), np.float32)
    for k in skeletons:
        for n in range(18):
            heat[n] = np.maximum(heat[n], np.exp(-((x - k[n, 0]) ** 2 + (y - k[n, 1]) ** 2) / (2 * .0125 ** 2)))
        for n, (p, q) in enumerate(scenes.LIMBS):
            way = k[q] - k[p]
            length = max(1e-6, np.hypot(*way))
            u = way / length
            along, across = (x - k[p, 0]) * u[0] + (y - k[p, 1]) * u[1], np.abs((x - k[p, 0]) * u[1] - (y - k[p, 1]) * u[0])
            on = (along > -.01) & (along < length + .01) & (across < .015)
            field[2 * n][on], field[2 * n + 1][on] = u
    heat[18] = 1 - heat[:18].max(0)
    return np.concatenate([heat, field]).astype(np.float16)


def spoil(x):
    """Pictures as networks make them: softened, shifted in colour, noisy."""
    n = len(x)

    def dice(*shape):
        return torch.rand(*shape, device=x.device)
    soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2., mode="bilinear")
    x = x + dice(n, 1, 1, 1) * (soft - x)
    x = x * (.8 + .4 * dice(n, 3, 1, 1)) + .16 * dice(n, 3, 1, 1) - .08
    return (x + .06 * dice(n, 1, 1, 1) * torch.randn_like(x)).clamp(0, 1)


def loss(found, planes, pose):
    """Sum over the heads; planes: n x 9 x h x w in 0..1, pose: n x 53 x h/4 x w/4."""
    depth, normal, edges = planes[:, :1], planes[:, 1:4] * 2 - 1, planes[:, 4:]
    total = 4 * (found["depth"].float().sigmoid() - depth).abs().mean()
    total = total + (1 - (F.normalize(found["normal"].float(), dim=1) * F.normalize(normal, dim=1)).sum(1)).mean()
    for i, name in enumerate(("softedge", *LINES)):
        truth = edges[:, i:i + 1]
        weight = 1 + 4 * truth  # lines are few
        total = total + (F.binary_cross_entropy_with_logits(found[name].float(), truth, reduction="none") * weight).mean()
    near = 1 + 20 * (pose[:, :18].amax(1, keepdim=True) > .05) + 5 * (pose[:, 19:].abs().amax(1, keepdim=True) > 0)
    return total + 20 * ((found["pose"].float() - pose) ** 2 * near).mean()


@torch.no_grad()
def marks(estimator, device, numbers, size=256):
    """How well it does on scenes it has not seen."""
    sums = {"depth error": 0., "normal cosine": 0., "softedge error": 0., **{f"{n} F1": 0. for n in LINES}}
    joints = []
    for number in numbers:
        scene = scenes.plan(int(number))
        image, planes, pose = targets(scene, size)
        found = estimator(torch.from_numpy(image)[None].to(device).float() / 255)
        planes = torch.from_numpy(planes)[None].to(device).float() / 255
        sums["depth error"] += (found["depth"].sigmoid() - planes[:, :1]).abs().mean().item()
        sums["normal cosine"] += F.cosine_similarity(found["normal"].float(), planes[:, 1:4] * 2 - 1).mean().item()
        sums["softedge error"] += (found["softedge"].sigmoid() - planes[:, 4:5]).abs().mean().item()
        for i, name in enumerate(LINES):
            seen, truth = found[name].sigmoid() > .5, planes[:, 5 + i:6 + i] > .5
            near_seen, near_truth = (F.max_pool2d(e.float(), 3, 1, 1) > 0 for e in (seen, truth))
            precision = (seen & near_truth).sum().item() / max(1, seen.sum().item())
            recall = (truth & near_seen).sum().item() / max(1, truth.sum().item())
            sums[f"{name} F1"] += 2 * precision * recall / max(1e-6, precision + recall)
        if sum(t.kind == "person" for t in scene.things) == 1:
            t = next(t for t in scene.things if t.kind == "person")
            for n in range(18):
                at, truth = (np.array(np.unravel_index(int(p.argmax()), p.shape)) for p in (found["pose"][0, n].float().cpu(), torch.from_numpy(pose[n].astype(np.float32))))
                joints.append(np.hypot(*(at - truth)) * POSE_STRIDE / size / t.size)
    return {k: v / len(numbers) for k, v in sums.items()} | {"joint distance, of the height": float(np.mean(joints)) if joints else None}


def export_onnx(estimator, path):
    """One file with an output for each head. opset 13: what OpenCV 4.6 reads."""
    sides = {2: "height", 3: "width"}
    torch.onnx.export(Maps(estimator).eval(), (torch.zeros(1, 3, 256, 256),), path, opset_version=13, dynamo=False,
                      input_names=["image"], output_names=list(HEADS), dynamic_axes={"image": sides, **{k: sides for k in HEADS}})
    store_half(path)


def store_half(path):
    """Keeps large weights in fp16, each behind a cast to what its layer takes: half the file."""
    model = onnx.load(path)
    casts = []
    for weight in [w for w in model.graph.initializer if w.data_type == onnx.TensorProto.FLOAT and math.prod(w.dims) >= 256]:
        half = onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(weight).astype(np.float16), weight.name + ".half")
        casts.append(onnx.helper.make_node("Cast", [half.name], [weight.name], to=onnx.TensorProto.FLOAT))
        model.graph.initializer.remove(weight)
        model.graph.initializer.append(half)
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    onnx.save(model, path)
