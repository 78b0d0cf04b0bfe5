"""A run that is killed and terminated ends as one that was not; a spoiled database is mended: `bench.faults`, short."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench.faulting import damage, kills, terms
from bench.faulting.home import Bench
from bench.faulting.kills import Subject
from bench.faulting.life import Life
from bench.faulting.verdict import Verdict
from core.home.places import Home
from core.runs.store import Store
from tests.core.runs import folders


def test_a_run_that_is_killed_twice_and_terminated_ends_as_one_that_was_not(tmp_path: Path, tiny_model: Path) -> None:
    bench, verdict = Bench(tmp_path, tiny_model, epochs=3), Verdict("killed and terminated")
    reference = bench.reference(5)
    subject = Subject(bench.home("subject"), bench.configuration(5), verdict)

    def in_checkpoint(life: Life) -> object:
        return life.wait_until(lambda: life.last_step > 5 and life.is_saving_checkpoint()) and life.kill()

    def in_writing(life: Life) -> object:
        return life.wait_until(lambda: life.last_step > 30 and life.writing) and life.kill()

    def in_training(life: Life) -> object:
        return life.wait_until(lambda: life.last_step > 60) and terms.terminate(life, verdict)

    ways = [in_checkpoint, in_writing, in_training]
    ended = kills.until_finished(subject, reference, lambda life: ways.pop(0)(life) or None, len(ways))
    assert (ended, verdict.broken) == (3, {})
    assert {
        kills.WHOLE,
        kills.AS_WRITTEN,
        kills.THERE,
        kills.GOES_ON,
        terms.AT_ITS_STEP,
        kills.SAME_WEIGHTS,
    } <= verdict.checked.keys()


@pytest.mark.parametrize("spoil", damage.WAYS)
def test_a_spoiled_database_is_mended(tmp_path: Path, spoil: damage.Spoil) -> None:
    home, verdict = tmp_path / "home", Verdict("damage")
    folders.finished(Store(Home(home)))
    before = damage.snapshot(home)
    bench = Bench(tmp_path, tmp_path)
    damage.one_damage(damage.copy(bench, home, "spoiled"), spoil, random.Random(3), before, verdict)
    assert verdict.ok
    assert verdict.checked[damage.AS_BEFORE] == 1
