"""A map of characters, read back by the library that will read it."""

from __future__ import annotations

import base64
import json
import unicodedata

from tokenizers import Tokenizer

from core.models import charsmap


def test_every_character_of_the_map_is_replaced_and_no_other() -> None:
    whole = [chr(number) for number in range(1, 0x3000) if not 0xD800 <= number < 0xE000] + list("一丁ｱｲ🎉㌔")
    wanted = {each: new for each in whole if (new := unicodedata.normalize("NFKC", each)) != each}
    wanted |= {"\x01": "", "\u200b": " "}
    described = {
        "type": "Precompiled",
        "precompiled_charsmap": base64.b64encode(charsmap.compiled(wanted)).decode("ascii"),
    }
    model = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0]]}
    read = Tokenizer.from_str(
        json.dumps({"version": "1.0", "added_tokens": [], "normalizer": described, "model": model})
    )
    assert len(wanted) > 500
    found = {each: read.normalizer.normalize_str(each) for each in whole}
    assert found == {each: wanted.get(each, each) for each in whole}
