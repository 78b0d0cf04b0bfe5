"""Which files of this computer a configuration names."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import RunConfig, paths


@pytest.mark.parametrize("source", ["sample:reviews", "hub:Yelp/yelp_review_full", "nonsense"])
def test_a_source_of_elsewhere_names_none(source: str) -> None:
    assert paths.named(RunConfig().replace({"data.source": source})) == []


@pytest.mark.parametrize("model", ["minilm", "google-bert/bert-base-cased", "google/bert_uncased_L-2_H-128_A-2"])
def test_a_model_of_a_hub_names_none(model: str) -> None:
    assert paths.named(RunConfig().replace({"model.name": model})) == []


@pytest.mark.parametrize(
    "model", ["/etc", "./x", "../x", "~/x", "~", ".", "..", "a/b/c", "a\\b", "a b", "C:/x", ".hidden/x"]
)
def test_all_else_is_a_folder_whether_it_is_there_or_not(model: str) -> None:
    assert paths.named(RunConfig().replace({"model.name": model})) == [Path(model)]


def test_a_folder_with_a_name_as_of_a_hub_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "google-bert" / "bert-base-cased").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    named = paths.named(RunConfig().replace({"model.name": "google-bert/bert-base-cased"}))
    assert named == [Path("google-bert/bert-base-cased")], "transformers would open it rather than ask the hub"


def test_a_table_is_a_file(tmp_path: Path) -> None:
    config = RunConfig().replace({"data.source": f"file:{tmp_path}/reviews.csv", "model.name": str(tmp_path)})
    assert paths.named(config) == [tmp_path / "reviews.csv", tmp_path]
