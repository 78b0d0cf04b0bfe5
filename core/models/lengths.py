"""How many tokens reviews have, quickly enough for a page: with the tokenizer's file alone, and no torch.

Counted as the chosen model counts, where its tokenizer.json is on this computer; else as the bundled one does, which is
said. A run's own counts are in its facts once it has tokenised.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from core.errors import StarboardError
from core.home.places import expanded
from core.models import bundled, failures, multilingual, named
from core.models import folder as folders

# Counting more reviews than this changes the shares by less than a percent and makes a page wait.
COUNTED = 2000
# Of longer texts nothing more is counted: they fill whatever any model reads.
MOST_CHARACTERS = 400_000


def counter(model: str) -> str:
    """The model by whose tokenizer the reviews for this one are counted: itself, else the bundled one. Quick."""
    if model == multilingual.NAME and multilingual.packed() is not None:
        # Its folder is made when it is first read.
        return model
    return model if _file(model) is not None else bundled.NAME


def token_lengths(texts: Sequence[str], model: str = bundled.NAME) -> np.ndarray:
    """Token counts, special tokens included, of at most `COUNTED` texts spread evenly over the N given.

    Args:
        model: what `counter` says.

    Returns:
        min(N, COUNTED) counts; none where neither that model nor the bundled one can be read.
    """
    counting = tokenizer(model) or tokenizer(bundled.NAME)
    if counting is None or not len(texts):
        return np.empty(0, dtype=np.int64)
    rows = np.unique(np.linspace(0, len(texts) - 1, min(COUNTED, len(texts))).astype(int))
    encoded = counting.encode_batch([texts[row] for row in rows])
    return np.asarray([len(each.ids) for each in encoded], dtype=np.int64)


def spread(column: pa.ChunkedArray) -> list[str]:
    """At most about `COUNTED` texts of a column, spread evenly over it; empty ones are empty texts."""
    step = max(1, len(column) // COUNTED)
    # One by one: taking many rows at once copies the whole column first.
    return [str(column[row].as_py() or "")[:MOST_CHARACTERS] for row in range(0, len(column), step)]


def share_cut(lengths: np.ndarray, max_length: int) -> float:
    """The share of reviews, 0..1, that are longer than `max_length` tokens."""
    return float((lengths > max_length).mean()) if len(lengths) else 0.0


def tokenizer(model: str) -> Any:
    """The tokenizer of the library tokenizers, without a limit; None where it is not here or cannot be read."""
    if named.on_hub(model) == bundled.HUB_ID:
        return _bundled()
    try:
        if model in named.HUB_IDS:
            named.folder(model)
        file = _file(model)
        return _read(file, file.stat().st_mtime_ns) if file is not None else None
    except (OSError, StarboardError):
        return None


def _file(model: str) -> Path | None:
    """The tokenizer.json of a model, where it is on this computer: in its folder, or in the cache of the hub."""
    from huggingface_hub import try_to_load_from_cache

    if model == multilingual.NAME and (made := multilingual.made()) is not None:
        return made / folders.WORDS
    folder = expanded(model)
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        file = folder / folders.WORDS
        return file if file.is_file() else None
    try:
        found = try_to_load_from_cache(named.on_hub(model), folders.WORDS)
    except ValueError:
        # No name that the hub could have.
        return None
    return Path(found) if isinstance(found, str) else None


@functools.lru_cache(2)
def _read(file: Path, written: int) -> Any:
    """A tokenizer of anybody's, or None where the library fails at it; `written` is when the file was."""
    from tokenizers import Tokenizer

    try:
        folders.check(file.parent)
        found = Tokenizer.from_file(str(file))
        found.no_truncation()
        found.no_padding()
        return found
    except BaseException as error:
        if not failures.is_about_files(error):
            raise
        return None


@functools.cache
def _bundled() -> Any:
    from tokenizers import implementations

    folder = bundled.folder()
    made: Any = implementations.BertWordPieceTokenizer  # type: ignore[attr-defined]  # not in its stubs
    return made(str(folder / "vocab.txt"), lowercase=True) if folder else None
