"""What a model's tokenizer makes of texts, without torch: how many tokens, how many of them unknown.

Looks for `tokenizer.json` in the model's folder or in the hub's cache on this computer; asks no network. Where there is
none, nothing is said of the model. Another kind of model is another function in `KINDS`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core.home.places import expanded
from core.models import bundled


@dataclass(frozen=True)
class Read:
    """Of N texts: tokens without special ones, and those of them that stand for anything unknown; int64 (N,)."""

    tokens: np.ndarray
    unknown: np.ndarray


class Reads(Protocol):
    """A model's way of reading; `special` tokens are added to each text."""

    special: int

    def read(self, texts: Sequence[str]) -> Read:
        """What becomes of N texts, which are not cut."""


class Tokens:
    """Reads with a tokenizer of the `tokenizers` library."""

    def __init__(self, tokenizer: Any, unknown: int | None) -> None:
        self._tokenizer = tokenizer
        self._unknown = unknown
        self.special = int(tokenizer.num_special_tokens_to_add(False))

    def read(self, texts: Sequence[str]) -> Read:
        tokens, unknown = [], []
        for made in self._tokenizer.encode_batch(list(texts), add_special_tokens=False):
            ids = np.asarray(made.ids, np.int64)
            tokens.append(len(ids))
            unknown.append(int((ids == self._unknown).sum()) if self._unknown is not None else 0)
        return Read(np.array(tokens, np.int64), np.array(unknown, np.int64))


def _minilm() -> Reads | None:
    from tokenizers import BertWordPieceTokenizer

    folder = bundled.folder()
    if folder is None:
        return None
    made: Any = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)
    return Tokens(made, made.token_to_id("[UNK]"))


# Models by name whose tokenizer is found in a way of its own.
KINDS: dict[str, Callable[[], Reads | None]] = {bundled.NAME: _minilm, bundled.HUB_ID: _minilm}


@functools.lru_cache(maxsize=4)
def reads(model: str) -> Reads | None:
    """How a model reads; None where its tokenizer is not on this computer or not in a form that is known.

    Args:
        model: as `model.name` has it.
    """
    if model in KINDS:
        return KINDS[model]()
    file = _file(model)
    if file is None:
        return None
    from tokenizers import Tokenizer

    try:
        made = Tokenizer.from_file(str(file))
    except Exception:  # noqa: BLE001 - the library raises nothing narrower; the training says what is wrong
        return None
    made.no_truncation()
    made.no_padding()
    unknown = next((made.token_to_id(each) for each in ("[UNK]", "<unk>") if made.token_to_id(each) is not None), None)
    return Tokens(made, unknown)


def _file(model: str) -> Path | None:
    inside = expanded(model) / "tokenizer.json"
    if inside.is_file():
        return inside
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        cached = try_to_load_from_cache(model, "tokenizer.json")
    except HFValidationError:
        return None
    return Path(cached) if isinstance(cached, str) else None
