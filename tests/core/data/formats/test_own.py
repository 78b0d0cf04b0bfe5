from __future__ import annotations

from pathlib import Path

from core.data.formats.own import own_reader


def test_the_lines_read_what_the_reader_reads(tmp_path: Path) -> None:
    path = tmp_path / "it's odd.csv"
    path.write_text("stars,text\n5,fine\n,bad\n2,\n", encoding="utf-8")
    names: dict[str, object] = {}
    exec(own_reader(str(path)), names)
    table = names["table"]
    assert table.to_dict("list") == {"stars": [5, None, 2], "text": ["fine", "bad", ""]}  # type: ignore[attr-defined]
    assert [type(cell) for cell in table["stars"]] == [int, type(None), int]  # type: ignore[index]
