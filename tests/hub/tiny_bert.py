"""A cased BERT small enough to write in a blink: vocabulary, configuration, weights.

The files have the names, keys and tensor names of the published `bert-base-cased`; only the sizes differ. So
loading it for classification finds everything but the new head, and renames LayerNorm's gamma and beta, as it
does with the real one.

It does not import torch or transformers, nor know what a repository is.

It guarantees the same bytes for the same texts.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import BertWordPieceTokenizer, processors

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY_SIZE = 3000
# Each becomes a piece at the start of words and inside of them, so that no plain word is unknown.
_ALPHABET = string.ascii_letters + string.digits
_HIDDEN, _LAYERS, _HEADS, _INNER, _POSITIONS = 32, 2, 2, 64, 512

_Shapes = dict[str, tuple[int, ...]]


def write_tokenizer(folder: Path, texts: Iterable[str]) -> None:
    """Learn 3,000 WordPiece pieces from texts; write vocab.txt, tokenizer.json and tokenizer_config.json."""
    tokenizer = _tokenizer(_vocabulary(list(texts)))
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece, _ in pieces), "utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(folder / "tokenizer_config.json", {"do_lower_case": False, "model_max_length": _POSITIONS})


def write_config(folder: Path) -> None:
    """Write config.json."""
    config = {
        "architectures": ["BertForMaskedLM"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": _HIDDEN,
        "initializer_range": 0.02,
        "intermediate_size": _INNER,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": _POSITIONS,
        "model_type": "bert",
        "num_attention_heads": _HEADS,
        "num_hidden_layers": _LAYERS,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "transformers_version": "4.6.0.dev0",
        "type_vocab_size": 2,
        "use_cache": True,
        "vocab_size": VOCABULARY_SIZE,
    }
    _write_json(folder / "config.json", config)


def write_weights(folder: Path) -> None:
    """Write model.safetensors with random weights."""
    random = np.random.default_rng(0)
    weights = {name: _tensor(name, shape, random) for name, shape in _shapes().items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _vocabulary(texts: list[str]) -> dict[str, int]:
    """Piece -> id, learnt from texts.

    The trainer numbers the characters inside of words in the random order of a hash table, and breaks ties by
    number. Declared as special tokens they are numbered beforehand, hence the same each time.
    """
    inside = sorted({f"##{character}" for character in {*_ALPHABET, *"".join(texts)} if not character.isspace()})
    trainer = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    trainer.train_from_iterator(
        [*texts, *_ALPHABET],
        vocab_size=VOCABULARY_SIZE,
        min_frequency=1,
        special_tokens=[*SPECIAL_TOKENS, *inside],
        show_progress=False,
    )
    return dict(trainer.get_vocab())


def _tokenizer(vocabulary: dict[str, int]) -> BertWordPieceTokenizer:
    """A cased tokenizer that frames a text as BERT expects it."""
    tokenizer = BertWordPieceTokenizer(vocabulary, lowercase=False, strip_accents=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def _tensor(name: str, shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float32]:
    if name.endswith("gamma"):
        return np.ones(shape, np.float32)
    if name.endswith(("beta", "bias")):
        return np.zeros(shape, np.float32)
    return random.normal(0, 0.02, shape).astype(np.float32)


def _shapes() -> _Shapes:
    """Tensor name -> shape of the whole masked language model."""
    shapes: _Shapes = {
        "bert.embeddings.word_embeddings.weight": (VOCABULARY_SIZE, _HIDDEN),
        "bert.embeddings.position_embeddings.weight": (_POSITIONS, _HIDDEN),
        "bert.embeddings.token_type_embeddings.weight": (2, _HIDDEN),
        **_norm("bert.embeddings.LayerNorm"),
        **_dense("bert.pooler.dense", _HIDDEN, _HIDDEN),
        "cls.predictions.bias": (VOCABULARY_SIZE,),
        **_dense("cls.predictions.transform.dense", _HIDDEN, _HIDDEN),
        **_norm("cls.predictions.transform.LayerNorm"),
    }
    for layer in range(_LAYERS):
        shapes |= _layer_shapes(f"bert.encoder.layer.{layer}")
    return shapes


def _layer_shapes(layer: str) -> _Shapes:
    shapes: _Shapes = {}
    for part in ("self.query", "self.key", "self.value", "output.dense"):
        shapes |= _dense(f"{layer}.attention.{part}", _HIDDEN, _HIDDEN)
    return {
        **shapes,
        **_norm(f"{layer}.attention.output.LayerNorm"),
        **_dense(f"{layer}.intermediate.dense", _INNER, _HIDDEN),
        **_dense(f"{layer}.output.dense", _HIDDEN, _INNER),
        **_norm(f"{layer}.output.LayerNorm"),
    }


def _dense(name: str, outputs: int, inputs: int) -> _Shapes:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _norm(name: str) -> _Shapes:
    return {f"{name}.gamma": (_HIDDEN,), f"{name}.beta": (_HIDDEN,)}


def _write_json(file: Path, value: dict[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=2) + "\n", "utf-8")
