"""How a file of delimited text is written: encoding, delimiter, where its table begins, names, quotation marks.

Found out from its beginning; only bytes that are no text and marks that break the rules are looked for all over. Knows
what each column holds, not what it means. Guarantees a layout by which every line of the file can be told.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from core.data.formats import encoding, header
from core.data.formats.encoding import Encoding
from core.data.formats.footer import without_totals
from core.data.formats.kinds import Kinds, kind_of
from core.data.formats.quoting import Record, Records, Strictness
from core.errors import SourceError
from core.messages import Message

# A delimiter, and the note that a file uses it although its suffix promises another.
_DELIMITERS = {
    ",": Message("Commas separate the columns."),
    ";": Message("Semicolons separate the columns."),
    "\t": Message("Tabs separate the columns."),
    "|": Message("Bars separate the columns."),
    # As in the Financial PhraseBank; anywhere else they are addresses.
    "@": Message("At signs separate the columns."),
}
_SAMPLE_CHARACTERS = 200_000
_BLOCK_CHARACTERS = 1 << 20
# A second mark of the byte order, which pandas passes over.
_MARK = "\ufeff"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_WHOLE = re.compile(r'"(?:[^"]|"")*"')
_WRAPPED = Message("Each line stands in quotation marks as a whole; it is read without them.")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# Rows of which the kinds of the columns are learned.
_MOST_ROWS = 2000


@dataclass(frozen=True)
class Layout:
    """How one file is written.

    Attributes:
        header: the names of the columns.
        written: the row of the file that holds them, as it stands there; None where none does.
        start: the line, from 1, in which the table begins.
        strict: whether every quotation mark encloses a cell as it should.
        has_marks: whether there are any.
        enclosing, trusted: as `quoting.Records` has it.
        before: lines before the table that are no part of it.
        lines: whether each line is one text, without columns.
        second: lines behind the names that say more of the columns.
        wrapped: whether each line stands in quotation marks as a whole.
    """

    path: Path
    encoding: Encoding
    delimiter: str
    header: list[str]
    kinds: Kinds
    written: list[str] | None = None
    start: int = 1
    strict: bool = True
    has_marks: bool = False
    enclosing: bool = True
    trusted: bool = True
    before: tuple[tuple[int, str], ...] = ()
    lines: bool = False
    second: tuple[int, ...] = ()
    wrapped: bool = False

    @property
    def width(self) -> int:
        return len(self.header)

    def open(self) -> TextIO:
        """The file from the beginning of its table."""
        file = self.path.open(encoding=self.encoding.codec, errors=self.encoding.errors, newline="")
        if file.read(1) != _MARK:
            file.seek(0)
        for _line in range(self.start - 1):
            file.readline()
        return file

    def records(self, file: TextIO) -> Records:
        """The rows of the opened file, that of the names among them."""
        return Records(
            map(_unwrapped, file) if self.wrapped else file,
            self.delimiter,
            enclosing=self.enclosing,
            trusted=self.trusted,
            is_row=self.kinds.is_row,
            first_line=self.start,
        )


def examine(path: Path) -> tuple[Layout, tuple[Message, ...]]:
    """How a file is written, and what is unexpected about it.

    The delimiter is the one that gives most rows as many cells as the first, at least two.

    Raises:
        SourceError: it is no text, has no names, or too many columns.
    """
    found = encoding.find(path)
    lines = _first_lines(path, found)
    told = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    first = 2 if told else 1
    if wrapped := _is_wrapped(lines[first - 1 :]):
        lines = [*lines[: first - 1], *map(_unwrapped, lines[first - 1 :])]
    rows = partial(_rows, lines[first - 1 :], first)
    delimiter, notes = _delimiter(path, rows, told[1] if told else None)
    if delimiter is None:
        return _of_lines(path, found, lines), found.notes
    records = rows(delimiter)
    begin = header.begins_at([record.cells for record in records])
    table = records[begin:]
    cells = table[0].cells if table else []
    second = _second(table)
    below = [record.cells for record in table[1 + len(second) :]]
    names = header.names_in(path.name, cells, below)
    names, kinds = _columns(names, cells, below, delimiter)
    strict, has_marks = _marks(path, found, delimiter)
    enclosing, trusted = _enclose(table, delimiter)
    layout = Layout(
        path,
        found,
        delimiter,
        names.names,
        kinds,
        written=[cell.strip() for cell in cells] if names.has_row else None,
        start=table[0].line if told or begin else 1,
        strict=strict,
        has_marks=has_marks,
        enclosing=enclosing,
        trusted=trusted or not has_marks,
        before=tuple((record.line, record.raw) for record in records[:begin]),
        second=second if names.has_row else (),
        wrapped=wrapped,
    )
    return layout, (*found.notes, *notes, *([_WRAPPED] if wrapped else []), *_about(names, cells))


def _second(table: Sequence[Record]) -> tuple[int, ...]:
    """The lines behind the names, two at most, that say more of the columns."""
    found: list[int] = []
    rows = [record.cells for record in table[:_MOST_ROWS]]
    for place in (1, 2):
        if place >= len(rows) or not header.is_second(rows[place], rows[place + 1 :]):
            break
        found.append(table[place].line)
    return tuple(found)


def _unwrapped(line: str) -> str:
    """A line without the quotation marks around the whole of it, marks inside no longer doubled."""
    text = line.rstrip("\r\n")
    if not _WHOLE.fullmatch(text):
        return line
    return text[1:-1].replace('""', '"') + line[len(text) :]


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether nearly every line stands in quotation marks as a whole, with no fewer cells inside than the first."""
    texts = [text for line in lines[:_MOST_ROWS] if (text := line.rstrip("\r\n"))]
    whole = [text for text in texts if _WHOLE.fullmatch(text)]
    if len(texts) < 3 or whole[:1] != texts[:1] or len(whole) < 0.9 * len(texts):
        return False
    inside = list(map(_unwrapped, whole))
    for delimiter in _DELIMITERS:
        widths = [len(record.cells) for record in _rows(inside, 1, delimiter)]
        # Commas in a text are not quoted there.
        if 1 < widths[0] <= min(widths) and widths.count(widths[0]) > len(widths) / 2:
            return True
    return False


