"""Model folders spoiled at random: each is loaded, or refused in a line; no code runs, nothing outside is read."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from core import tasks
from core.config import ModelConfig
from core.errors import StarboardError
from core.models import loading, trial
from core.models.tokens import encode_texts
from core.prediction.predictor import Predictor

FIVE = tasks.of_model(tuple(f"{n} stars" for n in range(1, 6)), (1.0, 2.0, 3.0, 4.0, 5.0))
TEXTS = ["Good.", "好吃 🍜 " * 40, "The soup was cold."]
# A load takes a tenth of a second; what has not ended after this hangs.
MOST_SECONDS = 60
MORE_BYTES = 6 << 30
CANARY = "canary.safetensors"

Spoil = Callable[[Path], object]

numbers = st.one_of(
    st.integers(-3, 300),
    st.sampled_from([2**15, 2**24, 2**31, 2**53, 2**63, 10**12, 10**30, -1, -(10**12)]),
    st.floats(),
)
words = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["/etc/passwd", "../" + CANARY, "model.safetensors", "bert", "gpt2", "[UNK]", "gelu", "x" * 5000]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        *("num_hidden_layers", "num_attention_heads", "hidden_size", "intermediate_size", "vocab_size", "model_type"),
        *("max_position_embeddings", "type_vocab_size", "pad_token_id", "hidden_act", "layer_norm_eps", "dtype"),
        *("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "position_embedding_type"),
        *("chunk_size_feed_forward", "is_decoder", "add_cross_attention", "return_dict", "output_attentions"),
        *("output_hidden_states", "use_cache", "initializer_range", "id2label", "label2id", "num_labels"),
        *("problem_type", "star_ratings", "review_task", "auto_map", "architectures", "torch_dtype", "pruned_heads"),
        *("quantization_config", "attn_implementation", "_attn_implementation", "transformers_weights"),
        *(
            "tie_word_embeddings",
            "tokenizer_class",
            "rope_scaling",
            "layer_types",
            "text_config",
            "transformers_version",
        ),
        *("model_max_length", "added_tokens_decoder", "extra_special_tokens", "additional_special_tokens"),
        *("unk_token", "pad_token", "cls_token", "mask_token", "padding_side", "truncation_side", "init_inputs"),
        *("vocab_file", "tokenizer_file", "special_tokens_map_file", "do_lower_case", "backend", "model_input_names"),
        *("name_or_path", "_name_or_path", "clean_up_tokenization_spaces", "fast_tokenizer_files", "chat_template"),
    ]
)
JSON = st.sampled_from(
    ["config.json"] * 3 + ["tokenizer_config.json"] * 2 + ["tokenizer.json", "special_tokens_map.json"]
)
FILES = st.sampled_from(["config.json", "tokenizer_config.json", "tokenizer.json", "model.safetensors"])
NEW = st.sampled_from(
    [
        *("vocab.txt", "added_tokens.json", "special_tokens_map.json", "model.safetensors.index.json"),
        *(
            "pytorch_model.bin",
            "adapter_config.json",
            "chat_template.jinja",
            "generation_config.json",
            "tokenizer.model",
        ),
    ]
)


def is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def put(file: Path, content: bytes) -> None:
    """Write a file in place of whatever has its name."""
    if file.is_dir() and not file.is_symlink():
        file.rmdir()
    file.unlink(missing_ok=True)
    file.write_bytes(content)


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a JSON value something can be replaced; of a long list or vocabulary the first few."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [at] if at else []
    for number, (key, value) in enumerate(inner):
        if number < 40:
            found += places(value, (*at, key))
    return found


def replaced(content: bytes, where: float, key: str | None, value: Any) -> bytes:
    """JSON with one value another one: that of a key of the top, else the one that lies at a share 0..1 of all."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return json.dumps(value).encode()
    if key is not None and isinstance(tree, dict):
        tree[key] = value
        return json.dumps(tree).encode()
    if not (all_places := places(tree)):
        return json.dumps(value).encode()
    *path, last = all_places[int(where * (len(all_places) - 1))]
    node = tree
    for each in path:
        node = node[each]
    node[last] = value
    return json.dumps(tree).encode()


@st.composite
def json_values(draw: st.DrawFn) -> Spoil:
    name, where, value = draw(JSON), draw(st.floats(0, 1)), draw(values)
    key = draw(st.one_of(st.none(), KEYS))

    def spoil(folder: Path) -> None:
        file = folder / name
        put(file, replaced(file.read_bytes() if is_plain(file) else b"{}", where, key, value))

    return spoil


@st.composite
def header_values(draw: st.DrawFn) -> Spoil:
    where, value = draw(st.floats(0, 1)), draw(values)

    def spoil(folder: Path) -> None:
        file = folder / "model.safetensors"
        raw = file.read_bytes() if is_plain(file) else b""
        end = 8 + int.from_bytes(raw[:8], "little")
        header = replaced(raw[8:end], where, None, value)
        put(file, len(header).to_bytes(8, "little") + header + raw[end:])

    return spoil


