"""SIGTERM at random moments: the process writes a checkpoint of its step and ends in time; nothing is trained twice."""

from __future__ import annotations

import random
import statistics
import time

from bench.faulting import home as homes
from bench.faulting.home import Bench
from bench.faulting.kills import Subject, anywhere, in_training, until_finished
from bench.faulting.life import Life
from bench.faulting.verdict import Verdict, say

SECONDS = 10.0
NOT_FINISHED = 1

IN_TIME = f"the process ends within {SECONDS:.0f} s"
AT_ITS_STEP = "a checkpoint and a model of the very step at which it was asked"
SAYS_SO = "the run is interrupted, and its process says so by its exit code"


def terms(bench: Bench, count: int, seed: int) -> Verdict:
    """End `count` processes of as many runs as it takes."""
    verdict, rng, waited = Verdict("SIGTERM"), random.Random(seed), list[float]()

    def end(life: Life) -> float | None:
        moment = rng.choice([anywhere, in_training, in_training])
        if not (life.wait_until(lambda: life.phase != "starting") and moment(life, rng)):
            return None
        doing, seconds = life.phase, terminate(life, verdict)
        if seconds is not None:
            waited.append(seconds)
            say(f"term {len(waited)}: {doing}, ended after {seconds:.2f} s, step {life.last_step}")
        return seconds

    made = 0
    while len(waited) < count:
        made += 1
        reference = bench.reference(seed * 1000 + 500 + made)
        subject = Subject(bench.home(f"terms-{made}"), bench.configuration(seed * 1000 + 500 + made), verdict)
        until_finished(subject, reference, end, count - len(waited))
    times = f"median {statistics.median(waited):.2f} s, most {max(waited):.2f} s"
    verdict.facts.append(f"{len(waited)} SIGTERMs over {made} runs. From signal to exit: {times}.")
    return verdict


def terminate(life: Life, verdict: Verdict) -> float | None:
    """Ask a process that has taken its run to end, and look at what it leaves.

    Returns:
        Seconds until it was gone; None when it was just finishing.
    """
    asked = time.monotonic()
    life.process.terminate()
    code = life.end()
    seconds = time.monotonic() - asked
    run = homes.only_run(life.home)
    status = homes.column(life.home, run, "status")
    if status == "finished":
        return None
    verdict.check(IN_TIME, seconds <= SECONDS, f"{seconds:.1f} s")
    verdict.check(SAYS_SO, (code, status) == (NOT_FINISHED, "interrupted"), f"exit code {code}, {status}")
    if life.last_step:
        found = homes.last_step(life.home, run), homes.column(life.home, run, "model_step")
        verdict.check(AT_ITS_STEP, found == (life.last_step,) * 2, f"checkpoint, model {found}, step {life.last_step}")
    return seconds
