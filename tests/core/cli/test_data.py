"""The commands about tables: what is wrong, and which rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from tests.core.doctor.made import TABLES

LEAKING = f"file:{TABLES / 'training' / 'dup_leak.csv'}"


def spoken(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_profile_has_the_findings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", LEAKING, "--json"]) == 0
    found = spoken(capsys)
    assert (found["rows"], found["classes"]) == (120, ["bad", "good"])
    assert [each["rule"] for each in found["findings"]] == ["leaks", "duplicates"]
    first = found["findings"][0]
    assert set(first) == {"rule", "severity", "count", "rows", "remedy", "words", "seen"}
    assert (first["severity"], first["count"], first["remedy"]) == ("serious", 120, {"data.remedies": ["leaks"]})
    assert "points too good" in first["words"]
    assert main(["profile", LEAKING]) == 0
    said = capsys.readouterr().out
    assert "serious: leaks (120)\n" in said
    assert '--set data.remedies=["leaks"]' in said


def test_rows_of_a_rule_and_rows_with_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rows", LEAKING, "--find", "duplicates", "--limit", "2", "--json"]) == 0
    assert spoken(capsys) == [
        {"row": 4, "text": "Lovely food", "label": "good"},
        {"row": 5, "text": "Cold food", "label": "bad"},
    ]
    assert main(["rows", LEAKING, "--search", "FOOD lov", "--limit", "1", "--json"]) == 0
    assert spoken(capsys) == [{"row": 0, "text": "Lovely food", "label": "good"}]
    assert main(["rows", LEAKING, "--find", "html", "--json"]) == 0
    assert spoken(capsys) == []
    assert main(["rows", LEAKING, "--search", "rude", "--limit", "1"]) == 0
    assert capsys.readouterr().out == "3\tbad\tRude service\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rows", LEAKING, "--find", "duplicate"], "no rule 'duplicate'"),
        (["rows", LEAKING], "Give --find RULE or --search WORDS"),
        (["rows", LEAKING, "--find", "html", "--search", "x"], "not allowed with argument"),
        (["rows", "file:nowhere.csv", "--search", "x"], "nowhere.csv"),
        (["rows", LEAKING, "--search", "x", "--label", "stars"], "no column 'stars'"),
    ],
)
def test_what_is_wrong_is_one_line(
    home: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code: object
    try:
        code = main(arguments)
    except SystemExit as error:
        code = error.code
    assert code == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
