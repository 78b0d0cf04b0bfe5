"""Two dashboards and the command line with one home: both put runs into the queue, stop, move, rename and read."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

from bench.faulting import home as homes
from bench.faulting.home import Bench
from bench.faulting.life import ROOT, environment
from bench.faulting.verdict import Verdict, say

LOOK_SECONDS = 0.01
PATIENCE_SECONDS = 180.0
ALLOWED_EXITS = {"train": {0, 1}, "resume": {0, 1, 2}}
ENDED = frozenset({"finished", "stopped"})
SUSPICIOUS = ("Traceback", "locked", "cannot be", "Another process has been")

ONE_AT_A_TIME = "at most one run trains at any look at the database"
NEVER_BETWEEN = "no run writes between the first and the last event of another one's turn"
ONE_WRITER = "a run has one writer for each time it was taken"
ONCE = "each step of a run is trained once"
ENDS = "every run finishes, or was stopped by somebody"
NO_ERROR = "no call fails, nobody hears of a locked database"


def sharing(bench: Bench, minutes: float, seed: int) -> Verdict:
    """Let two dashboards' workers and commands fight for one home."""
    verdict, rng, home = Verdict("one home, several processes"), random.Random(seed), bench.home("sharing")
    configuration = _configuration(bench)
    dashboards = [_dashboard(home, configuration, seed + each) for each in range(2)]
    watcher = _Watcher(home)
    watcher.start()
    used, until = Counter[str](), time.monotonic() + 60 * minutes
    training: subprocess.Popen[str] | None = None
    while time.monotonic() < until:
        if training is None or training.poll() is not None:
            if training is not None:
                _judge("train", training, verdict)
            training = _command(home, "train", str(configuration))
            used["train"] += 1
        _use(home, rng, used, verdict)
    for each in dashboards:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    if training is not None:
        _judge("train", training, verdict)
    _drain(home)
    watcher.stop()
    for each in dashboards:
        said, _err = each.communicate(timeout=PATIENCE_SECONDS)
        verdict.check(NO_ERROR, not said and each.returncode == 0, said)
    log = home.with_name("life.log").read_text(encoding="utf-8", errors="replace").splitlines()
    heard = [line for line in log if any(word in line for word in SUSPICIOUS)]
    verdict.check(NO_ERROR, not heard, heard[:3])
    verdict.checked[ONE_AT_A_TIME] += watcher.looks
    verdict.check(ONE_AT_A_TIME, watcher.most <= 1, f"{watcher.most} at once")
    judge_runs(home, watcher.writers, verdict)
    _tell(home, minutes, used, verdict)
    return verdict


def _configuration(bench: Bench) -> Path:
    file = bench.folder / "shared.json"
    data = {"train_size": 80, "eval_size": 32, "max_length": 32}
    training = {"num_train_epochs": 4, "precision": "fp32", "save_minutes": 0.005}
    file.write_text(json.dumps({"data": data, "model": {"name": str(bench.model)}, "training": training}))
    return file


def _dashboard(home: Path, configuration: Path, seed: int) -> subprocess.Popen[str]:
    with home.with_name("life.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "bench.faulting.dashboard", str(configuration), str(seed)],
            cwd=ROOT,
            env=environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def _command(home: Path, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "core", *arguments, "--json"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(home), stdout=pipe, stderr=pipe, text=True)


def _use(home: Path, rng: random.Random, used: Counter[str], verdict: Verdict) -> None:
    """One quick command on some run."""
    known = homes.runs(home)
    name = rng.choice(["runs", "runs", "show", "show", "events", "events", "queue", "stop"]) if known else "runs"
    arguments = [] if name in {"runs", "queue"} else [rng.choice(known[-10:])]
    used[name] += 1
    _judge(name, _command(home, name, *arguments), verdict)


def _judge(name: str, command: subprocess.Popen[str], verdict: Verdict) -> None:
    _out, said = command.communicate(timeout=PATIENCE_SECONDS)
    fine = command.returncode in ALLOWED_EXITS.get(name, {0}) and not any(word in said for word in SUSPICIOUS)
    verdict.check(NO_ERROR, fine, f"{name}: exit code {command.returncode}: {said[-500:]}")


def _drain(home: Path) -> None:
    """Wait until nothing waits or trains any more."""
    until = time.monotonic() + PATIENCE_SECONDS
    going = "SELECT COUNT(*) FROM runs WHERE status NOT IN ('finished', 'stopped', 'failed', 'interrupted')"
    while homes.query(home, going)[0][0] and time.monotonic() < until:
        time.sleep(0.2)


class _Watcher(threading.Thread):
    """Looks at the database over and over: how many runs train, and in which processes."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self._home = home
        self._ended = threading.Event()
        self.looks, self.most = 0, 0
        self.writers: dict[tuple[str, float], set[int]] = defaultdict(set)

    def run(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                active = homes.query(self._home, "SELECT id, started, pid FROM runs WHERE pid IS NOT NULL")
            except sqlite3.OperationalError:
                # It has not been created yet.
                continue
            self.looks += 1
            self.most = max(self.most, len(active))
            for run, started, pid in active:
                self.writers[run, started].add(pid)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def judge_runs(home: Path, writers: dict[tuple[str, float], set[int]], verdict: Verdict) -> None:
    """See from what the runs have written that each had its turn alone, and once."""
    for pids in writers.values():
        verdict.check(ONE_WRITER, len(pids) == 1, pids)
    for run, status, asked in homes.query(home, "SELECT id, status, stop_requested FROM runs"):
        fine = status == "finished" or (status == "stopped" and asked)
        verdict.check(ENDS, fine, f"{run} {status}")
        steps = [step for kind, step, _values in homes.curve(home, run) if kind == "train"]
        verdict.check(ONCE, steps == list(range(1, len(steps) + 1)), f"{run}: {steps}")
    turns: list[str] = []
    for (run,) in homes.query(home, "SELECT run FROM events ORDER BY id"):
        if not turns or turns[-1] != run:
            turns.append(run)
    for run, times in Counter(turns).items():
        verdict.check(NEVER_BETWEEN, times == 1, f"{run} had {times} turns")


def _tell(home: Path, minutes: float, used: Counter[str], verdict: Verdict) -> None:
    ended = dict(homes.query(home, "SELECT status, COUNT(*) FROM runs GROUP BY status"))
    commands = ", ".join(f"{name} {times}" for name, times in used.most_common())
    outcome = ", ".join(f"{status} {count}" for status, count in ended.items())
    turns = homes.query(home, "SELECT COUNT(DISTINCT run) FROM events")[0][0]
    verdict.facts.append(
        f"{minutes:g} minutes, 2 workers and {used.total()} commands ({commands}); runs: {outcome}; {turns} had a turn."
    )
    say(verdict.facts[-1])
