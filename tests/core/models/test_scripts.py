"""A large vocabulary without the scripts that a run's reviews do not have: cut as before, trained, gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from core.config import RunConfig, parse
from core.errors import DataError
from core.home.places import Home
from core.models import e5, loading, scripts
from core.prediction.predictor import Predictor
from core.runs import checkpoints
from core.runs.run import Status
from core.training.sink import Halt
from core.training.train import Outcome, train

CHINESE = [
    "菜量一般 价格偏贵 味道更一般 不会再去",
    "人多，不好排啊！不过味道环境都不错",
    "上菜超级慢！太差了，wifi 也不行",
    "味道可以，下次再去。",
]
ENGLISH = "the food was wonderful and the staff were kind but we waited long"
RUSSIAN = "ресторан отличный обязательно вернусь"


@pytest.fixture(scope="module")
def multi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with random weights and a tokenizer of three scripts."""
    folder = tmp_path_factory.mktemp("multi") / "model"
    letters = sorted({each for text in [*CHINESE, ENGLISH, RUSSIAN] for each in text} - set(" "))
    pairs = [a + b for text in CHINESE for a, b in pairwise(text) if " " not in a + b]
    words = [f"▁{word}" for word in f"{ENGLISH} {RUSSIAN} wifi".split()]
    pieces = list(dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", "▁", *letters, *pairs, *words, "<mask>"]))
    packed = SimpleNamespace(
        pieces=pieces,
        scores=np.array([0.0] * 4 + [-1.0 - number / 100 for number in range(len(pieces) - 5)] + [0.0]),
        replacements={"，": ",", "！": "!"},
        sizes=SimpleNamespace(bos=0, pad=1, eos=2, unknown=3),
    )
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(e5._tokenizer(packed)), encoding="utf-8")  # type: ignore[arg-type]
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), model_max_length=64, **special
    ).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    BertForSequenceClassification(
        BertConfig(vocab_size=len(pieces) + 5, max_position_embeddings=64, pad_token_id=1, **size)
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts as large here."""
    monkeypatch.setattr(scripts, "LARGE", 50)
    monkeypatch.setattr(scripts, "COMMONEST", 5)
    monkeypatch.setattr(scripts, "LEAST_SHARE", 0.2)
    monkeypatch.setattr(scripts, "MOST_KEPT", 0.99)


def column(tokenizer: Any, texts: list[str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(tokenizer(texts)["input_ids"], pa.list_(pa.int32()))])


@pytest.mark.usefixtures("small")
def test_texts_in_the_scripts_of_the_reviews_are_cut_as_before_and_others_in_smaller_pieces(multi: Path) -> None:
    tokenizer = loading.load_tokenizer(str(multi))
    model = BertForSequenceClassification.from_pretrained(multi)
    before = model.get_input_embeddings().weight.detach().clone()
    found = scripts.fit(tokenizer, model, [column(tokenizer, CHINESE[:3])], CHINESE[:3], None, max_length=512)
    assert found is not None
    assert found.kept < found.all == tokenizer.backend_tokenizer.get_vocab_size()
    for text in [*CHINESE, "不好 wifi 一般！", "12 ， 3"]:
        old, new = (each(text)["input_ids"] for each in (tokenizer, found.tokenizer))
        assert found.numbers[old].tolist() == new, text
        assert found.tokenizer.convert_ids_to_tokens(new) == tokenizer.convert_ids_to_tokens(old)
        assert torch.equal(model.get_input_embeddings().weight[new], before[old])
    for text in ("отличный", "wonderful"):
        cut = found.tokenizer.tokenize(text)
        assert "".join(cut) == f"▁{text}"
        assert len(cut) > len(tokenizer.tokenize(text)) == 1
    assert model.config.vocab_size == found.kept == len(model.get_input_embeddings().weight)
    assert model.config.pad_token_id == found.tokenizer.pad_token_id == 1


def test_only_a_large_vocabulary_is_touched(multi: Path) -> None:
    tokenizer, model = loading.load_tokenizer("minilm"), BertForSequenceClassification.from_pretrained(multi)
    assert scripts.fit(tokenizer, model, [column(tokenizer, CHINESE)], CHINESE, None, max_length=512) is None
    own = loading.load_tokenizer(str(multi))
    assert scripts.fit(own, model, [column(own, CHINESE)], CHINESE, None, max_length=512) is None


@pytest.mark.usefixtures("small")
def test_signs_that_go_together_are_one_script() -> None:
    assert {scripts.script(each) for each in "料理はパン"} == {"CJK"}
    assert [scripts.script(each) for each in "aЖ한1!\u0301"] == ["LATIN", "CYRILLIC", "HANGUL", "", "", ""]


class Recorder:
    """A Sink that stops after a step, if it is told to."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.losses: list[float] = []
        self.said: list[str] = []
        self._stop_after = stop_after

    def phase(self, status: Status) -> None:
        pass

    def emit(self, kind: str, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        if kind == "train":
            self.losses.append(values["loss"])
        if kind == "message":
            self.said.append(str(values))

    def update(self, **values: Any) -> None:
        pass

    def halt(self) -> Halt | None:
        return Halt.STOP if self._stop_after is not None and len(self.losses) >= self._stop_after else None


def config(multi: Path, tmp_path: Path, **changes: Any) -> RunConfig:
    rows = [f"{text}{number}\t{number % 2}" for number in range(12) for text in CHINESE]
    (tmp_path / "comments.tsv").write_text("\n".join(["text\tmood", *rows]), encoding="utf-8")
    base = parse(
        {
            "data": {
                "source": f"file:{tmp_path / 'comments.tsv'}",
                "train_size": 32,
                "eval_size": 16,
                "max_length": 48,
            },
            "model": {"name": str(multi)},
            "training": {"num_train_epochs": 2.0, "precision": "fp32", "learning_rate": 1e-3, "weight_decay": 0.0},
        }
    )
    return base.replace(changes)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = load_file(folder / "model" / "model.safetensors")
    return found


@pytest.mark.usefixtures("small", "home")
@pytest.mark.parametrize("way", [{}, {"model.lora_rank": 4}, {"model.freeze_encoder": True}], ids=str)
def test_a_run_is_the_same_with_the_smaller_table_and_goes_on(
    multi: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: dict[str, Any]
) -> None:
    settings, home = config(multi, tmp_path, **way), Home.present()
    whole, first, second, full = Recorder(), Recorder(stop_after=3), Recorder(), Recorder()
    assert train(settings, tmp_path / "whole", whole, home=home) == Outcome(None, 8)
    assert any("word pieces" in each for each in whole.said)
    assert train(settings, tmp_path / "parts", first, home=home).halted is Halt.STOP
    checkpoint = checkpoints.last(tmp_path / "parts")
    assert train(settings, tmp_path / "parts", second, home=home, checkpoint=checkpoint) == Outcome(None, 8)
    assert [*first.losses, *second.losses] == whole.losses
    one, two = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(each, two[name]) for name, each in one.items())
    monkeypatch.setattr(scripts, "LARGE", 10**6)
    assert train(settings, tmp_path / "full", full, home=home) == Outcome(None, 8)
    assert full.losses == whole.losses
    name = "bert.embeddings.word_embeddings.weight"
    assert len(one[name]) < len(weights(tmp_path / "full")[name])
    assert len(AutoTokenizer.from_pretrained(tmp_path / "whole" / "model", local_files_only=True)) == len(one[name])
    small, large = (Predictor(tmp_path / each / "model", max_length=48) for each in ("whole", "full"))
    texts = [*CHINESE, "wifi 不行"]
    for ours, theirs in zip(small(texts), large(texts), strict=True):
        assert ours.scores == pytest.approx(theirs.scores, abs=1e-6)
        assert ours.tokens == theirs.tokens


@pytest.mark.usefixtures("home")
def test_a_run_that_began_with_the_whole_table_goes_on_with_it(
    multi: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, home = config(multi, tmp_path), Home.present()
    assert train(settings, tmp_path / "run", Recorder(stop_after=3), home=home).halted is Halt.STOP
    checkpoint = checkpoints.last(tmp_path / "run")
    assert checkpoint is not None
    monkeypatch.setattr(scripts, "LARGE", 50)
    second = Recorder()
    assert train(settings, tmp_path / "run", second, home=home, checkpoint=checkpoint) == Outcome(None, 8)
    assert not any("word pieces" in each for each in second.said)
    vectors, name = torch.zeros(3, 32), "bert.embeddings.word_embeddings.weight"
    model = SimpleNamespace(
        get_input_embeddings=lambda: SimpleNamespace(weight=vectors), named_parameters=lambda: [(name, vectors)]
    )
    with pytest.raises(DataError, match="The reviews need 2 word pieces, and the checkpoint was written with"):
        scripts._goes_on(model, 2, checkpoint)
