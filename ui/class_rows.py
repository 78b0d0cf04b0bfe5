"""What can be done with the classes of a table: rename, merge, reorder, leave out, value; and what they count then.

Plain functions from classes to classes. Knows a profile of the table as it is, no page and no draft. Guarantees that a
name of the table is in one class at most, and that no class is left without one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.config.run_config import ClassConfig
from core.inspection.profile import Profile
from core.tasks import mapping
from core.tasks.labels import Labels

Classes = list[ClassConfig]


@dataclass(frozen=True)
class Found:
    """The classes as the table has them: names in order, rows of each, what each is worth, and the place of each form
    in which it is written."""

    names: list[str]
    counts: list[int]
    worth: list[float] | None
    places: dict[str, int]

    @classmethod
    def of(cls, report: Profile) -> Found:
        """Of a profile that knows nothing of other classes."""
        places: dict[str, int] = {}
        labels = report.labels
        for place, name in enumerate(report.classes):
            forms = labels.forms[place] if place < len(labels.forms) else ()
            for form in (name, labels.names[place], *labels.keys[place : place + 1], *forms):
                places.setdefault(form, place)
        return cls(list(report.classes), list(report.counts.values()), report.ratings, places)

    def place(self, name: str) -> int | None:
        """Which class a name of a configuration means; a number may be written in another way."""
        if name in self.places:
            return self.places[name]
        try:
            return self.places.get(f"{float(name):g}")
        except ValueError:
            return None

    def name(self, name: str) -> str:
        """The name as the page lists it."""
        place = self.place(name)
        return name if place is None else self.names[place]

    def within(self, each: ClassConfig) -> list[int]:
        """The places of the classes that another one takes in."""
        named = {place for place in map(self.place, each.of) if place is not None}
        if each.low is not None or each.high is not None:
            low, high = (-math.inf if each.low is None else each.low), (math.inf if each.high is None else each.high)
            named |= {place for place, value in enumerate(self.worth or ()) if low <= value < high}
        return sorted(named)

    def counted(self, classes: Sequence[ClassConfig]) -> list[int]:
        """How many rows each class has."""
        return [sum(self.counts[place] for place in self.within(each)) for each in classes]

    def left_out(self, classes: Sequence[ClassConfig]) -> list[str]:
        """Names of the table that are in no class."""
        taken = {place for each in classes for place in self.within(each)}
        return [name for place, name in enumerate(self.names) if place not in taken]


def as_they_are(found: Found) -> Classes:
    """Every class of the table as a class of its own."""
    return [
        ClassConfig(name=name[:200], of=[name], value=found.worth[place] if found.worth else None)
        for place, name in enumerate(found.names)
    ]


def suggested(labels: Labels) -> list[Classes]:
    """Ready ways to merge the classes of a table: bad, neutral and good, or ranges of numbers; names without the
    middle too."""
    three = mapping.suggested(labels)
    if len(three) == 3 and three[1].of:
        return [three, [three[0], three[-1]]]
    return [three] if three else []


def renamed(classes: Sequence[ClassConfig], place: int, name: str) -> Classes:
    """Another name for a class; that of another class merges the two."""
    other = next((n for n, each in enumerate(classes) if each.name == name and n != place), None)
    changed = list(classes)
    if other is None:
        changed[place] = _with(classes[place], name=name)
        return changed
    changed[other] = _with(classes[other], of=[*classes[other].of, *classes[place].of])
    del changed[place]
    return changed


def filled(classes: Sequence[ClassConfig], place: int, of: Sequence[str]) -> Classes:
    """A class takes in these names of the table, wherever they were; a class without any is gone."""
    changed = [_with(each, of=[name for name in each.of if name not in of]) for each in classes]
    changed[place] = _with(classes[place], of=list(of))
    return [each for each in changed if each.of or each.low is not None or each.high is not None]


def without(found: Found, classes: Sequence[ClassConfig], left_out: Sequence[str]) -> Classes:
    """Exactly these names are in no class; what was left out before and is not now becomes a class of its own."""
    kept = [_with(each, of=[name for name in each.of if found.name(name) not in left_out]) for each in classes]
    kept = [each for each in kept if each.of or each.low is not None or each.high is not None]
    taken = {each.name for each in kept}
    back = [name for name in found.left_out(classes) if name not in left_out]
    own = {each.of[0]: each for each in as_they_are(found)}
    return kept + [_with(own[name], name=_free(name, taken)) for name in back]


def with_no_answer(classes: Sequence[ClassConfig], words: Sequence[tuple[str, int]]) -> Classes:
    """Words that say that there is no answer, and their rows, as one more class, called by the commonest."""
    commonest, _rows = max(words, key=lambda each: each[1])
    name = _free(commonest[:200], {each.name for each in classes})
    return [*classes, ClassConfig(name=name, of=[word for word, _rows in words])]


def moved(classes: Sequence[ClassConfig], place: int, by: int) -> Classes:
    """A class further up or down."""
    changed = list(classes)
    changed.insert(min(max(place + by, 0), len(changed) - 1), changed.pop(place))
    return changed


def valued(classes: Sequence[ClassConfig], place: int, value: float | None) -> Classes:
    """What a class is worth."""
    return [_with(each, value=value) if n == place else each for n, each in enumerate(classes)]


def limited(classes: Sequence[ClassConfig], place: int, *, low: float | None, high: float | None) -> Classes:
    """Where the numbers of a class begin and end; its neighbours end and begin there."""
    changed = list(classes)
    changed[place] = _with(classes[place], low=low, high=high)
    if place and changed[place - 1].high is not None:
        changed[place - 1] = _with(changed[place - 1], high=low)
    if place + 1 < len(changed) and changed[place + 1].low is not None:
        changed[place + 1] = _with(changed[place + 1], low=high)
    return changed


def _with(each: ClassConfig, **changes: object) -> ClassConfig:
    return each.model_copy(update=changes)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
