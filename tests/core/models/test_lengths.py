"""Quick token counts equal the real tokenizer's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.models import lengths, loading

TEXTS = ["ok", "Not bad at all!", "糯米排骨 was GREAT 🍜", "word " * 400, ""]


def test_counts_equal_those_of_the_models_own_tokenizer() -> None:
    tokenizer = loading.load_tokenizer("minilm")
    expected = [len(ids) for ids in tokenizer(TEXTS)["input_ids"]]
    assert lengths.token_lengths(TEXTS).tolist() == expected


def test_many_texts_are_sampled_from_first_to_last() -> None:
    counts = lengths.token_lengths(["one"] * 2500 + ["one two"] * 2500)
    assert len(counts) == lengths.COUNTED
    assert counts[0] == 3
    assert counts[-1] == 4
    assert counts.mean() == pytest.approx(3.5, abs=0.01)


def test_the_share_that_is_cut() -> None:
    assert lengths.share_cut(np.array([3, 5, 9, 10]), 9) == 0.25
    assert lengths.share_cut(np.array([]), 9) == 0.0
    assert lengths.token_lengths([]).tolist() == []


def test_tokens_are_counted_as_the_chosen_model_does_where_its_tokenizer_is_here(
    tiny_model: Path, tmp_path: Path, multilingual_here: Path
) -> None:
    from core.models import loading

    assert multilingual_here.is_dir()
    assert lengths.counter("multilingual") == "multilingual"
    texts = ["三杯鸡一碟子就八小块，居然卖38块钱！！！", "The food was wonderful."]
    expected = [len(ids) for ids in loading.load_tokenizer("multilingual")(texts)["input_ids"]]
    assert lengths.token_lengths(texts, "multilingual").tolist() == expected
    assert lengths.token_lengths(texts).tolist() != expected
    assert lengths.counter(str(tiny_model)) == str(tiny_model)
    long = ["one two three"] * 3 + ["one " * 3000]
    assert lengths.token_lengths(long, str(tiny_model)).tolist() == [5, 5, 5, 3002], "whatever the model reads at most"
    assert lengths.counter("nobody/nothing") == lengths.counter("minilm") == lengths.counter("~nobody/x") == "minilm"
    (tmp_path / "tokenizer.json").write_text("{}")
    assert lengths.token_lengths(texts, str(tmp_path)).tolist() == lengths.token_lengths(texts).tolist()
