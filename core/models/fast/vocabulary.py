"""Word vectors for the words that occur, while a run trains.

A thousand reviews use a fraction of a model's vocabulary, yet every step zeroes, clips and updates the whole table.
`UsedRows` trains the rows that the run's reviews use and puts them back among the others whenever the weights are
saved, so files always hold the whole table. Rows of words that occur nowhere would have no gradient: they stay as
they were, where AdamW would only have shrunk them by learning rate x weight decay a step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import embedding

from core.errors import DataError
from core.messages import Message

# With most of the table in use there is little to win.
MOST_USED = 0.7


class UsedRows(nn.Embedding):
    """An embedding that holds U of the V rows of another one; its state is the whole table.

    Args:
        whole: the embedding (V, D) that it stands for.
        used: the U row numbers that will be asked for, growing.
    """

    def __init__(self, whole: nn.Embedding, used: torch.Tensor) -> None:
        rows = torch.full((whole.num_embeddings,), -1)  # (V,)
        rows[used] = torch.arange(len(used))
        padding = whole.padding_idx
        super().__init__(
            len(used),
            whole.embedding_dim,
            padding_idx=None if padding is None or rows[padding] < 0 else int(rows[padding]),
            _weight=whole.weight.detach()[used].clone(),
            dtype=whole.weight.dtype,
        )
        self._used = used
        # No buffers: several processes would send them to each other at every step. The table stays where it is.
        self._rows = rows
        self._whole = whole.weight.detach().cpu()

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return embedding(self._rows[input], self.weight, self.padding_idx)  # (B, T) to (B, T, D)

    def _apply(self, fn: Any, recurse: bool = True) -> UsedRows:
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        self._rows = fn(self._rows)
        return self

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        whole = self._whole.clone()  # (V, D)
        whole[self._used] = self.weight.detach().cpu()
        destination[prefix + "weight"] = whole

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        name = prefix + "weight"
        if name in state_dict:
            self._whole = state_dict[name].detach().cpu().to(self._whole.dtype)
            state_dict = {**state_dict, name: self._whole[self._used]}
        super()._load_from_state_dict(state_dict, prefix, *others)


def install(model: Any, ids: np.ndarray, checkpoint: Path | None = None) -> None:
    """Train only the rows of these token ids, where that saves something.

    Args:
        model: a classifier; its word vectors are replaced if they learn.
        ids: every token id that the model will see, growing.
        checkpoint: what training goes on from; one that was written with the whole table goes on with it.

    Raises:
        DataError: the checkpoint was trained on other reviews.
    """
    whole = model.get_input_embeddings()
    if type(whole) is not nn.Embedding or not whole.weight.requires_grad:
        return
    if len(ids) > MOST_USED * whole.num_embeddings:
        return
    if checkpoint is not None:
        # Mapped, so that little more than the shapes is read.
        optimizer = torch.load(checkpoint / "optimizer.pt", weights_only=True, mmap=True, map_location="cpu")
        seen = {tuple(moved["exp_avg"].shape) for moved in optimizer["state"].values() if "exp_avg" in moved}
        if tuple(whole.weight.shape) in seen:
            return
        if (len(ids), whole.embedding_dim) not in seen:
            raise DataError(
                Message(
                    "The reviews have {tokens:,} different tokens, which is not what the checkpoint was trained on.",
                    tokens=len(ids),
                ),
                Message("The data changed since the run began: train a new run on it."),
            )
    model.set_input_embeddings(UsedRows(whole, torch.from_numpy(ids)))


def occurring(columns: list[Any], always: list[int]) -> np.ndarray:
    """The token ids that occur in columns of token lists (pyarrow) or are always needed, growing, int64."""
    found = np.asarray(sorted({number for number in always if number is not None}), dtype=np.int64)
    for column in columns:
        for chunk in column.chunks:
            found = np.union1d(found, np.flatnonzero(np.bincount(chunk.flatten().to_numpy())))
    return found.astype(np.int64)
