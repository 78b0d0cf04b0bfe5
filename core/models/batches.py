"""Reviews of unequal length to batches: which go together, and padding them so that few shapes occur.

The library that multiplies bf16 on a processor makes a program for every new shape, which takes time and stays in
memory: a run whose batches had each its own length spent a tenth of its time and 300 MB on them. Tensor cores of GPUs
like multiples of eight. Elsewhere nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class Padding:
    """Makes batches of rows with `input_ids`, and `label` where there is one.

    Args:
        tokenizer: pads.
        multiple: lengths are rounded up to multiples of this.
        limit: tokens that the model reads at most; nothing is padded beyond.
    """

    def __init__(self, tokenizer: Any, *, multiple: int, limit: int) -> None:
        self._tokenizer = tokenizer
        self._multiple = multiple
        self._limit = limit

    def padded(self, lengths: np.ndarray) -> np.ndarray:
        """The length to which each of N reviews would be padded alone, (N,)."""
        rounded: np.ndarray = np.minimum(-(-lengths // self._multiple) * self._multiple, self._limit)
        return rounded

    def __call__(self, rows: list[dict[str, Any]]) -> Any:
        """Tensors `input_ids` and `attention_mask` (B, T), `labels` (B)."""
        longest = max(len(row["input_ids"]) for row in rows)
        batch = self._tokenizer.pad(
            {"input_ids": [row["input_ids"] for row in rows]},
            padding="max_length",
            max_length=int(self.padded(np.asarray(longest))),
            return_attention_mask=True,
            return_tensors="pt",
        )
        if "label" in rows[0]:
            import torch

            batch["labels"] = torch.tensor([row["label"] for row in rows])  # (B,)
        return batch


def token_batches(lengths: Sequence[int] | np.ndarray, *, most_tokens: int, most_rows: int) -> list[list[int]]:
    """Row numbers in batches of like length, the longest first: if memory is short, it shows at once.

    Args:
        lengths: N token counts.
        most_tokens: padded tokens a batch; a longer review is a batch of its own.
        most_rows: reviews a batch.
    """
    lengths = np.asarray(lengths)
    batches: list[list[int]] = []
    longest = 0
    for row in np.argsort(-lengths, kind="stable").tolist():
        if not batches or len(batches[-1]) >= most_rows or (len(batches[-1]) + 1) * longest > most_tokens:
            batches.append([])
            longest = int(lengths[row])
        batches[-1].append(row)
    return batches
