"""What a user of the Hub does, each as one question that a process of its own can be asked.

    python -m tests.hub.client dataset      -> one line of JSON on standard output

The Hugging Face libraries take the hub's address from the environment while they are imported, so a test that
runs beside others cannot import them itself. Every import of them is therefore inside a function.

It does not know which hub it talks to. It guarantees that an error asked about is part of the answer, by its
type's name, and that any other ends the process with a traceback.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.hub.content import BERT, NO_TOKENIZER, PICKLE_ONLY, YELP

UNKNOWN = "acme/nothing-here"
Facts = dict[str, Any]


def dataset() -> Facts:
    """Load Yelp as the tutorial does, and its subset of 1,000 + 1,000."""
    from datasets import load_dataset

    yelp = load_dataset(YELP)
    small = {split: yelp[split].shuffle(seed=42).select(range(1000)) for split in ("train", "test")}
    return {
        "rows": {split: len(rows) for split, rows in yelp.items()},
        "names": yelp["train"].features["label"].names,
        "columns": {name: str(feature) for name, feature in yelp["test"].features.items()},
        "texts": {split: rows["text"][:] for split, rows in small.items()},
        "labels": {split: rows["label"][:] for split, rows in small.items()},
        "by_address": load_dataset(f"hf://datasets/{YELP}", split="test").num_rows,
        "slice": load_dataset(YELP, split="test[:3]")["text"][:],
    }


def stream() -> Facts:
    """Read both splits without downloading them."""
    from datasets import load_dataset

    rows = load_dataset(YELP, split="train", streaming=True)
    first = list(load_dataset(YELP, split="test", streaming=True).take(2))
    return {"names": rows.features["label"].names, "rows": sum(1 for _ in rows), "first": first}


def dataset_errors() -> Facts:
    """Load a dataset that is not there and one that is refused."""
    from datasets import load_dataset

    return {name: _error(partial(load_dataset, name)) for name in (UNKNOWN, "no-owner", YELP)}


def model() -> Facts:
    """Load tokenizer, configuration and classifier of BERT."""
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(BERT, trust_remote_code=False)
    classifier, loaded = AutoModelForSequenceClassification.from_pretrained(
        BERT, num_labels=5, use_safetensors=True, trust_remote_code=False, output_loading_info=True
    )
    batch = tokenizer(["Great food", "Never again!"], padding=True, return_tensors="pt")
    return {
        "architectures": AutoConfig.from_pretrained(BERT, trust_remote_code=False).architectures,
        "tokens": tokenizer("The Food was GREAT").tokens(),
        "special": tokenizer.all_special_tokens,
        "vocabulary": len(tokenizer),
        "max_length": tokenizer.model_max_length,
        "missing": sorted(loaded["missing_keys"]),
        "mismatched": sorted(loaded["mismatched_keys"]),
        "logits": classifier(**batch).logits.tolist(),
    }


def incomplete_models() -> Facts:
    """Load the models with something missing."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    def classifier(name: str) -> Any:
        return AutoModelForSequenceClassification.from_pretrained(name, use_safetensors=True, trust_remote_code=False)

    return {
        "tokens": sorted(AutoTokenizer.from_pretrained(NO_TOKENIZER, trust_remote_code=False).get_vocab()),
        "model_type": classifier(NO_TOKENIZER).config.model_type,
        "pickle": _error(lambda: classifier(PICKLE_ONLY)),
        "unknown": _error(lambda: classifier(UNKNOWN)),
    }


def facts() -> Facts:
    """Ask the hub about its repositories."""
    from huggingface_hub import HfApi, model_info

    hub = HfApi()
    sizes = hub.model_info(BERT, files_metadata=True).siblings or []
    card = hub.dataset_info(YELP).card_data
    return {
        "sha": model_info(BERT).sha,
        "sizes": {file.rfilename: file.size for file in sizes},
        "features": card["dataset_info"]["features"] if card else None,
        "files": hub.list_repo_files(YELP, repo_type="dataset"),
        "paths": [entry.path for entry in hub.get_paths_info(YELP, ["README.md", "no"], repo_type="dataset")],
        "exists": [hub.repo_exists(BERT), hub.repo_exists(UNKNOWN), hub.file_exists(BERT, "tf_model.h5")],
        "listed": [found.id for found in hub.list_models(search="acme")],
        "snapshot": _names_below(hub.snapshot_download(BERT)),
    }


def hub_errors() -> Facts:
    """Ask for what is not there, then for what is refused (Yelp, when the hub is told so)."""
    from huggingface_hub import HfApi, hf_hub_download

    hub = HfApi()
    return {
        "repository": _error(lambda: hub.model_info(UNKNOWN)),
        "file": _error(lambda: hf_hub_download(BERT, "no.json")),
        "revision": _error(lambda: hub.dataset_info(YELP, revision="v2")),
        "gated": _error(lambda: hf_hub_download(YELP, "README.md", repo_type="dataset")),
        "token": _error(lambda: hf_hub_download(YELP, "README.md", repo_type="dataset", token="hf_none")),
        "access": _error(lambda: hub.auth_check(YELP, repo_type="dataset")),
        "described_as": hub.dataset_info(YELP).gated,
    }


def download() -> Facts:
    """Fetch one file, or take it from the cache."""
    from huggingface_hub import hf_hub_download

    return {"model_type": json.loads(Path(hf_hub_download(BERT, "config.json")).read_text("utf-8"))["model_type"]}


def _error(attempt: Callable[[], object]) -> str:
    """The type's name of what an attempt raises, then the status of the answer behind it; "" if it works."""
    try:
        attempt()
    except Exception as error:  # noqa: BLE001 - which error it is, is what was asked
        response = getattr(error, "response", None)
        return type(error).__name__ + (f" {response.status_code}" if response is not None else "")
    return ""


def _names_below(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).rglob("*"))


QUESTIONS: dict[str, Callable[[], Facts]] = {
    question.__name__: question
    for question in (dataset, stream, dataset_errors, model, incomplete_models, facts, hub_errors, download)
}

if __name__ == "__main__":
    print(json.dumps(QUESTIONS[sys.argv[1]]()))
