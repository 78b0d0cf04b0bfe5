"""The command that trains on several processes or machines; the processes themselves are tested with the jobs."""

from __future__ import annotations

import pytest

from core.config import RunConfig
from core.home.places import Home
from core.work import launch


@pytest.mark.parametrize(
    ("processes", "machines", "expected"),
    [
        (1, 1, "python -m core train 'my run.json'"),
        (4, 1, "torchrun --standalone --nproc_per_node=4 -m core train 'my run.json'"),
        (
            4,
            2,
            "torchrun --nnodes=2 --nproc_per_node=4 --rdzv_backend=c10d --rdzv_endpoint=FIRST_MACHINE:29500"
            " --rdzv_id=starboard -m core train 'my run.json'",
        ),
    ],
)
def test_the_command_says_how_many_and_where(processes: int, machines: int, expected: str) -> None:
    assert launch.command("my run.json", processes, machines) == expected


def test_processes_are_started_only_where_none_are_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    two = RunConfig().replace({"training.processes": 2})
    assert launch.needed(two)
    assert not launch.needed(RunConfig())
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert not launch.needed(two)


def test_the_last_words_are_the_last_line_that_says_something(home: object) -> None:
    assert launch.last_words(Home.present(), "nobody") == ""
