"""What a tick ships: `python -m bench.ticks [--steps 100 10000 100000] [--ticks 20] [--new 8]`.

A real server has a run that goes on open on its Train page, after so many logged steps; before each tick it logs some
more. Counted are the bytes of all messages that answer the timed fragments, as Streamlit's websocket carries them
without compression. Prints the median and the spread by the length of the run, and the bytes of the whole page.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
from pathlib import Path

from bench import synthetic
from bench.session import Log, Session
from bench.table import spread
from core.home.places import Home
from core.runs.run import Run
from core.runs.store import Store
from tests.browser.server import Dashboard

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 60.0


def measure(steps: int, *, ticks: int, new: int, home: Path, name: str = "") -> tuple[list[int], int]:
    """The bytes of each tick, and of the page that comes first, for a run with so many logged steps.

    Every third tick brings an evaluation too, so that there are ticks in which all that can change has changed.
    """
    store = Store(Home(home))
    run = synthetic.training(store, steps, total_steps=2 * steps, name=name)
    with Dashboard(env={"STARBOARD_HOME": str(home), "HF_HUB_OFFLINE": "1"}) as server:
        return asyncio.run(_watch(store, run, server, ticks, new))


async def _watch(store: Store, run: Run, server: Dashboard, ticks: int, new: int) -> tuple[list[int], int]:
    log, awake = Log(), asyncio.Event()
    session = asyncio.create_task(Session(server.port, "train", f"run={run.id}", log, awake).live())
    await _until(log, session, answers=1)
    page = log.bytes
    awake.set()
    while (seen := len(log.answers)) <= ticks:
        synthetic.go_on(store, run, new, evaluate=seen % 3 == 0)
        await _until(log, session, answers=seen + 1)
    session.cancel()
    # It closes its connection first.
    with contextlib.suppress(asyncio.CancelledError):
        await session
    return log.sizes, page


async def _until(log: Log, session: asyncio.Task[None], *, answers: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(log.answers) < answers:
            if log.errors or session.done():
                raise RuntimeError(f"the page does not answer: {log.errors or session.exception()}")
            await asyncio.sleep(POLL_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, nargs="+", default=[100, 10_000, 100_000])
    parser.add_argument("--ticks", type=int, default=20)
    parser.add_argument("--new", type=int, default=8, help="steps logged before each tick")
    options = parser.parse_args()
    print("| logged steps | tick, bytes: median (smallest-largest) | page, bytes |\n|---:|---:|---:|")
    for steps in options.steps:
        with tempfile.TemporaryDirectory(prefix="starboard-ticks-") as home:
            sizes, page = measure(steps, ticks=options.ticks, new=options.new, home=Path(home))
        print(f"| {steps:,} | {spread(sizes, 0)} | {page:,} |", flush=True)


if __name__ == "__main__":
    main()
