"""The catalogue of models."""

from __future__ import annotations

from core.models.catalogue import CATALOGUE


def test_the_catalogue_names_each_model_once() -> None:
    names = [model.name for model in CATALOGUE]
    assert names[0] == "minilm"
    assert len(names) == len(set(names))
    assert "google-bert/bert-base-cased" in names
