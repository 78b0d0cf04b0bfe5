"""safetensors: the layout of a file, by which a half-written one is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_model

LIBRARY = "safetensors"


def test_a_file_is_as_long_as_its_header_says(tmp_path: Path) -> None:
    """A model that a dead process left is whole when its file has the length that its header gives; with another
    layout whole models would be thrown away, or half ones kept."""
    file = tmp_path / "model.safetensors"
    weights: dict[str, Any] = {"a": np.zeros((3, 5), np.float32), "b": np.zeros(7, np.int8)}
    save_file(weights, file, metadata={"format": "pt"})
    raw = file.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    assert header["__metadata__"] == {"format": "pt"}
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    assert len(raw) == 8 + length + max(ends)
    assert max(ends) == 3 * 5 * 4 + 7


def test_a_model_s_file_has_the_same_layout(tmp_path: Path) -> None:
    """As above, for a file that shares tensors."""
    file = tmp_path / "model.safetensors"
    save_model(torch.nn.Linear(2, 3), str(file))
    raw = file.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    assert len(raw) == 8 + length + max(ends)
