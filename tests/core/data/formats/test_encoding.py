"""Encodings, told by what comes out: texts of many languages, long and short, and UTF-8 that is broken in places."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.formats import files
from core.data.formats.encoding import detect, find
from core.errors import SourceError

TEXTS = {
    "Japanese": ["とても良い商品でした。また買いたいと思います。", "残念ながらすぐに壊れました", "最高", "悪い"],
    "kanji alone": ["最高", "残念", "大満足"],
    "Chinese": ["这家店的服务很好，菜也很好吃", "质量太差了，不推荐", "再也不来了"],
    "Taiwanese": ["這家店的服務很好，菜也很好吃", "品質太差了，不推薦"],
    "Korean": ["정말 좋은 제품입니다. 추천해요", "배송이 너무 느려요", "최고"],
    "Russian": ["Очень вкусно и недорого, рекомендую", "Ужасное обслуживание"],
    "German": ["Sehr schöne Wohnung, gerne wieder", "Größe passt nicht", "Preis–Leistung ist gut"],
    "French": ["Très bon produit, je recommande", "Déçu par la qualité", "C’est l’idéal pour l’été"],
    "Polish": ["Bardzo dobra jakość, polecam", "Przesyłka dotarła późno", "Nie działa, żałuję zakupu"],
}
CASES = [
    ("Japanese", "cp932"), ("Japanese", "euc_jp"), ("Japanese", "iso2022_jp"), ("Japanese", "utf-16-le"),
    ("Japanese", "utf-16-be"), ("kanji alone", "cp932"), ("kanji alone", "euc_jp"), ("Chinese", "gb18030"),
    ("Chinese", "utf-16-le"), ("Taiwanese", "big5"), ("Korean", "cp949"), ("Korean", "utf-16-be"),
    ("Russian", "cp1251"), ("Russian", "koi8-r"), ("German", "cp1252"), ("French", "cp1252"), ("Polish", "cp1250"),
    ("Polish", "iso8859-2"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "codec"), CASES)
@pytest.mark.parametrize("shape", ["two lines", "a table", "mostly ASCII"])
def test_a_language_is_told_from_the_others(tmp_path: Path, language: str, codec: str, shape: str) -> None:
    texts = TEXTS[language]
    rows = {"two lines": texts[:2], "a table": texts * 20, "mostly ASCII": [*texts, *["ORDER-1 all was well"] * 200]}
    content = "text,stars\n" + "".join(f'"{text}",{place % 5}\n' for place, text in enumerate(rows[shape]))
    (path := tmp_path / "a.csv").write_bytes(content.encode(codec))
    found = files.read_file(path)
    assert found.rows["text"].to_pylist() == rows[shape]
    assert str(found.notes[0]).startswith("Read as")


def test_a_few_broken_bytes_are_repaired_where_they_are(tmp_path: Path) -> None:
    rows = [f'"日本の店 – café {n}",{n % 5}\n'.encode() for n in range(50)]
    rows[7] = b'"\x93caf\xe9\x94 it\x92s",3\n'
    rows[9] = '"切れた文'.encode()[:-1] + b'",4\n'
    (path := tmp_path / "a.csv").write_bytes(b"text,stars\n" + b"".join(rows))
    found = files.read_file(path)
    texts = found.rows["text"].to_pylist()
    assert texts[7] == "“café” it’s"
    assert texts[9] == "切れた\ufffd"
    assert texts[8] == "日本の店 – café 8"
    assert [(odd.count, [line for line, _ in odd.lines]) for odd in found.repaired] == [(2, [9, 11])]
    assert not found.left_out
    assert found.rows["stars"].to_pylist()[7:10] == [3, 3, 4]
    with pytest.raises(SourceError, match="broken places"):
        detect(path)


def test_a_broken_byte_in_an_old_encoding_is_one_lost_sign(tmp_path: Path) -> None:
    rows = [f"とても良い商品でした,{n % 5}\n".encode("cp932") for n in range(50)]
    rows[7] = "良い".encode("cp932") + b"\x81,3\n"
    (path := tmp_path / "a.csv").write_bytes(b"text,stars\n" + b"".join(rows))
    assert (find(path).codec, find(path).damaged) == ("cp932", True)
    found = files.read_file(path)
    assert found.rows["text"].to_pylist()[7] == "良い\ufffd"
    assert found.repaired[0].count == 1


def test_a_long_file_is_looked_through_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    row = "日本の店,4\n".encode()
    # The cut between two blocks goes through a character.
    for shift in range(3):
        path.write_bytes(b"text,stars\n" + b"a" * shift + row * 150_000)
        assert find(path).codec == "utf-8"
        assert not find(path).damaged
    path.write_bytes(b"text,stars\n" + row * 150_000 + b"\xff,4\n")
    assert find(path).damaged
