"""What runs survive: `python -m bench.faults [--kills 100] [--terms 20] [--minutes 5] [--only PART …] [--seed 1]`.

Kills, terminates, fills the disk, damages the database and lets processes fight for one home; after each fault looks
at what was promised in docs/reliability.md, and prints how often each promise was looked at and how often it was
broken. Exit code 1 when one was. A run is a tiny BERT with random weights on the bundled reviews, so that it takes
seconds; the processes are those of the command line.

    kills     SIGKILL at random moments, then `resume`, until the run finishes
    terms     SIGTERM at random moments, then `resume`
    disk      too small a disk, and one that fills up while a run trains; needs root for a tmpfs
    damage    a database that is overwritten, cut off or gone
    sharing   two dashboards' workers and commands with one home, for some minutes
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.faulting.damage import damage
from bench.faulting.disk import disk
from bench.faulting.home import Bench, make_model
from bench.faulting.kills import kills
from bench.faulting.sharing import sharing
from bench.faulting.terms import terms
from bench.faulting.verdict import Verdict, say

PARTS = ("kills", "terms", "disk", "damage", "sharing")


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="starboard-faults-") as name:
        folder = Path(name)
        bench = Bench(folder, make_model(folder / "tiny-bert"))
        parts: dict[str, Callable[[], Verdict]] = {
            "kills": lambda: kills(bench, options.kills, options.seed),
            "terms": lambda: terms(bench, options.terms, options.seed),
            "disk": lambda: disk(bench, options.rounds, options.seed),
            "damage": lambda: damage(bench, options.rounds, options.seed),
            "sharing": lambda: sharing(bench, options.minutes, options.seed),
        }
        verdicts = []
        for part in options.only or PARTS:
            say(f"{part} …")
            verdicts.append(parts[part]())
    _print(verdicts)
    return 0 if all(verdict.ok for verdict in verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--terms", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=14, help="how often a disk fills up, and a database is damaged")
    parser.add_argument("--minutes", type=float, default=5, help="how long processes share a home")
    parser.add_argument("--only", nargs="+", choices=PARTS)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _print(verdicts: list[Verdict]) -> None:
    print("| fault | promise | looked at | broken |\n|---|---|---:|---:|")
    for verdict in verdicts:
        print("\n".join(verdict.rows()))
    for verdict in verdicts:
        print("\n".join(f"\n{verdict.fault}: {fact}" for fact in verdict.facts))


if __name__ == "__main__":
    sys.exit(main())