def _first_lines(path: Path, found: Encoding) -> list[str]:
    """The lines at the beginning of a file.

    Raises:
        SourceError: the first has no end.
    """
    with path.open(encoding=found.codec, errors=found.errors, newline="") as file:
        text = file.read(_SAMPLE_CHARACTERS).removeprefix(_MARK)
    if found.damaged:
        text = encoding.repaired(text, found.codec)
    if len(text) == _SAMPLE_CHARACTERS and not set("\r\n") & set(text):
        raise SourceError(
            Message(
                "The first line of {name} has more than {most:,} characters, expected the names of columns.",
                name=path.name,
                most=_SAMPLE_CHARACTERS,
            ),
            header.WITH_HEADER,
        )
    # The last line may be cut.
    sample = text if len(text) < _SAMPLE_CHARACTERS else text[: text.rfind("\n") + 1] or text
    return _LINE.findall(sample)


def _columns(
    names: header.Names, cells: Sequence[str], below: Sequence[Sequence[str]], delimiter: str
) -> tuple[header.Names, Kinds]:
    """The names, fewer where the first row has none and delimiters in its text made it longer than others; kinds."""
    width = len(names.names)
    if names.has_row:
        return names, Kinds.of(without_totals(below), width, delimiter)
    rows = without_totals([cells, *below])
    shares = Counter(map(len, rows))
    least = min((each for each, count in shares.items() if each > 1 and count >= 0.1 * len(rows)), default=width)
    if least < width and (kinds := Kinds.of(rows, least, delimiter)).holder is not None:
        return header.Names(names.names[:least], has_row=False), kinds
    return names, Kinds.of(rows, width, delimiter)


def _rows(lines: Sequence[str], first: int, delimiter: str) -> list[Record]:
    return list(Records(lines, delimiter, first_line=first))


