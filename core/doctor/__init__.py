"""The doctor: what is wrong with a table of reviews, each fault found by a rule, with what can be done about it.

`RULES` lists the rules; each is a function of its own that looks at `Reviews` and knows no other. What depends on
settings that change often (sizes of the parts, the longest review, remedies) is worked out last, from numbers that an
`Examination` keeps, so that the table need not be read again. Knows no pages and no store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from core.config import DataConfig
from core.data.columns import Columns
from core.data.table import Table
from core.doctor import balance, layout, marks, near, phrases, reading, repeats, telling, thin
from core.doctor.finding import Finding
from core.doctor.grades import ORDER
from core.doctor.reading import Lengths
from core.doctor.repeats import Copies
from core.doctor.texts import Reviews, Stopped, gather
from core.errors import DataError
from core.messages import Message
from core.models import bundled
from core.tasks import Task

__all__ = ["RULES", "Examination", "Finding", "Rule", "Stopped", "check_rule", "examine", "findings"]

# The share of the time that the look at every row takes.
_GATHERING = 0.6


@dataclass(frozen=True)
class Rule:
    """A rule, for a table of them.

    Attributes:
        name: of its findings.
        looks_at: what it looks at, and how many of them.
        severe: when a finding is a warning, and when serious.
        find: the rule; None where it needs the model or the sizes of a run.
    """

    name: str
    looks_at: str
    severe: str
    find: Callable[[Reviews], Finding | None] | None = None


_ALL = "all rows"
RULES: tuple[Rule, ...] = (
    Rule("leaks", _ALL, "warning from 1 % of the evaluation part, serious from 10 % or 2 points"),
    Rule("duplicates", _ALL, "warning from 1 %, serious from 50 %", repeats.duplicates),
    Rule("conflicts", _ALL, "warning from 1 %", repeats.conflicts),
    Rule("near_duplicates", "15,000 texts", "warning from 1 %", near.near_duplicates),
    Rule("unreadable", "2,000 texts", "warning from 5 %, serious from 30 %"),
    Rule("imbalance", _ALL, "warning from 75 % in one class, serious from 90 %", balance.imbalance),
    Rule("rare_classes", _ALL, "warning below 10 rows, serious where a class has one", balance.rare_classes),
    Rule("gives_away", "10,000 texts", "words: warning, serious from 50 % of the texts", telling.gives_away),
    Rule("cut", "2,000 texts", "warning from 50 %, serious from 90 %"),
    Rule("drift", "all rows, words of 4,000 a part", "warning", layout.drift),
    Rule("languages", "2,000 texts", "warning from 10 % in another language than most", reading.languages),
    Rule("empty", _ALL, "warning from 10 %", thin.empty),
    Rule("one_word", _ALL, "warning from 10 %", thin.one_word),
    Rule("html", _ALL, "warning from 5 %", marks.html),
    Rule("urls", _ALL, "warning from 20 %", marks.urls),
    Rule("mojibake", "20,000 texts that are not ASCII", "warning from 1 %", marks.mojibake),
    Rule("control", _ALL, "warning from 5 %", marks.control),
    Rule("blanks", _ALL, "warning from 1 %", marks.blanks),
    Rule("boilerplate", "10,000 texts", "warning where 20 % have one phrase", phrases.boilerplate),
    Rule("dates", "500 cells a column", "note", layout.dates),
    Rule("groups", "every other column", "note", layout.groups),
)
# Remedies that see to what another rule found, besides the one that it names itself. Each part of a run is cleared of
# copies by itself, so that they see to leaks only where the parts are cut from the same rows.
_ALSO: dict[str, frozenset[str]] = {
    "leaks": frozenset({"duplicates", "near_duplicates"}),
    "duplicates": frozenset({"near_duplicates"}),
}


@dataclass(frozen=True)
class Examination:
    """What was found in a table: `findings` of rules that look at the table alone, and what the others need."""

    findings: list[Finding] = field(default_factory=list)
    copies: Copies | None = None
    lengths: Lengths = field(default_factory=Lengths)


def examine(
    table: Table,
    columns: Columns,
    task: Task,
    *,
    model: str = bundled.NAME,
    progress: Callable[[float], object] = lambda _share: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Examination:
    """Let every rule look at a table.

    Args:
        table: what was read.
        columns: the text and the label.
        task: what is learned of the label.
        model: as `model.name` has it, which must read the texts.
        progress: told now and then how far it is, 0..1.
        stopped: asked all along; as soon as it says yes the examination ends.

    Raises:
        Stopped: it was asked to.
    """
    reviews = gather(table, columns, task, progress=lambda share: progress(_GATHERING * share), stopped=stopped)
    alone = [rule.find for rule in RULES if rule.find is not None]
    steps = len(alone) + 3
    made: list[Finding | None] = []
    if len(reviews.used):
        for number, find in enumerate(alone):
            _go_on(number / steps, progress, stopped)
            made.append(find(reviews))
        _go_on((steps - 3) / steps, progress, stopped)
        made.append(reading.unreadable(reviews, model))
        measured = reading.lengths(reviews, model)
        _go_on((steps - 2) / steps, progress, stopped)
        copied = repeats.copies(reviews)
    else:
        made, measured, copied = [thin.empty(reviews)], Lengths(), None
    progress(1.0)
    return Examination([each for each in made if each is not None], copied, measured)


def findings(examined: Examination, data: DataConfig) -> list[Finding]:
    """The findings for a run with these settings, worst first; what a remedy that is set sees to is a note.

    Args:
        data: of which the sizes of the parts, the longest review and the remedies matter here.
    """
    late = [
        repeats.leaks(examined.copies, data) if examined.copies is not None else None,
        reading.cut(examined.lengths, data),
    ]
    made = [*examined.findings, *(each for each in late if each is not None)]
    place = {rule.name: number for number, rule in enumerate(RULES)}
    one = examined.copies is not None and examined.copies.split is None and data.split != "column"
    settled = [replace(each, severity="note") if _is_settled(each, data, one_part=one) else each for each in made]
    return sorted(settled, key=lambda each: (ORDER.index(each.severity), place[each.rule]))


def check_rule(name: str) -> None:
    """See that there is a rule of this name.

    Raises:
        DataError: there is none.
    """
    names = [rule.name for rule in RULES]
    if name in names:
        return
    close = get_close_matches(name, names, n=1)
    # As text of its own, which is shown whole.
    known = Message.verbatim(", ".join(names))
    raise DataError(
        Message("There is no rule {name!r}. The rules are: {known}.", name=name, known=known),
        Message("Did you mean {name!r}?", name=close[0]) if close else Message("Choose one of these."),
    )


def _is_settled(finding: Finding, data: DataConfig, *, one_part: bool) -> bool:
    """Whether the settings have what a finding asks for; `one_part` is whether all parts are cut from the same rows."""
    remedy = finding.remedy or {}
    wanted = set(remedy.get("data.remedies", []))
    also = _ALSO.get(finding.rule, frozenset()) & set(data.remedies)
    if also and (one_part or finding.rule != "leaks"):
        return True
    others = {path.removeprefix("data."): value for path, value in remedy.items() if path.startswith("data.")}
    others.pop("remedies", None)
    if not wanted and not others:
        return False
    return wanted <= set(data.remedies) and all(getattr(data, path) == value for path, value in others.items())


def _go_on(share: float, progress: Callable[[float], object], stopped: Callable[[], bool]) -> None:
    progress(_GATHERING + (1 - _GATHERING) * share)
    if stopped():
        raise Stopped
