"""Cells that hold several labels at once, such as `food,price`.

Knows forms; knows no tables. What stands between the labels is found out: it must cut the cells into few words that
come again and again, so that `Home, Garden` stays one class where neither is one by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.data.table import BETWEEN

_SEPARATORS = (",", ";", "|", "、", "，", "/", "+", "&")
_MOST_LABELS = 100


@dataclass(frozen=True)
class Several:
    """Forms that hold several labels.

    Attributes:
        separator: what stands between them.
        forms: those that hold more than one, and which.
    """

    separator: str
    forms: dict[str, tuple[str, ...]]

    def having(self, counts: Mapping[str, int]) -> Counter[str]:
        """How many rows have each label, alone or beside others."""
        found: Counter[str] = Counter()
        for form, count in counts.items():
            for label in set(self.forms.get(form, (form,))):
                found[label] += count
        return found


def find(forms: Sequence[str]) -> Several | None:
    """What separates the labels of a column; None where each cell holds one.

    Args:
        forms: as `written.form_of` gives them.
    """
    if any(BETWEEN in form for form in forms):
        # A list says itself that it is one.
        return Several(BETWEEN, {form: tuple(form.split(BETWEEN)) for form in forms if BETWEEN in form})
    alone = set(forms)
    for separator in _SEPARATORS:
        cut = {form: _labels(form, separator) for form in forms if separator in form}
        if len(cut) < 2 or len(alone) - len(cut) < 2:
            continue
        often = Counter(label for labels in cut.values() for label in labels)
        # Each label stands alone somewhere or in several company, and most of them stand alone.
        known = [label for label in often if label in alone]
        shared = all(label in alone or count > 1 for label, count in often.items())
        if shared and "" not in often and len(often) <= _MOST_LABELS and 2 * len(known) >= len(often):
            return Several(separator, cut)
    return None


def _labels(form: str, separator: str) -> tuple[str, ...]:
    return tuple(label.strip() for label in form.split(separator))