def _delimiter(
    path: Path, rows: Callable[[str], list[Record]], told: str | None
) -> tuple[str | None, tuple[Message, ...]]:
    """What separates the columns, None where each line is a text, and a note where the suffix promises another."""
    suffix = path.suffix.lower()
    expected = "," if suffix == ".csv" else "\t"
    if told:
        return told, () if told == expected or told not in _DELIMITERS else (_DELIMITERS[told],)
    scores = {}
    for delimiter in _DELIMITERS:
        if delimiter == "@" and suffix != ".txt":
            continue
        cells = [record.cells for record in rows(delimiter)]
        table = cells[header.begins_at(cells) :]
        if table and len(table[0]) > 1 and (suffix != ".txt" or _is_table(table, delimiter)):
            alike = sum(len(row) == len(table[0]) for row in table) / len(table)
            scores[delimiter] = (round(alike, 1), delimiter == expected, len(table[0]))
    if not scores:
        return (None if suffix == ".txt" else expected), ()
    best = max(scores, key=scores.__getitem__)
    return best, () if best == expected else (_DELIMITERS[best],)


def _is_table(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether the rows of a file of any text are a table, rather than lines with a sign in them."""
    width = len(rows[0])
    if delimiter == "\t":
        return True
    if sum(len(row) == width for row in rows) < 0.9 * len(rows):
        return False
    if any(map(header.is_title, rows[0])):
        return True
    exact = [row for row in rows if len(row) == width]
    kinds = [kind_of(column) for column in zip(*exact, strict=True)]
    return len(exact) > 1 and any(kind is not None and kind.level < 2 and not kind.is_empty for kind in kinds)


def _of_lines(path: Path, found: Encoding, lines: Sequence[str]) -> Layout:
    """A file without columns: each line is a text, but for a first one that is the name of them."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first:
        raise SourceError(Message("{name} is empty.", name=path.name), header.WITH_HEADER)
    named = header.is_title(first)
    name = first.strip('"') if named else "text"
    return Layout(path, found, "\n", [name], Kinds.of([], 1, "\n"), written=[first] if named else None, lines=True)


def _about(names: header.Names, cells: Sequence[str]) -> Iterator[Message]:
    """What to say of the names."""
    if not names.has_row:
        yield Message(
            "No names of columns: the first row reads like those below it, so it is kept as one of them, and the "
            "columns are called column 1 to column {count}. To name them, write a line such as text,label above it.",
            count=len(names.names),
        )
    elif odd := next((name for name in names.names if len(name) > 100 or name.replace(".", "", 1).isdigit()), None):
        yield Message(
            "The first line is taken as column names, but {name!r} looks like data; is the header missing?",
            name=odd[:30],
        )
    yield from header.about_doubled(names.doubled)


def _enclose(records: Sequence[Record], delimiter: str) -> tuple[bool, bool]:
    """Whether quotation marks enclose cells: some on one line need it, or nearly all that begin with one end with one;
    and whether some need it."""
    needed = closed = literal = 0
    for record in records[:_MOST_ROWS]:
        if '"' not in record.raw:
            continue
        literal += record.literal
        if not record.literal:
            closed += record.raw.startswith('"') or f'{delimiter}"' in record.raw
            # Cells over several lines may be rows that two marks of the text swallow.
            needed += record.raw != delimiter.join(record.cells) and any(
                (delimiter in cell or '"' in cell) and "\n" not in cell and "\r" not in cell for cell in record.cells
            )
    return needed > 0 or closed > 5 * literal or not literal, needed > 0


def _marks(path: Path, found: Encoding, delimiter: str) -> tuple[bool, bool]:
    """Whether the quotation marks of a file obey the rules, and whether there are any."""
    seen = Strictness(delimiter)
    if found.damaged or len(delimiter.encode()) > 1:
        return False, True
    if found.codec in {"utf-8", "utf-8-sig"}:
        with path.open("rb") as binary:
            if binary.read(len(BOM_UTF8)) != BOM_UTF8:
                binary.seek(0)
            while block := binary.read(_BLOCK_CHARACTERS) + binary.readline():
                seen.look(block)
    else:
        with path.open(encoding=found.codec, newline="") as file:
            while text := file.read(_BLOCK_CHARACTERS) + file.readline():
                seen.look(text.encode())
    return seen.end(), seen.has_marks
