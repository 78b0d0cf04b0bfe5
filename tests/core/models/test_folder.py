"""Folders of models that a stranger wrote: nothing outside is read, nothing runs, nothing is random without a word."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core import tasks
from core.config import ModelConfig
from core.errors import ModelError
from core.messages import Message
from core.models import bounds, bundled, folder, loading

FIVE = tasks.of_model(tuple(f"{n} stars" for n in range(1, 6)), (1.0, 2.0, 3.0, 4.0, 5.0))
Spoil = Callable[[Path], object]


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_model, tmp_path / "in" / "model")
    return tmp_path / "in" / "model"


def settings(**changes: Any) -> Spoil:
    def spoil(model: Path) -> None:
        known = json.loads((model / "config.json").read_text())
        (model / "config.json").write_text(json.dumps(known | changes))

    return spoil


def index(*names: str, inside: bool = False) -> Spoil:
    """An index of weights in place of the weights."""

    def spoil(model: Path) -> None:
        weights = model / "model.safetensors"
        held = list(load_file(weights))
        weights.rename(model / names[0] if inside else model.parent / "out.safetensors")
        shared = {each: names[number % len(names)] for number, each in enumerate(held)}
        (model / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": shared}))

    return spoil


def bin_in_an_index(model: Path) -> None:
    torch.save(load_file(model / "model.safetensors"), model / "pytorch_model.bin")
    index("pytorch_model.bin")(model)


def weights(change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]]) -> Spoil:
    return lambda model: save_file(
        change(load_file(model / "model.safetensors")), model / "model.safetensors", metadata={"format": "pt"}
    )


def header(change: Callable[[dict[str, Any]], object], length: int | None = None) -> Spoil:
    """Weights whose header says something else."""

    def spoil(model: Path) -> None:
        raw = (model / "model.safetensors").read_bytes()
        end = 8 + int.from_bytes(raw[:8], "little")
        known = json.loads(raw[8:end])
        change(known)
        written = json.dumps(known).encode()
        (model / "model.safetensors").write_bytes((length or len(written)).to_bytes(8, "little") + written + raw[end:])

    return spoil


def text(name: str, content: str) -> Spoil:
    return lambda model: (model / name).write_text(content)


def link(name: str) -> Spoil:
    def spoil(model: Path) -> None:
        (model / name).rename(model.parent / name)
        (model / name).symlink_to(model.parent / name)

    return spoil


def pipe(model: Path) -> None:
    (model / "tokenizer.json").unlink()
    os.mkfifo(model / "tokenizer.json")


def link_to_itself(model: Path) -> None:
    (model / "tokenizer.json").unlink()
    (model / "tokenizer.json").symlink_to("tokenizer.json")


def first(header: dict[str, Any]) -> dict[str, Any]:
    return next(value for key, value in header.items() if key != "__metadata__")


OF_WEIGHTS: dict[str, tuple[Spoil, str]] = {
    "an index of a pickle": (bin_in_an_index, "pytorch_model.bin, which is no safetensors file of it"),
    "an index that leads out": (index("../out.safetensors"), "names ../out.safetensors"),
    "an index of an absolute path": (index("/tmp/out.safetensors"), "names /tmp/out.safetensors"),
    "an index of nothing": (index("gone.safetensors"), "gone.safetensors is damaged or no"),
    "an index of a list": (text("model.safetensors.index.json", "[]"), "does not hold settings"),
    "no tensor": (weights(lambda _: {}), "its weights hold nothing"),
    "a tensor less": (
        weights(lambda held: {key: held[key] for key in held if "layer.1.output" not in key}),
        "lack 4 parts, such as bert.encoder.layer.1.output",
    ),
    "another model": (weights(lambda _: {"x": torch.ones(3)}), "its weights lack (37|41) parts"),
    "another shape": (settings(intermediate_size=65), "have other shapes than config.json says: bert.encoder"),
    "one layer more": (settings(num_hidden_layers=3), "its weights lack 16 parts, such as bert.encoder.layer.2"),
    "cut": (lambda model: os.truncate(model / "model.safetensors", 5000), "damaged or no safetensors"),
    "emptied": (text("model.safetensors", ""), "damaged or no safetensors"),
    "a header beyond the file": (header(lambda _: 0, length=10_000_000), "damaged or no safetensors"),
    "a header without end": (header(lambda _: 0, length=1 << 62), "absurd length"),
    "offsets beyond the file": (header(lambda held: first(held).update(data_offsets=[0, 1 << 60])), "damaged or no"),
    "a shape that does not fit": (header(lambda held: first(held).update(shape=[1 << 40, 2])), "damaged or no"),
    "a type that is none": (header(lambda held: first(held).update(dtype="PICKLE")), "damaged or no"),
    "an endless vocabulary": (settings(vocab_size=10**12), "vocab_size in config.json is 1e\\+12"),
    "a large vocabulary": (
        settings(vocab_size=2**25),
        "asks for more than 51,998,276 parameters, and its weights hold 999,138",
    ),
    "many large layers": (
        settings(hidden_size=2**16, intermediate_size=2**25),
        "asks for more than 51,998,276 parameters, and its weights hold 999,138",
    ),
    "many parts": (settings(num_hidden_layers=1000, vocab_size=2**25), "asks for more than"),
    "endless layers": (settings(num_hidden_layers=10**9), "num_hidden_layers in config.json is 1e\\+09"),
    "endless classes": (settings(num_labels=10**9), "num_labels in config.json is 1e\\+09"),
    "a number of 5,000 digits": (text("config.json", '{"vocab_size": ' + "9" * 5000 + "}"), "not readable as JSON"),
    "nested settings": (text("config.json", '{"a": ' * 100_000), "not readable as JSON"),
    "settings nested a little less": (text("config.json", '{"a":' * 99 + "1" + "}" * 99), "more than 50 deep"),
    "no settings": (text("config.json", "[]"), "does not hold settings"),
    "text for a number": (settings(hidden_size="wide"), "cannot be loaded"),
    "an unknown function": (settings(hidden_act="__import__"), "cannot be loaded"),
    "another kind of model": (settings(model_type="../bert"), "cannot be loaded"),
    "attention of the hub": (settings(attn_implementation="evil/kernel"), "code that is never run"),
    "weights elsewhere": (settings(transformers_weights="sub/x.safetensors"), "keeps its weights in sub/x"),
    "quantized weights": (settings(quantization_config={"quant_method": "fp8"}), "quantized"),
    "an adapter": (text("adapter_config.json", '{"base_model_name_or_path": "/etc"}'), "an adapter of another model"),
    "linked weights": (link("model.safetensors"), "model.safetensors is a link to a file elsewhere"),
    "linked settings": (link("config.json"), "config.json is a link to a file elsewhere"),
}
OF_WORDS: dict[str, tuple[Spoil, str]] = {
    "a pipe": (pipe, "tokenizer.json is missing or no ordinary file"),
    "a folder": (lambda model: (model / "vocab.txt").mkdir(), "vocab.txt is missing or no ordinary file"),
    "a dangling link": (lambda model: (model / "vocab.txt").symlink_to("gone"), "no ordinary file"),
    "a linked vocabulary": (link("tokenizer.json"), "tokenizer.json is a link to a file elsewhere"),
    "nested words": (text("tokenizer.json", '{"model":' + "[" * 100_000), "not readable as JSON|cannot be loaded"),
    "nested settings of words": (text("tokenizer_config.json", "[" * 100_000), "not readable as JSON"),
    "settings of words that are none": (text("tokenizer_config.json", "[1]"), "does not hold settings"),
    "odd settings of words": (text("tokenizer_config.json", '{"added_tokens_decoder": 3}'), "cannot be loaded"),
    "words that are none": (text("tokenizer.json", "{}"), "cannot be loaded|without a tokenizer"),
    "words with a name that would be printed": (
        text("special_tokens_map.json", '{"unk_token": {"content": "[UNK]", "\\u001b[2J": 1}}'),
        "says .* of a word, which is unknown|cannot be loaded",
    ),
    "nested special words": (
        text("tokenizer.json", '{"added_tokens": ' + "[" * 900 + "]" * 900 + "}"),
        "tokenizer.json is nested more than 50 deep",
    ),
    "words of another folder": (
        text("tokenizer_config.json", '{"fast_tokenizer_files": ["tokenizer./../../x.json"]}'),
        "tokenizer_config.json names files elsewhere",
    ),
    "a link to itself": (link_to_itself, "no ordinary file"),
    "odd special words": (text("special_tokens_map.json", "[" * 2000), "not readable as JSON"),
}


@pytest.mark.parametrize("kind", OF_WEIGHTS)
def test_odd_weights_and_settings_are_refused_in_a_line(model: Path, kind: str) -> None:
    spoil, words = OF_WEIGHTS[kind]
    spoil(model)
    for load in (
        lambda: loading.load_classifier(ModelConfig(name=str(model)), FIVE, seed=0),
        lambda: loading.saved(model),
    ):
        with pytest.raises(ModelError, match=words) as caught:
            load()
        assert len(str(caught.value)) < 500
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", OF_WORDS)
def test_an_odd_tokenizer_is_refused_in_a_line(model: Path, kind: str) -> None:
    spoil, words = OF_WORDS[kind]
    spoil(model)
    for load in (lambda: loading.load_tokenizer(str(model)), lambda: loading.saved(model)):
        with pytest.raises(ModelError, match=words) as caught:
            load()
        assert len(str(caught.value)) < 500
        assert "\n" not in str(caught.value)


def test_a_saved_model_has_its_head_and_a_new_one_gets_it(model: Path) -> None:
    weights(lambda held: {key: held[key] for key in held if not key.startswith("classifier")})(model)
    assert loading.load_classifier(ModelConfig(name=str(model)), FIVE, seed=0).config.num_labels == 5
    with pytest.raises(ModelError, match=r"its weights lack 2 parts, such as classifier.bias, classifier.weight"):
        loading.saved(model)


def test_no_template_of_a_chat_is_written_elsewhere(model: Path, tmp_path: Path) -> None:
    known = json.loads((model / "tokenizer_config.json").read_text())
    named = [{"name": "default", "template": "a"}, {"name": "../../../evil", "template": "b"}]
    (model / "tokenizer_config.json").write_text(json.dumps(known | {"chat_template": named}))
    loading.load_tokenizer(str(model)).save_pretrained(tmp_path / "a" / "b" / "saved")
    assert not list(tmp_path.rglob("evil.jinja"))


def test_a_model_that_would_give_more_than_scores_gives_scores_alone(model: Path) -> None:
    settings(output_hidden_states=True, output_attentions=True)(model)
    loaded: Any = loading.load_classifier(ModelConfig(name=str(model)), FIVE, seed=0)
    assert set(loaded(torch.tensor([[1, 2]])).keys()) == {"logits"}


def test_weights_in_several_files_are_loaded(model: Path) -> None:
    held = load_file(model / "model.safetensors")
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    index(*names, inside=True)(model)
    for number, name in enumerate(names):
        part = {key: held[key] for key in list(held)[number::2]}
        save_file(part, model / name, metadata={"format": "pt"})
    loading.saved(model)
    assert folder.parameters(model) == sum(each.numel() for each in held.values())


def test_a_snapshot_of_the_hub_s_cache_is_a_model_although_it_is_links(model: Path, tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    snapshot = cache / "models--a--b" / "snapshots" / "0123"
    blobs, shared = cache / "models--a--b" / "blobs", cache / "blobs" / "ab"
    for place in (snapshot, blobs, shared):
        place.mkdir(parents=True)
    for file in model.iterdir():
        target = blobs / f"{file.name}-hash"
        if file.name == "model.safetensors":
            # The cache keeps large files once for all repositories.
            file.rename(shared / "hash")
            target.symlink_to("../../blobs/ab/hash")
        else:
            file.rename(target)
        (snapshot / file.name).symlink_to(f"../../blobs/{target.name}")
    loading.saved(snapshot)
    moved = tmp_path / "moved"
    shutil.copytree(snapshot, moved, symlinks=True)
    with pytest.raises(ModelError, match=r"no ordinary file|a link to a file elsewhere"):
        loading.saved(moved)


def test_a_tokenizer_that_knows_more_words_than_the_weights_is_refused(model: Path) -> None:
    weights(lambda held: held | {"bert.embeddings.word_embeddings.weight": torch.zeros(100, 32)})(model)
    settings(vocab_size=100)(model)
    with pytest.raises(ModelError, match=r"its tokenizer makes the token .*, and its weights know 100"):
        loading.saved(model)


def test_weights_that_are_no_numbers_are_refused(model: Path) -> None:
    weights(lambda held: held | {"classifier.bias": torch.full((2,), np.nan)})(model)
    with pytest.raises(ModelError, match="its scores are no numbers"):
        loading.saved(model)


@pytest.mark.parametrize("longest", ["-5", '"x"', "0", "1", "NaN", "[]"])
def test_an_odd_longest_input_is_refused(model: Path, longest: str) -> None:
    known = json.loads((model / "tokenizer_config.json").read_text())
    (model / "tokenizer_config.json").write_text(
        json.dumps(known | {"model_max_length": "here"}).replace('"here"', longest)
    )
    with pytest.raises(ModelError, match=r"tokens at most|not readable|cannot be loaded"):
        loading.saved(model)


def test_what_others_build_is_not_counted() -> None:
    import threading

    with bounds.bounded("m", weights=0):
        one = threading.Thread(target=lambda: torch.nn.Linear(10**4, 10**4, device="meta"))
        one.start()
        one.join()
        with pytest.raises(
            ModelError, match=r"The model m is not opened: its config.json asks for more than 50,000,000"
        ):
            torch.nn.Linear(10**4, 10**4, device="meta")
    torch.nn.Linear(10**4, 10**4, device="meta")


def test_the_bundled_model_passes() -> None:
    place = bundled.folder()
    assert place is not None
    folder.check(place)
    assert (folder.parameters(place) or 0) > 22_000_000


def test_a_long_name_is_shortened() -> None:
    said = str(folder.refused("x" * 5000, Message("why")))
    assert len(said) < 250
    assert "…" in said


def test_a_name_moves_no_cursor() -> None:
    assert folder.shown("a\x1b[2J\nb\udcff") == "a�[2J b�"
