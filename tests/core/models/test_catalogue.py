"""The catalogue of models."""

from __future__ import annotations

from core.models.catalogue import CATALOGUE


def test_the_catalogue_names_each_model_once() -> None:
    names = [model.name for model in CATALOGUE]
    assert names[0] == "minilm"
    assert len(names) == len(set(names))
    assert "google-bert/bert-base-cased" in names


def test_a_table_in_any_language_finds_a_model() -> None:
    found = {model.name: model for model in CATALOGUE}
    assert found["multilingual"].languages == "100"
    assert found["multilingual"].licence == "MIT"
    assert any("ja" in model.languages for model in CATALOGUE)
