"""The one training loop: resumes from its own checkpoint, and gives up its turn cleanly when time is up."""
import contextlib
import copy
import json
import os
import signal
import time

import torch
from torch.utils.data import DataLoader

CHECKPOINT_SECONDS = 180
LOG_STEPS = 50
WARM_UP = 100


class OutOfTime(Exception):
    """The deadline has passed or the process was asked to end; everything is saved."""


class Session:
    """Where and how to run: work folder, device, worker processes, deadline."""

    def __init__(self, work, device, workers=0, minutes=None, compiled=True):
        os.makedirs(work, exist_ok=True)
        self.work, self.device, self.workers, self.compiled = work, torch.device(device), workers, compiled
        self.deadline = time.monotonic() + 60 * minutes if minutes else float("inf")
        self._asked_to_end = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_end)

    def _ask_to_end(self, number, frame):
        self._asked_to_end = True

    def must_end(self):
        return self._asked_to_end or time.monotonic() > self.deadline

    def path(self, *names):
        return os.path.join(self.work, *names)

    def autocast(self):
        """Matrix products and convolutions in bf16; weights, norms and losses stay fp32."""
        return torch.autocast(self.device.type, torch.bfloat16)

    def compile(self, function):
        return torch.compile(function, dynamic=False) if self.compiled else function

    def stream(self, make, numbers):
        """make(n) for each number in order, as tensors on the device; worker processes work ahead where there are any."""
        options = dict(num_workers=self.workers, prefetch_factor=4, persistent_workers=False) if self.workers else {}
        for batch in DataLoader(_Numbered(make, numbers), batch_size=None, pin_memory=self.device.type == "cuda", **options):
            yield tuple(t.to(self.device, non_blocking=True) for t in batch)

    def log(self, **entry):
        line = json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in entry.items()})
        print(line, flush=True)
        with open(self.path("log.jsonl"), "a") as f:
            f.write(line + "\n")


class _Numbered(torch.utils.data.Dataset):
    def __init__(self, make, numbers):
        self.make, self.numbers = make, numbers

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, i):
        return tuple(torch.as_tensor(a) for a in self.make(self.numbers[i]))


def save(data, path):
    """Writes beside and renames, so that an interruption leaves the old file whole."""
    torch.save(data, path + ".new")
    os.replace(path + ".new", path)


def train(session, name, modules, batch, loss, steps, lr, prepare=None, decay=.25, average=.999, watch=None, watch_every=0):
    """Trains modules (name -> module) for a number of steps and leaves their averaged weights in them.

    batch(step) makes a step's arrays on the host from its number alone; prepare(*arrays) adds noise and the like on
    the device; loss(*tensors) is the compiled part. The rate stays constant but for a warm-up and a linear fall over
    the last share `decay` of the steps. watch(step, averaged modules) is called every watch_every steps.
    """
    path = session.path(f"{name}.pt")
    for m in modules.values():
        m.to(session.device, memory_format=torch.channels_last).train()
    averaged = {k: copy.deepcopy(m).requires_grad_(False).eval() for k, m in modules.items()}
    parameters = [p for m in modules.values() for p in m.parameters()]
    means = [p for m in averaged.values() for p in m.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=lr, betas=(.9, .99), weight_decay=.01, fused=True)
    done = 0
    if os.path.exists(path):
        state = torch.load(path, map_location="cpu", weights_only=True)
        done = state["step"]
        for k in modules:
            modules[k].load_state_dict(state["modules"][k])
            averaged[k].load_state_dict(state["averaged"][k])
        optimiser.load_state_dict(state["optimiser"])

    def checkpoint():
        state = dict(step=done, optimiser=optimiser.state_dict(), modules={k: m.state_dict() for k, m in modules.items()},
                     averaged={k: m.state_dict() for k, m in averaged.items()})
        save(state, path)

    step_loss = session.compile(loss)
    saved = logged = time.monotonic()
    total = torch.zeros((), device=session.device)
    for arrays in session.stream(batch, range(done, steps)) if done < steps else ():
        torch.manual_seed(done)
        with session.autocast():
            value = step_loss(*(prepare(*arrays) if prepare else arrays))
        value.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.)
        rate = lr * min(1, (done + 1) / WARM_UP, max(.02, (steps - done) / (decay * steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        done += 1
        with torch.no_grad():
            keep = min(average, (1 + done) / (10 + done))
            torch._foreach_lerp_(means, parameters, 1 - keep)
            total += value.detach()
        if done % LOG_STEPS == 0:
            now = time.monotonic()
            session.log(stage=name, step=done, loss=total.item() / LOG_STEPS, rate=rate, seconds=(now - logged) / LOG_STEPS)
            total.zero_()
            logged = now
        if watch and done % watch_every == 0:
            with torch.no_grad(), session.autocast():
                watch(done, averaged)
        if done == steps or session.must_end() or time.monotonic() - saved > CHECKPOINT_SECONDS:
            checkpoint()
            saved = time.monotonic()
            if done < steps and session.must_end():
                raise OutOfTime(name)
    for k in modules:
        modules[k].load_state_dict(averaged[k].state_dict())
        modules[k].eval().requires_grad_(False)


@contextlib.contextmanager
def inference(session):
    with torch.no_grad(), session.autocast():
        yield
