"""What a page says of a table of reviews: worked out once, for everyone who asks, and stored.

Reading a long table takes seconds and the size of the file in memory; what a page shows of it is small. So the table
is let go once its outline (columns, first rows) and its report (profile, token counts) are made. Knows nothing of
pages. Guarantees: a report is made once however many ask for it at a time, whoever asked first may have left, and one
file is read at a time.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import pyarrow as pa

from core.config.run_config import ClassConfig
from core.config.source import Source
from core.data import columns, reading
from core.data.formats.head import first_rows
from core.data.table import Table, values
from core.errors import ColumnError, LabelError
from core.home.places import Home
from core.inspection import cache, shelf
from core.inspection.cache import NO_CLASSES, Key
from core.inspection.profile import Profile, profile
from core.messages import Message
from core.models import bundled, lengths

OUTLINE_ROWS = 200
# Longer cells are shown cut, so that what is stored of a table stays small.
MOST_CHARACTERS = 20_000
# A file that takes more than a moment to read, and how many of its rows are shown meanwhile.
_LONG_BYTES, _FIRST_ROWS = 20_000_000, 25
# The share of the time that reading takes; the rest is measuring.
_READING = 0.5


@dataclass(frozen=True)
class Outline:
    """A table at a glance.

    `texts` and `labels` are columns that could be the review and its rating, each best first; `rows` are the first of
    the training part, as values of JSON; `why` says under `text` and `label` what speaks for the best and against the
    second; `together` are the columns that would be read as one text, if several.
    """

    columns: list[str]
    texts: list[str]
    labels: list[str]
    rows: list[dict[str, Any]]
    why: dict[str, Message] = field(default_factory=dict)
    together: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, table: Table) -> Self:
        """The outline of a table that was read."""
        ranking = columns.Ranking.of(table)
        texts, labels = ranking.names
        why, together = dict[str, Message](), list[str]()
        with contextlib.suppress(ColumnError):
            chosen = columns.choose(table, ranking=ranking)
            why, together = columns.why(table, chosen, ranking=ranking), list(chosen.texts)
        head = _json_rows(table.train.slice(0, OUTLINE_ROWS))
        return cls(table.train.column_names, texts, labels, head, why, together)

    def guess(self, text: str | None, label: str | None) -> tuple[str | None, str | None]:
        """The columns as given where the table has them, else the best; None where nothing fits."""
        text = text if text in self.columns else None
        label = label if label in self.columns else None
        text = text or next((name for name in self.texts if name != label), None)
        return text, label or next((name for name in self.labels if name != text), None)


def _json_rows(table: pa.Table | None) -> list[dict[str, Any]]:
    """Rows as JSON can say them, long cells cut."""
    if table is None:
        return []
    cells = zip(*(values(column) for column in table.columns), strict=True)
    cut = [
        {
            name: cell[:MOST_CHARACTERS] if isinstance(cell, str) else cell
            for name, cell in zip(table.column_names, row, strict=True)
        }
        for row in cells
    ]
    found: list[dict[str, Any]] = json.loads(json.dumps(cut, default=str))
    return found


@dataclass(frozen=True)
class Report:
    """A profile, the token counts of a sample of the training part, and what the table takes in memory.

    `counted_by` is the model by whose tokenizer the tokens were counted.
    """

    profile: Profile
    token_lengths: list[int]
    table_bytes: int
    counted_by: str = bundled.NAME


class ReportInProgress:
    """One report being made. `share` is how far it is, 0..1, and stays 0 where that is not known; `first_rows` are some
    of a long file, as JSON has them, as soon as they are known."""

    def __init__(self, home: Home, key: Key, *, shelved: bool) -> None:
        self._home = home
        self._key = key
        self._shelved = shelved
        self._done = threading.Event()
        self._report: Report | None = None
        self._error: Exception | None = None
        self.share = 0.0
        self.first_rows: list[dict[str, Any]] = []

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is done within that time."""
        return self._done.wait(seconds)

    def result(self) -> Report:
        """The report, waited for.

        Raises:
            StarboardError: whatever kept it from being made.
        """
        self.wait()
        if self._error is not None:
            raise self._error
        assert self._report is not None
        return self._report

    def run(self) -> None:
        """Make it; in a thread of its own."""
        try:
            # For whoever looks into the table; a command only wants the report.
            if self._shelved and sum(self._key.stamp[:1]) > _LONG_BYTES:
                self.first_rows = _json_rows(first_rows(self._key.source.path, _FIRST_ROWS))
            # Two long tables at once would take twice the memory.
            with _reading if self._key.stamp else contextlib.nullcontext():
                found = cache.find(self._home, self._key, Report)
                # It may be the copy alone that is missed, which is not kept for ever.
                whole = found is not None and (not self._shelved or shelf.has(self._home, self._key))
                self._report = found if whole else self._recount() or self._make()
        except Exception as error:  # noqa: BLE001 - raised by whoever waits
            self._error = error
        finally:
            with _starting:
                del _in_progress[self._key]
            self._done.set()

    def _recount(self) -> Report | None:
        """The report that was made for another model with its tokens counted anew, of the copy; None without either."""
        home, key = self._home, self._key
        known = next((each for each in _of_others(home, key) if each is not None), None)
        if known is None:
            return None
        with shelf.opened(home, key) as shelved:
            text = known.profile.text_column
            if shelved is None or not shelved.knows(text, known.profile.label_column):
                return None
            tokens, counted_by = _counted(shelved.split(text, "train"), key.model)
        report = replace(known, token_lengths=tokens, counted_by=counted_by)
        self._store(report)
        return report

    def _make(self) -> Report:
        home, key = self._home, self._key
        try:
            table = reading.read(key.source, progress=lambda share: self._at(_READING * share))
            # Stored first: where the columns turn out to be wrong, others can be chosen.
            cache.store(home, replace(key, text=None, label=None, classes=NO_CLASSES, model=""), Outline.of(table))
            found = profile(
                table,
                key.text,
                key.label,
                classes=[ClassConfig(**each) for each in json.loads(key.classes)],
                progress=lambda share: self._at(_READING + (1 - _READING) * share),
            )
            if self._shelved:
                shelf.store(home, key, table)
            tokens, counted_by = _counted(columns.text_cells(table.train, found.text_column), key.model)
            size = sum(split.nbytes for split in table.splits.values())
            del table
        except (ColumnError, LabelError) as error:
            cache.store_error(key, Report, error)
            raise
        finally:
            # Arrow's allocator would hold on to the room that the table took.
            pa.default_memory_pool().release_unused()
        report = Report(found, tokens, size, counted_by)
        self._store(report)
        return report

    def _store(self, report: Report) -> None:
        cache.store(self._home, self._key, report)
        # The next one to ask names the columns that were guessed.
        named = replace(self._key, text=report.profile.text_column, label=report.profile.label_column)
        cache.store(self._home, named, report)

    def _at(self, share: float) -> None:
        self.share = share


