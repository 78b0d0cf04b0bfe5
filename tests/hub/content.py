"""What the loopback hub offers: a small Yelp Review Full, a tiny BERT, two models with something missing.

Each builder writes one repository below `root`, in the layout of the real one, with the bundled synthetic
reviews as text. Neither torch nor a library that reads the hub's address is imported.

It does not know how repositories are served.

It guarantees the same content each time, hence the same commit (but for the pickle, which names the place it
was written to), and random weights: no score of such a model means anything.
"""

from __future__ import annotations

import functools
import json
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.data import sample
from tests.hub import tiny_bert

YELP = "Yelp/yelp_review_full"
BERT = "google-bert/bert-base-cased"
NO_TOKENIZER = "acme/no-tokenizer"
PICKLE_ONLY = "acme/pickle-only"
# "2 star" is how the published dataset spells it.
YELP_LABELS = ("1 star", "2 star", "3 stars", "4 stars", "5 stars")
# Lies beside the repositories once somebody has unpickled the weights of PICKLE_ONLY.
PICKLE_MARKER = "a-pickle-was-opened"

_Reviews = tuple[list[str], list[int]]


def write_all(root: Path) -> None:
    """Write every repository."""
    write_yelp(root)
    write_bert(root)
    write_headless(root)
    write_pickle_only(root)


def write_yelp(root: Path, train_rows: int = 1500, test_rows: int = 1200) -> Path:
    """Write `Yelp/yelp_review_full`: parquet files with the columns `label` (0..4) and `text`, and a card.

    Returns:
        The repository's folder.

    Raises:
        ValueError: the sample has fewer reviews.
    """
    folder = root / "datasets" / YELP
    splits = {"train": yelp_rows("train", train_rows), "test": yelp_rows("test", test_rows)}
    for split, (texts, labels) in splits.items():
        file = folder / "yelp_review_full" / f"{split}-00000-of-00001.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table([pa.array(labels), pa.array(texts)], schema=_yelp_schema()), file)
    card = _yelp_card({split: texts for split, (texts, _) in splits.items()})
    (folder / "README.md").write_text(card, "utf-8")
    return folder


def yelp_rows(split: str, rows: int) -> _Reviews:
    """The texts and labels (0..4) of a split.

    The sample's test split is smaller than the tutorial wants, so it goes on with reviews from the end of the
    sample's training split, which a small training split does not reach.
    """
    texts, stars = _sample("train")
    if split == "test":
        test_texts, test_stars = _sample("test")
        texts, stars = test_texts + texts[::-1], test_stars + stars[::-1]
    if rows > len(texts):
        raise ValueError(f"{rows} {split} rows were asked for, the sample has {len(texts)}.")
    return texts[:rows], [star - 1 for star in stars[:rows]]


@functools.cache
def _sample(split: str) -> _Reviews:
    return sample.make(split)


def _yelp_schema() -> pa.Schema:
    features = {
        "label": {"names": list(YELP_LABELS), "_type": "ClassLabel"},
        "text": {"dtype": "string", "_type": "Value"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema([("label", pa.int64()), ("text", pa.string())], metadata=metadata)


def _yelp_card(splits: dict[str, list[str]]) -> str:
    """The card; a split without its size in bytes would make `datasets` ignore all that the card says."""
    names = "\n".join(f"          '{index}': {name}" for index, name in enumerate(YELP_LABELS))
    sizes = "\n".join(_split_size(split, texts) for split, texts in splits.items())
    files = "\n".join(f"  - split: {split}\n    path: yelp_review_full/{split}-*" for split in splits)
    return _YELP_CARD.format(names=names, splits=sizes, files=files)


def _split_size(split: str, texts: list[str]) -> str:
    # Each row is a text with a 4-byte offset, and an 8-byte label.
    size = sum(len(text.encode()) + 12 for text in texts)
    return f"  - name: {split}\n    num_bytes: {size}\n    num_examples: {len(texts)}"


_YELP_CARD = """---
language:
- en
license:
- other
size_categories:
- 1K<n<10K
task_categories:
- text-classification
task_ids:
- sentiment-classification
pretty_name: YelpReviewFull
license_details: yelp-licence
dataset_info:
  config_name: yelp_review_full
  features:
  - name: label
    dtype:
      class_label:
        names:
{names}
  - name: text
    dtype: string
  splits:
{splits}
configs:
- config_name: yelp_review_full
  data_files:
{files}
  default: true
---

# Synthetic reviews in the shape of Yelp Review Full

For tests. No review here was written by a customer.
"""


def write_bert(root: Path) -> Path:
    """Write `google-bert/bert-base-cased`: a masked language model of two thin layers, its vocabulary cased.

    Returns:
        The repository's folder.
    """
    folder = _model_folder(root, BERT)
    tiny_bert.write_tokenizer(folder, _sample("train")[0])
    tiny_bert.write_config(folder)
    tiny_bert.write_weights(folder)
    (folder / "README.md").write_text(_BERT_CARD, "utf-8")
    return folder


_BERT_CARD = """---
language: en
license: apache-2.0
---

# Random weights in the shape of BERT

For tests.
"""


def write_headless(root: Path) -> Path:
    """Write `acme/no-tokenizer`: configuration and weights, no tokenizer files.

    Returns:
        The repository's folder.
    """
    folder = _model_folder(root, NO_TOKENIZER)
    tiny_bert.write_config(folder)
    tiny_bert.write_weights(folder)
    return folder


def write_pickle_only(root: Path) -> Path:
    """Write `acme/pickle-only`: weights that are a pickle, with code in it that leaves `root/PICKLE_MARKER`.

    Returns:
        The repository's folder.
    """
    folder = _model_folder(root, PICKLE_ONLY)
    tiny_bert.write_tokenizer(folder, _sample("train")[0])
    tiny_bert.write_config(folder)
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Tripwire(root / PICKLE_MARKER)))
    return folder


class _Tripwire:
    """Unpickled, it is not this class but the call of `marker.touch()`."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def _model_folder(root: Path, repo_id: str) -> Path:
    folder = root / "models" / repo_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder
