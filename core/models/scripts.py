"""A vocabulary of a hundred languages without the pieces of scripts that a run's reviews do not have.

Of the 250,037 word vectors of a multilingual model a table in one language uses a few per cent, yet every checkpoint
and every saved model would hold them all: 384 MB. Here the pieces go that no text in the scripts of the reviews can
contain. Kept are all pieces of these scripts, those without letters, single characters, the commonest of any script,
and whatever occurs in the reviews.
The likeliest way to cut a text stays the likeliest when others go that the text does not allow: so the reviews, and any
text in their scripts, are cut exactly as before. Other scripts are still read, in smaller pieces.

Knows tokenizers of the Unigram kind and classifiers of transformers; knows no Trainer and no files but checkpoints.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from safetensors import safe_open

from core.errors import DataError
from core.messages import Message
from core.models.folder import WEIGHTS
from core.models.tokens import Encoded, encode_texts

# With fewer pieces there is little to win.
LARGE = 150_000
# A script with a smaller share of the letters, such as names in Latin letters among Chinese, keeps what occurs of it.
LEAST_SHARE = 0.05
# The commonest pieces of all languages, which any text may quote.
COMMONEST = 20_000
# More than that is left and nothing is changed.
MOST_KEPT = 0.9
# So many reviews are cut both ways, to see that they come out alike.
COMPARED = 200
_SPACE = "▁"
# Written together, so they go together; marks and modifiers belong to no script.
_ONE = dict.fromkeys(("HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "BOPOMOFO"), "CJK")
_NONE = {"COMBINING", "MODIFIER", "VARIATION", "ZERO"}


@dataclass(frozen=True)
class Smaller:
    """A tokenizer with `kept` of `all` pieces, and the new number (V,) of each old one, -1 for those that went."""

    tokenizer: Any
    numbers: np.ndarray
    kept: int
    all: int

    def renumbered(self, part: Encoded) -> Encoded:
        """The same reviews in the new numbers."""
        from datasets import Dataset, DatasetInfo
        from datasets.fingerprint import generate_random_fingerprint

        table = part.dataset.with_format("arrow")[:]
        place = table.schema.get_field_index("input_ids")
        rows = table.column(place).combine_chunks()
        ids = pa.array(self.numbers[rows.values.to_numpy()].astype(np.int32))
        table = table.set_column(
            place, table.schema.field(place), pa.ListArray.from_arrays(rows.offsets, ids, type=rows.type)
        )
        info = DatasetInfo(features=part.dataset.features)
        return Encoded(Dataset(table, info=info, fingerprint=generate_random_fingerprint()), part.lengths, part.cut)

    def said(self) -> Message:
        """What happened, for the run's notes."""
        return Message(
            "Of the model's {all:,} word pieces the {kept:,} are kept that reviews in these scripts can need; "
            "other scripts are read in smaller pieces.",
            all=self.all,
            kept=self.kept,
        )


def fit(
    tokenizer: Any,
    model: Any,
    columns: Sequence[pa.ChunkedArray],
    texts: Sequence[str],
    checkpoint: Path | None,
    *,
    max_length: int,
) -> Smaller | None:
    """Take from a model the word vectors that reviews in these scripts cannot need; None where nothing is to be won.

    Args:
        model: a classifier as it was loaded; its word vectors are replaced.
        columns: all token lists of the run.
        texts: the first reviews of the first column, which must be cut as before.
        checkpoint: what training goes on from; one with the whole table goes on with it.
        max_length: tokens after which the reviews were cut.

    Raises:
        DataError: the checkpoint was trained on other reviews.
    """
    described = _described(tokenizer)
    if described is None:
        return None
    vocabulary = described["model"]["vocab"]
    counts = np.zeros(len(vocabulary), dtype=np.int64)
    for column in columns:
        for chunk in column.chunks:
            counts += np.bincount(chunk.flatten().to_numpy(), minlength=len(vocabulary))
    special = [each["id"] for each in described["added_tokens"]]
    likely = np.argsort([-score for _piece, score in vocabulary], kind="stable")
    counts[special] = 0
    needed = _needed([piece for piece, _score in vocabulary], counts)
    # What is unknown costs ten more than the unlikeliest piece.
    needed[[*special, *likely[:COMMONEST], likely[-1]]] = True
    keep = np.flatnonzero(needed)
    if len(keep) > MOST_KEPT * len(vocabulary) or not _goes_on(model, len(keep), checkpoint):
        return None
    numbers = np.full(len(vocabulary), -1)
    numbers[keep] = np.arange(len(keep))
    fresh = _tokenizer(tokenizer, described, keep, numbers)
    again = encode_texts(texts, fresh, max_length=max_length)["input_ids"]
    if any(numbers[row].tolist() != new for row, new in zip(columns[0][: len(texts)].to_pylist(), again, strict=True)):
        return None
    _shrink(model, keep, numbers)
    return Smaller(fresh, numbers, len(keep), len(vocabulary))


