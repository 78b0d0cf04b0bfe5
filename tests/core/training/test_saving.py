"""Folders are published whole; what failed half-way is taken away; room is counted before the first step."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from core.config import TrainingConfig
from core.training import saving


def write(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "weights").write_text(text)
    return folder


def test_a_published_folder_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    final = write(tmp_path / "model", "old")
    saving.publish(write(tmp_path / "model.new", "new"), final, step=1)
    assert (final / "weights").read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


def test_what_failed_half_way_is_taken_away(tmp_path: Path) -> None:
    def fail() -> None:
        with saving.removed_on_error(tmp_path / "tmp-5"):
            write(tmp_path / "tmp-5", "half")
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        fail()
    assert not list(tmp_path.iterdir())


def test_a_writer_that_does_not_say_why_has_met_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(free: int, words: str) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
        with saving.removed_on_error(tmp_path / "tmp-5"):
            write(tmp_path / "tmp-5", "half")
            raise RuntimeError(words)

    with pytest.raises(OSError, match="No space left"):
        fail(4096, "it cannot be written")
    with pytest.raises(RuntimeError, match="cannot be written"):
        fail(1 << 30, "it cannot be written")
    # Where there is a quota, or room again already, the words are all that tells.
    with pytest.raises(OSError, match="No space left"):
        fail(1 << 30, "[enforce fail at inline_container.cc:672] . unexpected pos 576 vs 534")
    assert not list(tmp_path.iterdir())


def test_the_room_that_is_needed_counts_weights_optimizer_checkpoints_and_models() -> None:
    model = torch.nn.Linear(10, 10)
    training = TrainingConfig(save_total_limit=2)
    assert saving.needed_bytes(model, training) == 3 * 110 * 12 + 2 * 110 * 4
    model.bias.requires_grad_(False)
    assert saving.needed_bytes(model, training) == 3 * (110 * 4 + 100 * 8) + 2 * 110 * 4
