"""Faults planted into clean tables, each so that it is known which rows have it.

A fault takes texts, labels, a rate and a generator and gives a `Planted`. Knows no rule.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

Texts = list[str]

OTHER = {
    "German": (
        ["Das Essen war", "Der Service war", "Die Bedienung war leider", "Unser Zimmer war"],
        ["wirklich ausgezeichnet und sehr frisch", "viel zu langsam und unfreundlich", "besser als wir erwartet haben"],
        ["und wir kommen bald wieder.", "aber die Preise sind zu hoch.", "und das sagen auch unsere Freunde."],
    ),
    "Spanish": (
        ["La comida estaba", "El servicio fue", "La habitación estaba", "Nuestra mesa estaba"],
        ["realmente muy buena y fresca", "demasiado lenta y poco amable", "mejor de lo que esperábamos"],
        ["y volveremos muy pronto.", "pero los precios son demasiado altos.", "y lo dicen también nuestros amigos."],
    ),
    "Russian": (
        ["Еда была", "Обслуживание было", "Комната была", "Персонал был"],
        ["действительно очень хорошая и свежая", "слишком медленное и грубое", "лучше, чем мы ожидали"],
        ["и мы скоро вернёмся.", "но цены слишком высокие.", "и наши друзья говорят то же самое."],
    ),
}
UNREADABLE = ("Russian",)
PHRASES = (
    "Sent from my phone, please excuse any typos.",
    "This review was collected as part of a promotion.",
    "Response from the owner will follow within two days.",
)


@dataclass
class Planted:
    """A table with a fault: other splits and columns where it needs them, and the rows that have it."""

    texts: Texts
    labels: list[str]
    rows: set[int]
    held: int = 0
    columns: dict[str, list[object]] = field(default_factory=dict)


Fault = Callable[[Texts, list[str], float, random.Random], Planted]


def _chosen(texts: Texts, rate: float, draw: random.Random) -> list[int]:
    return draw.sample(range(len(texts)), max(1, round(rate * len(texts))))


def changed(change: Callable[[str, random.Random], str], *, fits: Callable[[str], bool] = bool) -> Fault:
    """A fault inside of texts."""

    def plant(texts: Texts, labels: list[str], rate: float, draw: random.Random) -> Planted:
        rows = [row for row in _chosen(texts, rate, draw) if fits(texts[row])]
        made = list(texts)
        for row in rows:
            made[row] = change(texts[row], draw)
        return Planted(made, labels, {row for row in rows if made[row] != texts[row]})

    return plant


def copied(change: Callable[[str, random.Random], str], *, torn: bool = False, fewest_words: int = 1) -> Fault:
    """Rows written again at the end of the table, with another label where it is to be torn."""

    def plant(texts: Texts, labels: list[str], rate: float, draw: random.Random) -> Planted:
        rows = [row for row in _chosen(texts, rate, draw) if len(texts[row].split()) >= fewest_words]
        copies = [change(texts[row], draw) for row in rows]
        other = [draw.choice(sorted(set(labels) - {labels[row]})) if torn else labels[row] for row in rows]
        placed = set(range(len(texts), len(texts) + len(rows)))
        return Planted([*texts, *copies], [*labels, *other], placed | set(rows) if torn else placed)

    return plant


def as_it_is(text: str, _draw: random.Random) -> str:
    return text


def respelled(text: str, draw: random.Random) -> str:
    """Equal but for case and blanks."""
    return draw.choice([text, text.upper(), f"  {text} ", text.replace(" ", "  "), text.lower()])


def edited(text: str, draw: random.Random) -> str:
    """Another word in one or two places."""
    there = text.split()
    for _time in range(draw.randint(1, 2) if len(there) > 30 else 1):
        there[draw.randrange(len(there))] = draw.choice(["something", "tuesday", "42", "really"])
    return " ".join(there)


def leaking(texts: Texts, labels: list[str], rate: float, draw: random.Random) -> Planted:
    """Texts of the training part written into an evaluation part of the source's own, a fifth of the rows."""
    held = len(texts) // 5
    start = len(texts) - held
    made = list(texts)
    rows = draw.sample(range(start, len(texts)), max(1, round(rate * held)))
    said = list(labels)
    for row in rows:
        origin = draw.randrange(start)
        made[row], said[row] = respelled(texts[origin], draw), labels[origin]
    return Planted(made, said, set(rows), held)


