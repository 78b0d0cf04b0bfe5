"""What core says to people: templates and their values, put together only where they are read.

A message keeps its English template apart from what is put into it, so that a page can say it in the visitor's
language: the template is the catalogue's message id, as in gettext. Knows no language and no catalogue. Guarantees
that a message survives being stored as JSON, that text without a template, such as from an earlier version, is still a
message that reads as it is, and that a stored template which somebody else wrote reaches nothing but its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

_VERBATIM = "{text}"
# As long as a value may be shown, escapes counted: a column may be called by a million characters.
MOST_CHARACTERS = 150
_SPEC = re.compile(r",?(\.\d)?[a-z%]?")


@dataclass(frozen=True, init=False)
class Message:
    """A template in the form of `str.format`, and what stands in its placeholders.

    Written as `Message("There is no file {path}.", path=path)` with the template as a literal, from which
    `scripts/translate.py` makes the catalogue. A value may be a message itself.
    """

    template: str
    values: dict[str, Any]

    def __init__(self, template: str, /, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    @classmethod
    def verbatim(cls, text: str) -> Message:
        """Text that is the same in every language, such as a library's own words."""
        return cls(_VERBATIM, text=text)

    @classmethod
    def joined(cls, messages: Sequence[Message], separator: str) -> Message:
        """Several messages as one, each still in whatever language is read."""
        parts = {f"part{number}": message for number, message in enumerate(messages)}
        return cls(separator.join(f"{{{name}}}" for name in parts), **parts)

    def render(self, translate: Callable[[str], str] = str) -> str:
        """The words, with each template passed through `translate`."""
        values = {
            name: _nested(value).render(translate) if _is_nested(value) else self._shown(value)
            for name, value in self.values.items()
        }
        template = self.template if self.template == _VERBATIM else translate(self.template)
        return template.format(**values)

    def _shown(self, value: Any) -> Any:
        """A value as it is put into the template; text without a template is whole, of all else the middle is cut."""
        if self.template == _VERBATIM or value is None or isinstance(value, int | float):
            return value
        text = str(value)
        # As many as are left of what would be shown, two thirds of them from its beginning.
        kept = MOST_CHARACTERS * len(text) // max(len(repr(text)), MOST_CHARACTERS)
        if kept >= len(text) - 2:
            return text
        return f"{text[: kept * 2 // 3]}…{text[len(text) - kept // 3 :]}"

    def __str__(self) -> str:
        """The words in English."""
        return self.render()

    def to_dict(self) -> dict[str, Any]:
        """JSON: the words in English under `text`, for readers without a catalogue, and what they were made of."""
        values = {
            name: _nested(value).to_dict() if _is_nested(value) else _plain(self._shown(value))
            for name, value in self.values.items()
        }
        return {"text": str(self), "template": self.template, "values": values}

    @classmethod
    def from_dict(cls, raw: object) -> Message:
        """Read what `to_dict` wrote; plain text, and words without a template, are taken as they are."""
        if not isinstance(raw, Mapping):
            return cls.verbatim(str(raw or ""))
        text, template, values = str(raw.get("text", "")), raw.get("template"), raw.get("values")
        if not isinstance(template, str) or not isinstance(values, Mapping) or not _is_plain(template, values):
            return cls.verbatim(text)
        read = cls(
            template,
            **{
                str(name): cls.from_dict(value) if isinstance(value, Mapping) else value
                for name, value in values.items()
            },
        )
        try:
            str(read)
        except (ValueError, TypeError):
            # Its values do not fit its template.
            return cls.verbatim(text)
        return read

    def __bool__(self) -> bool:
        return bool(str(self))


def _is_plain(template: str, values: Mapping[Any, Any]) -> bool:
    """Whether a template, which anybody may have written, asks for its values alone and for no endless width."""
    try:
        fields = [(name, spec) for _, name, spec, _ in Formatter().parse(template) if name is not None]
    except ValueError:
        return False
    return all(name.isidentifier() and name in values and _SPEC.fullmatch(spec or "") for name, spec in fields)


def _is_nested(value: Any) -> bool:
    return isinstance(value, Message | Mapping)


def _nested(value: Any) -> Message:
    """A message in a placeholder; one that was stored comes as what `to_dict` made of it."""
    return value if isinstance(value, Message) else Message.from_dict(value)


def _plain(value: Any) -> str | int | float | None:
    """A value as JSON can keep it."""
    return value if isinstance(value, str | int | float | None) else str(value)


NOTHING = Message.verbatim("")