@functools.cache
def script(character: str) -> str:
    """The script of a letter or mark, by the first word of its name; an empty text for what belongs to none."""
    if unicodedata.category(character)[0] not in "LM":
        return ""
    name = unicodedata.name(character, "").partition(" ")[0].partition("-")[0]
    return "" if name in _NONE else _ONE.get(name, name)


def _described(tokenizer: Any) -> dict[str, Any] | None:
    """A tokenizer in the words of tokenizers, None for one of another kind or with few pieces."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or backend.get_vocab_size() < LARGE or type(backend.model).__name__ != "Unigram":
        return None
    found: dict[str, Any] = json.loads(backend.to_str())
    after, pieces = found["post_processor"] or {}, len(found["model"]["vocab"])
    plain = after.get("type") == "TemplateProcessing" and not found["model"].get("byte_fallback")
    inside = all(each["id"] < pieces for each in found["added_tokens"])
    return found if plain and inside else None


def _needed(pieces: list[str], counts: np.ndarray) -> np.ndarray:
    """Which pieces (V,) a text in the scripts of the reviews can need."""
    of = [[script(each) for each in piece if each != _SPACE] for piece in pieces]
    letters: dict[str, int] = {}
    for number in np.flatnonzero(counts).tolist():
        for each in filter(None, of[number]):
            letters[each] = letters.get(each, 0) + int(counts[number])
    least = LEAST_SHARE * sum(letters.values())
    usual = {"", *(name for name, count in letters.items() if count >= least)}
    needed = np.fromiter((len(each) < 2 or usual.issuperset(each) for each in of), bool, len(of))
    needed[counts > 0] = True
    return needed


def _goes_on(model: Any, kept: int, checkpoint: Path | None) -> bool:
    """Whether a checkpoint, if there is one, was written with so many word vectors, and not with the whole table.

    Raises:
        DataError: it was written with another number of them.
    """
    if checkpoint is None or not (checkpoint / WEIGHTS).is_file():
        return True
    vectors = model.get_input_embeddings().weight
    name = next(name for name, each in model.named_parameters() if each is vectors)
    with safe_open(checkpoint / WEIGHTS, framework="numpy") as weights:
        rows = weights.get_slice(name).get_shape()[0]
    if rows not in {kept, len(vectors)}:
        raise DataError(
            Message(
                "The reviews need {kept:,} word pieces, and the checkpoint was written with {rows:,}.",
                kept=kept,
                rows=rows,
            ),
            Message("The data changed since the run began: train a new run on it."),
        )
    return bool(rows == kept)


def _tokenizer(tokenizer: Any, described: dict[str, Any], keep: np.ndarray, numbers: np.ndarray) -> Any:
    """The tokenizer with the kept pieces alone."""
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    words = described["model"]
    words["vocab"] = [words["vocab"][number] for number in keep]
    words["unk_id"] = int(numbers[words["unk_id"]])
    for each in described["added_tokens"]:
        each["id"] = int(numbers[each["id"]])
    for each in described["post_processor"]["special_tokens"].values():
        each["ids"] = numbers[each["ids"]].tolist()
    # What an earlier call asked for is no part of it.
    described["truncation"] = described["padding"] = None
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(described)),
        model_max_length=tokenizer.model_max_length,
        model_input_names=tokenizer.model_input_names,
        padding_side=tokenizer.padding_side,
        truncation_side=tokenizer.truncation_side,
        **tokenizer.special_tokens_map,
    )


def _shrink(model: Any, keep: np.ndarray, numbers: np.ndarray) -> None:
    """Replace the word vectors of a model by the kept ones, and the numbers in its configuration by the new."""
    import torch
    from torch import nn

    whole = model.get_input_embeddings()
    padding = whole.padding_idx
    kept = nn.Embedding(
        len(keep),
        whole.embedding_dim,
        padding_idx=None if padding is None else int(numbers[padding]),
        _weight=whole.weight.detach()[torch.from_numpy(keep)].clone(),
    )
    kept.weight.requires_grad_(whole.weight.requires_grad)
    model.set_input_embeddings(kept)
    model.config.vocab_size = len(keep)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id"):
        number = getattr(model.config, name, None)
        if isinstance(number, int) and 0 <= number < len(numbers):
            setattr(model.config, name, int(numbers[number]))
    for adapter in getattr(model, "peft_config", {}).values():
        # By these peft would find the table resized, and put it into every checkpoint of an adapter.
        adapter.base_model_name_or_path = None
        model.get_base_model().name_or_path = ""
