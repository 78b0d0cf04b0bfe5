"""The values of a JSON file: one document, one value a line, or one behind another.

Knows JSON as it is really written: with NaN, with a comma too many, cut off at the end, or as Python prints it. Knows
nothing of rows. Guarantees that every value of the file is there, or counted as left out, or the file refused with the
line that is wrong.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data.odd import Odd
from core.errors import SourceError
from core.messages import Message

# Python's own reader of literals takes a hundred times the memory of what it reads.
_MOST_LITERAL = 10 << 20
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(\s*[\]}])', re.DOTALL)
_WORDS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_SPACE_AND_COMMA = re.compile(r"[\s,]*")
_EXAMPLE = Message('Correct that line. Expected one object per row, such as {{"text": "Great place", "stars": 5}}.')
_PYTHON = Message("Read as Python prints it: quotation marks, True and None are not JSON's.")
_COMMA = Message("A comma without anything behind it is passed over.")


@dataclass
class Values:
    """What stands in a file.

    Attributes:
        items: values, one after the other; of one document only that.
        lines: where each begins, from 1.
        is_document: whether there is but one value and nothing beside it.
        is_plain: whether json alone reads the file in this way.
    """

    items: list[Any] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    is_document: bool = False
    is_plain: bool = True
    notes: list[Message] = field(default_factory=list)
    left_out: tuple[Odd, ...] = ()

    def add(self, value: Any, line: int) -> None:
        self.items.append(value)
        self.lines.append(line)

    def say(self, note: Message) -> None:
        self.is_plain = False
        if note not in self.notes:
            self.notes.append(note)

    def cut(self, line: int, text: str) -> None:
        self.say(
            Message("The file ends within a row, at line {line}; what is there of that row is left out.", line=line)
        )
        self.left_out = (Odd(Message("cut off at the end of the file"), 1, ((line, text[:500]),)),)


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """A text is no value; `line` is counted within it, from 1."""

    def __init__(self, why: str, line: int, at_end: bool = False) -> None:
        self.why, self.line, self.at_end = why, line, at_end
        super().__init__(why)


def read(path: Path, encoding: str) -> Values:
    """Every value of a file.

    Raises:
        SourceError: a value is no JSON; names the line.
    """
    found = Values()
    with path.open(encoding=encoding) as file:
        lines = ((number, line) for number, line in enumerate(file, 1) if line.strip("\ufeff \t\r\n,"))
        number, line = next(lines, (1, ""))
        try:
            found.add(_value(line, path, number, found), number)
            by_line = True
        except _Wrong:
            # Not one value a line.
            by_line = False
        if by_line and _rest(path, lines, found, encoding):
            found.is_document = len(found.items) == 1 and not found.left_out
            return found
    return _document(path, path.read_text(encoding=encoding))


def _rest(path: Path, lines: Iterator[tuple[int, str]], found: Values, encoding: str) -> bool:
    """Read the lines behind the first; False where values go over several lines."""
    for number, line in lines:
        try:
            for value in _of_line(path, line, number, found):
                found.add(value, number)
        except _Wrong as error:
            if error.at_end and next(lines, None) is None:
                found.cut(number, line)
                return True
            try:
                # Perhaps only the first was on one line.
                _behind(path, path.read_text(encoding=encoding))
            except _Wrong:
                raise _refusal(path, error.why, number) from None
            return False
    return True


def _of_line(path: Path, line: str, number: int, found: Values) -> list[Any]:
    """The values of a line, seldom more than one."""
    try:
        return [_value(line, path, number, found)]
    except _Wrong as error:
        if "Extra data" not in error.why:
            raise
        values = _behind(path, line, number)
        found.is_plain = False
        return values.items


def _document(path: Path, text: str) -> Values:
    """One value over several lines, or several behind one another."""
    found = Values(is_document=True)
    try:
        found.add(_value(text, path, None, found), 1)
        return found
    except _Wrong as error:
        if "Extra data" in error.why:
            try:
                return _behind(path, text)
            except _Wrong as inner:
                raise _refusal(path, inner.why, inner.line) from None
        if (rows := _elements(path, text)) is not None:
            return rows
        raise _refusal(path, error.why, error.line) from None


def _behind(path: Path, text: str, first: int = 1) -> Values:
    """Values one behind the other, with or without commas between them."""
    found = Values(is_plain=False)
    at, line, done = _SPACE_AND_COMMA.match(text).end(), first, 0  # type: ignore[union-attr]
    while at < len(text):
        line += text.count("\n", done, at)
        done = at
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            wrong = _wrong(error, text)
            if wrong.at_end and found.items:
                found.cut(line, text[at:])
                return found
            raise _Wrong(wrong.why, wrong.line + first - 1, wrong.at_end) from None
        _whole(path, text[done:at], value, line)
        found.add(value, line)
        at = _SPACE_AND_COMMA.match(text, at).end()  # type: ignore[union-attr]
    return found


def _elements(path: Path, text: str) -> Values | None:
    """The whole elements of an array that is cut off at its end; None where something else is wrong."""
    start = re.match(r"\s*\[", text)
    if start is None:
        return None
    try:
        rows = _behind(path, text[start.end() :])
    except _Wrong:
        return None
    if not rows.left_out:
        # All elements are whole, only the bracket is missing.
        rows.say(Message("The array is not closed; the file may be cut off."))
    return Values([rows.items], [1], True, False, rows.notes, rows.left_out)


def _value(text: str, path: Path, line: int | None, found: Values) -> Any:
    """What a text means; `line` is where it stands in its file, None where it is the whole file."""
    try:
        value = _DECODER.decode(text.strip("\ufeff \t\r\n"))
        _whole(path, text, value, line)
        return value
    except (ValueError, RecursionError) as error:
        wrong = _wrong(error, text)
    if line is not None and text.rstrip().endswith((",", ";")) and "Extra data" in wrong.why:
        value = _value(text.rstrip()[:-1], path, line, found)
        found.say(_COMMA)
        return value
    if "," in text and (mended := _STRING_OR_COMMA.sub(lambda each: each[1] or each[2], text)) != text:
        try:
            value = _DECODER.decode(mended.strip())
        except (ValueError, RecursionError):
            pass
        else:
            _whole(path, text, value, line)
            found.say(_COMMA)
            return value
    if (value := _literal(text)) is not None:
        _whole(path, text, value, line)
        found.say(_PYTHON)
        return value
    raise wrong


def _literal(text: str) -> Any:
    """What a text means to Python, as JSON would have it; None where it is no object or list of Python's."""
    stripped = text.strip()
    if stripped[:1] not in {"{", "["} or len(stripped) > _MOST_LITERAL or "'" not in stripped:
        return None
    if re.search(r"[\[{(]\s*(?:[\[{(]\s*){99}", stripped) or re.search(r"[-+~]{9}", stripped):
        return None
    try:
        with warnings.catch_warnings():
            # Of a backslash that means nothing.
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            return _plain(ast.literal_eval(stripped))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _plain(value: Any) -> Any:
    """Python's values as JSON has them: tuples and sets are lists, all that it has not is written out."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value), key=str)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _constant(word: str) -> float | None:
    return None if word == "NaN" else float(word)


_DECODER = json.JSONDecoder(parse_constant=_constant)


def _whole(path: Path, text: str, value: Any, line: int | None) -> None:
    """See that there is no half of a character, which JSON writes as two: in no encoding is there such a text."""
    if "\\u" not in text or "\\ud" not in text.lower():
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise SourceError(
            Message(
                "{name}: line {line} holds half a character ({half}), expected text.",
                name=path.name,
                line=line or text[: text.lower().find(half)].count("\n") + 1,
                half=half,
            ),
            Message("Remove it, or write the whole character, and choose the file again."),
        ) from None


def _wrong(error: Exception, text: str) -> _Wrong:
    why = getattr(error, "msg", None) or str(error).partition(";")[0]
    if not isinstance(error, json.JSONDecodeError):  # a number of thousands of digits, or nested without end
        return _Wrong(why, 1)
    rest = error.doc[error.pos :].strip()
    at_end = why.startswith("Unterminated string") or any(word.startswith(rest) for word in _WORDS)
    # A sign that is written by its number ends after some of its digits.
    at_end = at_end or (len(rest) <= 6 and "escape" in why)
    return _Wrong(why, error.lineno, at_end)


def _refusal(path: Path, why: str, line: int) -> SourceError:
    return SourceError(
        Message("{name}: line {line} is not valid JSON ({why}).", name=path.name, line=line, why=why), _EXAMPLE
    )