@st.composite
def bytes_of_a_file(draw: st.DrawFn) -> Spoil:
    name, how = draw(FILES), draw(st.sampled_from(["flip", "cut", "insert"]))
    # Half of them near the begin, where headers are.
    where = draw(st.one_of(st.floats(0, 1), st.floats(0, 0.001)))
    more = draw(st.one_of(st.binary(min_size=1, max_size=20), st.just(b"[" * 100_000), st.just(b'{"a":' * 100_000)))

    def spoil(folder: Path) -> None:
        file = folder / name
        if not is_plain(file):
            return
        raw = file.read_bytes()
        at = int(where * len(raw))
        mended = {"flip": raw[:at] + more[:3] + raw[at + len(more[:3]) :], "cut": raw[:at], "insert": raw[:at] + more}
        put(file, mended[how] + (raw[at:] if how == "insert" else b""))

    return spoil


@st.composite
def files(draw: st.DrawFn) -> Spoil:
    name, other = draw(st.one_of(FILES, NEW)), draw(FILES)
    how = draw(st.sampled_from(["remove", "swap", "link", "pipe", "folder", "empty"]))
    target = draw(st.sampled_from(["/dev/zero", "/dev/null", f"../{CANARY}", ".", "gone", "config.json", "itself"]))

    def spoil(folder: Path) -> None:
        file = folder / name
        source = folder / other
        content = source.read_bytes() if is_plain(source) else b""
        put(file, content)
        if how == "swap":
            return
        file.unlink()
        if how == "empty":
            file.touch()
        elif how == "link":
            file.symlink_to(name if target == "itself" else target)
        elif how == "pipe":
            os.mkfifo(file)
        elif how == "folder":
            file.mkdir()

    return spoil


@st.composite
def indexes(draw: st.DrawFn) -> Spoil:
    target = draw(
        st.one_of(
            st.sampled_from(
                [f"../{CANARY}", "part.safetensors", "pytorch_model.bin", "/dev/zero", "config.json", ".."]
            ),
            values,
        )
    )
    about, odd = draw(st.one_of(st.just({}), values)), draw(st.one_of(st.just("map"), values))

    def spoil(folder: Path) -> None:
        weights = folder / "model.safetensors"
        names = ["bert.pooler.dense.weight", "bert.pooler.dense.bias"]
        if is_plain(weights):
            weights.rename(folder / "part.safetensors")
        shared = dict.fromkeys(names, target) if odd == "map" else odd
        put(
            folder / "model.safetensors.index.json",
            json.dumps({"metadata": about, "weight_map": shared}).encode(),
        )

    return spoil


spoilt = st.lists(
    st.one_of(json_values(), json_values(), json_values(), header_values(), bytes_of_a_file(), files(), indexes()),
    min_size=1,
    max_size=2,
)

_watching = False
_seen: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event in ("os.system", "subprocess.Popen", "os.exec", "pickle.find_class"):
        _seen.append(f"{event} {arguments!r}")
    if event == "open" and str(arguments[0]).endswith((CANARY, "/passwd", "/dev/zero")):
        _seen.append(f"{event} {arguments!r}")


@contextmanager
def watched() -> Iterator[None]:
    """Within, nothing may run, be read from elsewhere, hang or take all memory."""
    global _watching

    def hangs(_signal: int, _frame: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(MOST_SECONDS)
    _seen.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert not _seen


@pytest.fixture(scope="module", autouse=True)
def _limits() -> Iterator[None]:
    sys.addaudithook(_watch)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MORE_BYTES, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, limits)


def for_training(folder: Path) -> None:
    tokenizer = loading.load_tokenizer(str(folder))
    model = loading.load_classifier(ModelConfig(name=str(folder)), FIVE, seed=0)
    trial.check(str(folder), tokenizer, model, most=loading.max_tokens(tokenizer, model))
    encode_texts(TEXTS, tokenizer, max_length=32)


def for_predicting(folder: Path) -> None:
    Predictor(folder, max_length=32)(TEXTS)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited as Linux does")
@pytest.mark.parametrize("load", [for_training, for_predicting])
@given(spoils=spoilt)
def test_a_spoilt_folder_is_loaded_or_refused_in_a_line(
    tiny_model: Path, load: Callable[[Path], None], spoils: list[Spoil]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        shutil.copytree(tiny_model, folder)
        shutil.copy(tiny_model / "model.safetensors", Path(place) / CANARY)
        for spoil in spoils:
            spoil(folder)
        with watched():
            try:
                load(folder)
                event("loaded")
            except StarboardError as error:
                said = str(error)
                event(error.found.template)
                assert len(said) < 500, said
                assert "\n" not in said
                assert "report" not in said