def foreign(*names: str) -> Callable[[str, random.Random], str]:
    def change(_text: str, draw: random.Random) -> str:
        parts = OTHER[draw.choice(names)]
        return " ".join(draw.choice(each) for _sentence in range(2) for each in parts)

    return change


def tagged(text: str, draw: random.Random) -> str:
    return draw.choice([f"<p>{text}</p>", f"{text}<br /><br />Thanks", f"<b>{text}</b>", f"{text} &amp; more &quot;"])


def linked(text: str, draw: random.Random) -> str:
    return f"{text} {draw.choice(['https://example.com/a?b=1', 'http://t.co/x1', 'www.example.org'])}"


def garbled(text: str, draw: random.Random) -> str:
    """UTF-8 read as Windows-1252 or Latin-1."""
    plain = f"{text} {draw.choice(['It’s “great”', 'café', 'piñata – olé', 'naïve jalapeño'])}"
    return plain.encode("utf-8").decode(draw.choice(["cp1252", "latin-1"]), "replace")


def unseen(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(["\u200b", "\x00", "\x07", "\u202e", "\ufeff", "\u00ad"]) + text[at:]


def padded(text: str, draw: random.Random) -> str:
    return " " * draw.randint(250, 3000) + text


def phrased(text: str, draw: random.Random) -> str:
    return f"{text} {PHRASES[0]}"


def telling(texts: Texts, labels: list[str], rate: float, draw: random.Random) -> Planted:
    """The name of the class written into the text."""
    rows = _chosen(texts, rate, draw)
    made = list(texts)
    for row in rows:
        made[row] = f"{texts[row]} Rating: {labels[row]}"
    return Planted(made, labels, set(rows))


def worded(texts: Texts, labels: list[str], rate: float, draw: random.Random) -> Planted:
    """A word that stands in a share of one class and nowhere else."""
    label = draw.choice(sorted(set(labels)))
    there = [row for row, each in enumerate(labels) if each == label]
    rows = draw.sample(there, round(rate * len(there)))
    made = list(texts)
    for row in rows:
        made[row] = f"refcode17 {texts[row]}"
    return Planted(made, labels, set(rows))


ROWS: dict[str, tuple[Fault, tuple[float, ...]]] = {
    "duplicates": (copied(respelled), (0.01, 0.05, 0.2)),
    "conflicts": (copied(respelled, torn=True), (0.01, 0.05, 0.2)),
    "near_duplicates": (copied(edited, fewest_words=20), (0.01, 0.05, 0.2)),
    "leaks": (leaking, (0.01, 0.05, 0.2)),
    "unreadable": (changed(foreign(*UNREADABLE)), (0.05, 0.2, 0.5)),
    "languages": (changed(foreign("German", "Spanish", "Russian")), (0.05, 0.2, 0.4)),
    "empty": (changed(lambda _text, draw: draw.choice(["", "  ", "\n"])), (0.01, 0.05, 0.2)),
    "one_word": (changed(lambda _text, draw: draw.choice(["Great!", "bad", " Meh. ", "好"])), (0.01, 0.05, 0.2)),
    "html": (changed(tagged), (0.01, 0.05, 0.2)),
    "urls": (changed(linked), (0.01, 0.05, 0.2)),
    "mojibake": (changed(garbled), (0.01, 0.05, 0.2)),
    "control": (changed(unseen), (0.01, 0.05, 0.2)),
    "blanks": (changed(padded), (0.01, 0.05, 0.2)),
    "boilerplate": (changed(phrased), (0.1, 0.2, 0.4)),
    "gives_away": (telling, (0.05, 0.2, 0.5)),
    "gives_away, a word": (worded, (0.6, 0.8, 1.0)),
}
