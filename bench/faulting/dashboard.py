"""What a dashboard does to a home, without its pages: `python -m bench.faulting.dashboard CONFIG.json SEED`.

Its worker trains what waits, while its main thread reads what a page reads at each tick, puts runs into the queue, and
stops, moves and renames some. Prints the error of each call that fails, one a line; puts nothing more into the queue
when its standard input has said so, and ends with it.
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from core import config
from core.config import RunConfig
from core.errors import RunError
from core.home.places import Home
from core.runs import curves
from core.runs.run import Status
from core.runs.store import Store
from core.work import worker
from core.work.actions import Actions

TICK_SECONDS = 0.8
WAITING = 3


def main() -> None:
    configuration, rng = config.parse(config.load(Path(sys.argv[1]))), random.Random(int(sys.argv[2]))
    closing, ended = threading.Event(), threading.Event()
    threading.Thread(target=_listen, args=(closing, ended), daemon=True).start()
    worker.start(Home.present())
    actions, seen = Actions(Home.present()), dict[str, int]()
    while not ended.wait(TICK_SECONDS):
        try:
            look(actions.store, seen)
            if not closing.is_set():
                meddle(actions, configuration, rng)
        except RunError:
            # Somebody else was faster: the run that was to be moved trains already.
            continue
        except Exception as error:  # noqa: BLE001 - none may happen; the harness counts them
            print(f"{type(error).__name__}: {error}", flush=True)


def _listen(closing: threading.Event, ended: threading.Event) -> None:
    sys.stdin.readline()
    closing.set()
    sys.stdin.read()
    ended.set()


def look(store: Store, seen: dict[str, int]) -> None:
    """Read what a page reads: the live run, the list, and what is new of the curves."""
    store.queued()
    for run in [store.live(), *store.runs(limit=5)]:
        if run is not None:
            seen[run.id] = curves.read(store, run.id, since=seen.get(run.id, 0)).last


def meddle(actions: Actions, configuration: RunConfig, rng: random.Random) -> None:
    """Put a run into the queue if it is short; now and then change what is there."""
    store = actions.store
    waiting = store.queued()
    if len(waiting) < WAITING:
        actions.submit(configuration.replace({"training.seed": rng.randrange(10**6)}))
    match rng.randrange(8):
        case 0 if waiting:
            actions.move(rng.choice(waiting).id, "first")
        case 1 if waiting:
            actions.stop(rng.choice(waiting).id)
        case 2:
            live = store.live()
            if live is not None and live.status is Status.TRAINING:
                actions.stop(live.id)
        case 3:
            actions.describe(rng.choice(store.runs()).id, name=f"named {rng.randrange(100)}")


if __name__ == "__main__":
    main()
