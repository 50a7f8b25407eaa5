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


class _State:
    """What a stage's checkpoint holds: modules (name -> module), their running averages, optimiser and step."""

    def __init__(self, session, name, modules, lr, average):
        self.path, self.modules, self.average, self.step = session.path(f"{name}.pt"), modules, average, 0
        for m in modules.values():
            m.to(session.device, memory_format=torch.channels_last).train()
        self.averaged = {k: copy.deepcopy(m).requires_grad_(False).eval() for k, m in modules.items()}
        self.parameters = [p for m in modules.values() for p in m.parameters()]
        self._means = [p for m in self.averaged.values() for p in m.parameters()]
        self._buffers = [(a, b) for k, m in modules.items() for a, b in zip(self.averaged[k].buffers(), m.buffers())]
        self.optimiser = torch.optim.AdamW(self.parameters, lr=lr, betas=(.9, .99), weight_decay=.01, fused=True)
        if os.path.exists(self.path):
            stored = torch.load(self.path, map_location="cpu", weights_only=True)
            self.step = stored["step"]
            self.optimiser.load_state_dict(stored["optimiser"])
            for k in modules:
                modules[k].load_state_dict(stored["modules"][k])
                self.averaged[k].load_state_dict(stored["averaged"][k])

    def save(self):
        save(dict(step=self.step, optimiser=self.optimiser.state_dict(), modules={k: m.state_dict() for k, m in self.modules.items()},
                  averaged={k: m.state_dict() for k, m in self.averaged.items()}), self.path)

    @torch.no_grad()
    def advance(self, lr):
        """One step of the optimiser along the gradients that lie in the parameters."""
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.)
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        keep = min(self.average, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self._means, self.parameters, 1 - keep)
        for mine, now in self._buffers:  # statistics of batch norms are running averages already
            mine.copy_(now)

    def finish(self):
        for k, m in self.modules.items():
            m.load_state_dict(self.averaged[k].state_dict())
            m.eval().requires_grad_(False)


def train(session, name, modules, batch, loss, steps, lr, prepare=None, decay=.25, average=.999, watch=None, watch_every=0):
    """Trains modules (name -> module) for a number of steps and leaves their averaged weights in them.

    batch(step) makes a step's arrays on the host from its number alone; prepare(*arrays) adds noise and the like on
    the device; loss(*tensors) is the compiled part. The rate stays constant but for a warm-up and a linear fall over
    the last share `decay` of the steps. watch(step, averaged modules) is called every watch_every steps.
    """
    state = _State(session, name, modules, lr, average)
    step_loss, total = session.compile(loss), torch.zeros((), device=session.device)
    saved = logged = time.monotonic()
    for arrays in session.stream(batch, range(state.step, steps)) if state.step < steps else ():
        torch.manual_seed(state.step)
        with session.autocast():
            value = step_loss(*(prepare(*arrays) if prepare else arrays))
        value.backward()
        total += value.detach()
        rate = lr * min(1, (state.step + 1) / WARM_UP, max(.02, (steps - state.step) / (decay * steps)))
        state.advance(rate)
        if state.step % LOG_STEPS == 0:
            session.log(stage=name, step=state.step, loss=total.item() / LOG_STEPS, rate=rate, seconds=(time.monotonic() - logged) / LOG_STEPS)
            total.zero_()
            logged = time.monotonic()
        if watch and state.step % watch_every == 0:
            with inference(session):
                watch(state.step, state.averaged)
        if state.step == steps or session.must_end() or time.monotonic() - saved > CHECKPOINT_SECONDS:
            state.save()
            saved = time.monotonic()
            if state.step < steps and session.must_end():
                raise OutOfTime(name)
    state.finish()


@contextlib.contextmanager
def inference(session):
    with torch.no_grad(), session.autocast():
        yield
