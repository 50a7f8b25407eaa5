"""Small checkpoints as PyTorch itself writes them, for torch_checkpoint_test.cpp: tests/data/checkpoints.

    python checkpoints.py      writes the files (a few KB each)
"""
import argparse
import collections
import pathlib

import torch

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "checkpoints"


class Callback:
    """Stands for what a training tool leaves in a checkpoint."""

    def __init__(self):
        self.best, self.history = 0.5, [1, 2, {"lr": 1e-4}]


def counting(*shape):
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float32).reshape(shape)


def nested():
    """A state_dict as training saves it: two windows into one storage, all floating types, a parameter, leftovers."""
    base = counting(12)
    state = collections.OrderedDict()
    state["first"] = base[:6].reshape(2, 3)
    state["second"] = base[6:]
    state["half"] = counting(2, 2).half()
    state["bfloat"] = counting(2, 2).bfloat16()
    state["double"] = counting(3).double()
    state["steps"] = torch.tensor(7)
    state["empty"] = torch.zeros(0, 4)
    state["parameter"] = torch.nn.Parameter(counting(2))
    state["transposed"] = counting(2, 3).t()
    state._metadata = collections.OrderedDict([("", {"version": 1})])
    return {"state_dict": state, "epoch": 3, "global_step": 10**30, "callbacks": {"Callback": Callback()},
            "hyper_parameters": argparse.Namespace(lr=1e-4), "optimizer_states": [{"state": {0: {"m": counting(2)}}}]}


def main():
    DATA.mkdir(exist_ok=True)
    for protocol in (2, 4):
        torch.save(nested(), DATA / f"nested_protocol{protocol}.ckpt", pickle_protocol=protocol)
    torch.save({"params_ema": {"conv_first.weight": counting(2, 3)}}, DATA / "upscaler.pth")
    torch.save(nested(), DATA / "legacy.ckpt", _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), str(DATA / "program.ckpt"))


if __name__ == "__main__":
    main()