def _counted(texts: pa.ChunkedArray, model: str) -> tuple[list[int], str]:
    """Token counts of a sample, and the model by whose tokenizer: what is there may yet be unreadable."""
    counted_by = model if lengths.tokenizer(model) is not None else bundled.NAME
    return lengths.token_lengths(lengths.spread(texts), counted_by).tolist(), counted_by


def _of_others(home: Home, key: Key) -> Iterator[Report | None]:
    """What is known of the same table and columns with its tokens counted for other models."""
    for known, report in cache.in_memory(Report):
        if replace(known, model=key.model) == key:
            yield report
    yield cache.find(home, replace(key, model=bundled.NAME), Report)


_starting = threading.Lock()
_reading = threading.Lock()
_in_progress: dict[Key, ReportInProgress] = {}


def find_outline(home: Home, source: Source) -> Outline | None:
    """The outline of a source as it is now, None where there is none yet."""
    return cache.find(home, cache.key_of(source), Outline)


def find(
    home: Home,
    source: Source,
    text: str | None = None,
    label: str | None = None,
    classes: Sequence[ClassConfig] = (),
    *,
    model: str = bundled.NAME,
) -> Report | None:
    """The report on a source as it is now, its tokens counted for this model; None where there is none yet.

    Args:
        classes: as `data.classes` has them; a report without them can be looked at with any (`Profile.as_task`), but
            there is none of a column that has no classes by itself, such as one of decimal numbers.

    Raises:
        ColumnError, LabelError: it is known that the columns can't be used.
    """
    return cache.find(home, cache.key_of(source, text, label, classes, lengths.counter(model)), Report)


def find_in_memory(source: Source, text: str, model: str = bundled.NAME) -> Report | None:
    """A report in memory on a source as it is now with this text column, whatever its label; None without one."""
    now = cache.key_of(source, model=lengths.counter(model))
    return next(
        (
            report
            for key, report in cache.in_memory(Report)
            if (key.source, key.stamp, key.model) == (now.source, now.stamp, now.model)
            and report.profile.text_column == text
        ),
        None,
    )


def start(
    home: Home,
    source: Source,
    text: str | None = None,
    label: str | None = None,
    classes: Sequence[ClassConfig] = (),
    *,
    model: str = bundled.NAME,
    shelved: bool = False,
) -> ReportInProgress:
    """Begin to report on a source, in a thread; where that is being done already, join in.

    Args:
        home: where it is stored.
        source: where the reviews come from.
        text: the column with the review, None to guess it.
        label: the column with the rating, None to guess it.
        classes: as `data.classes` has them.
        model: the one that will be trained; tokens are counted as it does, if its tokenizer is on this computer.
        shelved: keep a copy of the table as well, to look into (`core.inspection.shelf`).
    """
    key = cache.key_of(source, text, label, classes, lengths.counter(model))
    with _starting:
        report = _in_progress.get(key)
        if report is None:
            report = _in_progress[key] = ReportInProgress(home, key, shelved=shelved)
            threading.Thread(target=report.run, name="starboard-report", daemon=True).start()
        return report
