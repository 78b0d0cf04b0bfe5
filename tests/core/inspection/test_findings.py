"""Findings: worked out once for all who ask, here or in a process of its own, and kept for the next process."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from core.config import DataConfig
from core.config.source import Source
from core.doctor import Stopped
from core.errors import LabelError, SourceError
from core.home.places import Home
from core.inspection import cache, findings
from tests.core.doctor import made

DATA = DataConfig()


@pytest.fixture
def source(home: Path, tmp_path: Path) -> Source:
    """60 reviews, of which 10 are copies."""
    texts, labels = made.texts(50)
    texts, labels = [*texts, *texts[:10]], [*labels, *labels[:10]]
    path = tmp_path / "reviews.csv"
    rows = (f'"{text}",{label}' for text, label in zip(texts, labels, strict=True))
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    return Source("file", str(path))


def test_findings_are_made_once_and_found_by_another_process(source: Source, reads: list[str]) -> None:
    home = Home.present()
    assert findings.find(home, source, DATA) is None
    work = findings.start(home, source, DATA)
    found = work.result()
    assert work.share == 1
    assert {"duplicates", "leaks"} <= {each.rule for each in found}
    cache._memory.clear()
    assert findings.find(home, source, DATA) == found
    assert findings.start(home, source, DATA).result() == found
    assert len(reads) == 1


def test_sizes_and_remedies_need_no_other_examination(source: Source) -> None:
    home = Home.present()
    findings.start(home, source, DATA).result()
    other = DataConfig(train_size=8, eval_size=8, max_length=8, remedies=["duplicates"])
    found = findings.find(home, source, other)
    assert found is not None
    by_rule = {each.rule: each for each in found}
    assert by_rule["duplicates"].severity == "note"
    assert by_rule["cut"].count == 60


@pytest.mark.parametrize(
    ("data", "model"),
    [(DataConfig(task="classes"), "minilm"), (DataConfig(label_column="label"), "minilm"), (DATA, "nobody/other")],
)
def test_another_model_or_column_is_another_examination(source: Source, data: DataConfig, model: str) -> None:
    findings.start(Home.present(), source, DATA).result()
    assert findings.find(Home.present(), source, data, model) is None


def test_a_changed_file_is_examined_again(source: Source) -> None:
    findings.start(Home.present(), source, DATA).result()
    with source.path.open("a", encoding="utf-8") as stream:
        stream.write("<b>new</b> and fine,good\n")
    assert findings.find(Home.present(), source, DATA) is None
    assert "html" in {each.rule for each in findings.start(Home.present(), source, DATA).result()}


def test_a_long_table_is_examined_in_a_process_of_its_own(
    source: Source, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.present()
    here = findings.start(home, source, DATA).result()
    cache._memory.clear()
    for file in (home.cache / "reports").iterdir():
        file.unlink()
    monkeypatch.setattr(findings, "SMALL_BYTES", 0)
    assert findings.start(home, source, DATA).result() == here
    assert len(reads) == 1


def test_what_is_wrong_is_said_by_the_process_too(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "SMALL_BYTES", 0)
    source.path.write_text("text,label\nfine and good,1\nbad and cold,1\n", encoding="utf-8")
    with pytest.raises(LabelError, match="only one class"):
        findings.start(Home.present(), source, DataConfig(text_column="text", label_column="label")).result()
    source.path.unlink()
    with pytest.raises(SourceError):
        findings.start(Home.present(), source, DATA).result()


def test_a_process_that_dies_is_said(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "SMALL_BYTES", 0)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SourceError, match="ended with code 1"):
        findings.start(Home.present(), source, DATA).result()


def test_several_ask_for_one_and_it_can_be_given_up(source: Source) -> None:
    home = Home.present()
    with findings._examining:
        first = findings.start(home, source, DATA)
        assert findings.start(home, source, DATA) is first
        assert not first.wait(0.01)
        first.stop()
        # Whoever asks after that wants another one.
        second = findings.start(home, source, DATA)
        assert second is not first
    with pytest.raises(Stopped):
        first.result()
    assert second.result()
    assert findings._in_progress == {}


def test_a_process_ends_when_it_is_given_up(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "SMALL_BYTES", 0)
    began = threading.Event()
    monkeypatch.setattr(findings.Examining, "_at", lambda *_: began.set())
    work = findings.start(Home.present(), source, DATA)
    began.wait(60)
    work.stop()
    try:
        # It may have ended by itself by then.
        assert work.result()
    except Stopped:
        assert findings.find(Home.present(), source, DATA) is None
