"""What watching costs a training: `python -m bench.polling [--sessions 20] [--minutes 5] [--slice 30]`.

A real server trains the bundled MiniLM. N sessions have its page open through Streamlit's own websocket, as N browser
tabs would, and ask for the timed fragments as often as those do; nothing is drawn, so that no browser takes the cores
from the training. They look and rest in turns, in slices of some seconds within one run, so that a computer that
becomes slower or faster meanwhile does so for both. Prints the training's pace in both, their ratio, how fast the
server answered, errors, and its memory over time. The minutes are those of looking; it takes twice as long.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.session import Log, Session
from core.config import parse
from core.home.places import Home
from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.server import Dashboard

# After each turn of the sessions the pace settles.
SETTLE_SECONDS = 3.0
MEMORY_SECONDS = 1.0
START_SECONDS = 180.0
FIRST_STEPS = 20
OPEN_SECONDS = 0.5
CONFIG = {
    "data": {"train_size": 4000, "eval_size": 50, "max_length": 128},
    "training": {"num_train_epochs": 100, "eval_on_start": False, "save_minutes": 0},
}


@dataclass
class Measured:
    """Samples a second by slice, with and without sessions that look; memory as (seconds, bytes)."""

    alone: list[float] = field(default_factory=list)
    watched: list[float] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median over pairs of neighbouring slices of the pace when watched to the pace alone."""
        return statistics.median(watched / alone for watched, alone in zip(self.watched, self.alone, strict=True))


async def measure(store: Store, run: Run, server: Dashboard, options: argparse.Namespace) -> tuple[Measured, Log]:
    """Let sessions look and rest in turns."""
    found, log, awake = Measured(), Log(), asyncio.Event()

    def opened() -> asyncio.Task[None]:
        return asyncio.create_task(Session(server.port, "train", f"run={run.id}", log, awake).live())

    # The server's worker begins with the first page that is opened; the others come to a run that trains.
    sessions = [opened()]
    await _reached(store, run, FIRST_STEPS)
    while len(sessions) < options.sessions:
        sessions.append(opened())
        await asyncio.sleep(OPEN_SECONDS)
    while len(log.answers) < options.sessions and not log.errors:
        await asyncio.sleep(OPEN_SECONDS)
    print(f"{len(sessions)} sessions have drawn the page", file=sys.stderr, flush=True)
    log.answers.clear()
    log.bytes = 0
    memory = asyncio.create_task(_remember(server.pid, found))
    await _take_turns(store, run, options, awake, found)
    log.errors += [f"a session ended: {task.exception()!r}" for task in sessions if task.done()]
    for task in [*sessions, memory]:
        task.cancel()
    await asyncio.gather(*sessions, memory, return_exceptions=True)
    return found, log


async def _take_turns(
    store: Store, run: Run, options: argparse.Namespace, awake: asyncio.Event, found: Measured
) -> None:
    for turn in range(max(round(60 * options.minutes / options.slice), 1)):
        # Which comes first changes, so that a drift favours neither.
        for watched in (turn % 2 == 0, turn % 2 == 1):
            (awake.set if watched else awake.clear)()
            pace = await _pace(store, run, options.slice)
            (found.watched if watched else found.alone).append(pace)
            print(f"{'watched' if watched else 'alone':8}{pace:8.2f} samples/s", file=sys.stderr, flush=True)


async def _reached(store: Store, run: Run, step: int) -> None:
    until = time.monotonic() + START_SECONDS
    while (now := store.get(run.id)).step < step:
        if time.monotonic() > until or now.status is Status.FAILED:
            raise RuntimeError(f"the run does not train: it is {now.status}, {now.failure}")
        await asyncio.sleep(0.5)


async def _pace(store: Store, run: Run, seconds: float) -> float:
    """Samples a second over a slice, between two steps; longer where no step fell into it."""
    await asyncio.sleep(SETTLE_SECONDS)
    first = store.recent(run.id, "train", 1)[0]
    await asyncio.sleep(max(seconds - SETTLE_SECONDS, 1))
    await _reached(store, run, first.step + 1)
    last = store.recent(run.id, "train", 1)[0]
    batch = run.config.training.per_device_train_batch_size
    return (last.step - first.step) * batch / (last.seconds - first.seconds)


async def _remember(pid: int, found: Measured) -> None:
    process, began = psutil.Process(pid), time.monotonic()
    while True:
        found.memory.append((time.monotonic() - began, process.memory_info().rss))
        await asyncio.sleep(MEMORY_SECONDS)


def report(found: Measured, log: Log, options: argparse.Namespace) -> None:
    """Print the tables."""
    alone, watched = statistics.median(found.alone), statistics.median(found.watched)
    answers = sorted(log.answers)
    print("| measured | value |\n|---|---:|")
    print(f"| sessions, seconds they looked | {options.sessions}, {options.slice * len(found.watched):.0f} |")
    print(f"| training alone, median of {len(found.alone)} slices | {alone:.2f} samples/s |")
    print(f"| training watched, median of {len(found.watched)} slices | {watched:.2f} samples/s |")
    print(f"| watched to alone, median over pairs | {found.ratio:.3f} |")
    print(f"| answers, errors | {len(answers)}, {len(log.errors)} |")
    print(f"| answered after, median and 95th percentile | {_at(answers, 0.5):.3f} s, {_at(answers, 0.95):.3f} s |")
    print(f"| sent to all sessions | {log.bytes / 1e6:.1f} MB |")
    print("\n| minute | memory of the server, MB |\n|---:|---:|")
    for minute in range(int(found.memory[-1][0] // 60) + 1):
        values = [size for at, size in found.memory if at // 60 == minute]
        print(f"| {minute + 1} | {statistics.median(values) / 1e6:.0f} |")
    for error in dict.fromkeys(log.errors):
        print(f"\nerror: {error}")


def _at(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)] if values else float("nan")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--slice", type=float, default=30, help="seconds of looking or resting")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="starboard-polling-") as name:
        home = Path(name) / "home"
        server = Dashboard(env={"STARBOARD_HOME": str(home), "HF_HUB_OFFLINE": "1"}, log=Path(name) / "server.log")
        try:
            server.start()
            store = Store(Home(home))
            run = store.create(parse(CONFIG))
            found, log = asyncio.run(measure(store, run, server, options))
            log.errors += [f"server: {line}" for line in server.log.read_text().splitlines() if "Traceback" in line]
        finally:
            server.kill()
    report(found, log, options)
    return 1 if log.errors else 0


if __name__ == "__main__":
    sys.exit(main())
