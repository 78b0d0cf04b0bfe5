"""Several text columns read as one: which belong together, what in them says nothing, and the column made of them.

A title says what its body does not, and what was good and what was bad are two halves of one review. Looks at names and
at the first rows; knows no label. Guarantees that ids, replies, tags and the names of products are never joined, and
that a table is joined in the same way when it is rated as when it was learned from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import is_text, plain, trimmed

JOINT = " + "
SAMPLE_ROWS = 10_000
_PIECE_ROWS = 20_000


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\W\d_]+")
_TITLE = _set("title summary headline subject heading titel betreff überschrift titre titulo título asunto sujet")
_TITLE_PARTS = ("タイトル", "題名", "見出し", "件名", "标题", "標題")
# What may stand beside it in a name: whose title it is. That of a product, a film or a shop is none of the text's.
_OF_THE_TEXT = _set(
    "review reviews text texts body comment comments content post article news story ticket email mail message user "
    "customer my the of reviewer feedback s"
)
_OF_THE_TEXT_PARTS = ("レビュー", "口コミ", "クチコミ", "コメント", "投稿", "本文", "の")
# A column called so has a heading; beside a `review` a bare `title` can be that of the film.
_HAS_HEADING = _set("body text description content article story message post abstract question ticket mail email")
_GOOD = _set(
    "positive positives pros pro advantage advantages liked likes like good plus strengths vorteile positiv positives "
    "avantages positif ventajas positivo"
)
_BAD = _set(
    "negative negatives cons con disadvantage disadvantages disliked dislikes dislike bad minus weaknesses nachteile "
    "negativ inconvénients négatif desventajas negativo"
)
_GOOD_PARTS = ("良い点", "良かった点", "よかった点", "良いところ", "良かったところ", "メリット", "優点", "优点", "長所")
_BAD_PARTS = (
    "悪い点", "悪かった点", "気になる点", "気になった点", "改善点", "悪いところ", "デメリット", "缺点", "短所"
)  # fmt: skip
_PAIR = re.compile(r"(?:text|sentence|sent|question|statement|passage|phrase|q|s)[ _]?(?:1|a)")
_NEXT = {"1": "2", "a": "b"}
# What people and forms write where they have nothing to say.
_NOTHING = re.compile(
    r"(no|none|nothing|nothing at all|nil|nope|n ?[/.]? ?a|not applicable|null|nan|keine?[rs]?|nichts|aucune?|rien|"
    r"ninguna?|nada|nessuno|niente|なし|無し|特になし|特に無し|特にない|特にありません|ありません|无|沒有|没有|无内容)?"
)
_NO_SOMETHING = re.compile(
    r"(?:no|kein|keine|aucun|aucune|sin) (\w+)|(?:\w* )?not? (?:\w+ )?(?:provided|given|available|entered)"
)
_ANYTHING = _set("comment comments review reviews text title content answer response remark remarks feedback")
# A cell that stands for nothing repeats.
_MANY_ROWS, _MANY_SHARE = 3, 0.01
# Below so many different ones, as a share of those that are filled, titles are names that repeat.
_DIFFERENT, _OWN_WORDS = 0.5, 0.8
# On average; less is a mark rather than words.
_TITLE_CHARACTERS = 4


def guessed(table: pa.Table, text: str, taken: Iterable[str | None] = ()) -> tuple[str, ...]:
    """The columns that a person would read as one, the text column among them; () where that is the text column alone.

    Args:
        table: N rows; the first decide.
        text: the text column.
        taken: columns that are something else, such as the label.
    """
    head = table.slice(0, SAMPLE_ROWS)
    others = [
        name
        for name in head.column_names
        if name != text and name not in set(taken) and is_text(head.schema.field(name).type)
    ]
    return _halves(head, text, others) or _pair(head, text, others) or _with_title(head, text, others)


def name_of(columns: Sequence[str]) -> str:
    """What the derived column is called."""
    return JOINT.join(columns)


def parts_of(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The columns that a derived column's name lists, also one that is missing; () where it is no such name.

    Args:
        known: the columns that there are.
    """
    names, words, parts = set(known), name.split(JOINT), []
    if name in names or len(words) < 2:
        return ()
    while words:
        # A column may have the joint in its own name.
        ends = (end for end in range(len(words), 0, -1) if JOINT.join(words[:end]) in names)
        end = next(ends, 1)
        parts.append(JOINT.join(words[:end]))
        words = words[end:]
    return tuple(dict.fromkeys(parts)) if names & set(parts) else ()


def nothings(table: pa.Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Cells that say that nothing was written, such as `No Negative`: folded, in order.

    Args:
        table: N rows; the first decide.
    """
    found: set[str] = set()
    for name in columns:
        cells = _folded(table.slice(0, SAMPLE_ROWS)[name])
        filled = cells.filter(pc.fill_null(pc.not_equal(cells, ""), False))
        least = max(_MANY_ROWS, _MANY_SHARE * len(filled))
        words = {word.casefold() for word in _WORD.findall(name)} | _ANYTHING
        found |= {
            each["values"]
            for each in pc.value_counts(filled).to_pylist()
            if each["counts"] >= least and _says_nothing(each["values"], words)
        }
    return tuple(sorted(found))


def join(table: pa.Table, columns: Sequence[str], nothing: Sequence[str] = ()) -> pa.ChunkedArray:
    """Cells of several columns joined by line breaks, blank ones left out.

    Args:
        table: N rows.
        nothing: of `nothings`: cells that count as blank.
    """
    kind = (
        pa.large_string() if any(pa.types.is_large_string(plain(table[name]).type) for name in columns) else pa.string()
    )
    pieces = [
        _joined([plain(table[name].slice(start, _PIECE_ROWS)).cast(kind).combine_chunks() for name in columns], nothing)
        # Piece by piece: trimmed and folded cells take as much room as the cells themselves.
        for start in range(0, table.num_rows, _PIECE_ROWS)
    ]
    return pa.chunked_array(pieces, kind)


def _joined(columns: Sequence[pa.Array], nothing: Sequence[str]) -> pa.Array:
    kind = columns[0].type
    none, line, blank = pa.scalar("", kind), pa.scalar("\n", kind), pa.array(["", *nothing], kind)
    text = pa.repeat(none, len(columns[0]))
    for column in columns:
        empty = pc.or_(pc.is_null(column), pc.is_in(_folded(column), value_set=blank))
        cell = pc.if_else(empty, none, column)
        between = pc.if_else(pc.or_(pc.equal(text, none), empty), none, line)
        # Not the kernel's own null_handling="skip": it drops a row of which every cell is null.
        text = pc.binary_join_element_wise(text, between, cell, none)
    return text


def _folded(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return pc.utf8_lower(pc.utf8_trim_whitespace(column if isinstance(column, pa.Array) else plain(column)))


def _says_nothing(cell: str, words: set[str]) -> bool:
    """Whether a folded cell stands for nothing; `words` are those of its column's name."""
    said = cell.strip(" .!?-–—_*()[]。、,/")
    if _NOTHING.fullmatch(said):
        return True
    something = _NO_SOMETHING.fullmatch(said)
    return something is not None and (something[1] is None or something[1] in words)


def _halves(head: pa.Table, text: str, others: Sequence[str]) -> tuple[str, ...]:
    """What was good and what was bad, in this order, where the text column is one of the two."""
    for mine, theirs in ((_good, _bad), (_bad, _good)):
        rest = mine(text)
        other = next((name for name in others if rest is not None and theirs(name) == rest), None)
        if other is not None and _is_prose(head, other):
            return (text, other) if mine is _good else (other, text)
    return ()


def _pair(head: pa.Table, text: str, others: Sequence[str]) -> tuple[str, ...]:
    """Two texts that are judged together, such as `sentence1` and `sentence2`, where the text column is one of them."""
    for name in others:
        first, second = sorted((text, name), key=lambda each: each.strip().casefold())
        begins, follows = first.strip().casefold(), second.strip().casefold()
        numbered = _PAIR.fullmatch(begins) is not None and follows == begins[:-1] + _NEXT[begins[-1]]
        if numbered and _is_prose(head, name):
            return first, second
        if (begins, follows) == ("hypothesis", "premise") and _is_prose(head, name):
            return second, first
    return ()


def _good(name: str) -> tuple[str, ...] | None:
    return _rest(name, _GOOD, _GOOD_PARTS)


def _bad(name: str) -> tuple[str, ...] | None:
    return _rest(name, _BAD, _BAD_PARTS)


def _rest(name: str, words: frozenset[str], parts: Sequence[str]) -> tuple[str, ...] | None:
    """What a name says beside one of the words; None where it has none of them."""
    found = [word.casefold() for word in _WORD.findall(name)]
    if set(found) & words:
        return tuple(word for word in found if word not in words)
    part = next((part for part in parts if part in name), None)
    return None if part is None else ()


def _with_title(head: pa.Table, text: str, others: Sequence[str]) -> tuple[str, ...]:
    """The title and its text, where the title says more than the text alone."""
    for name in others:
        if not _is_title(name):
            continue
        titles, texts = trimmed(head[name]), pc.fill_null(trimmed(head[text]), "")
        filled = pc.fill_null(pc.not_equal(titles, ""), False)
        there = titles.filter(filled)
        if not len(there):
            continue
        different = len(pc.unique(there)) / len(there)
        own = {word.casefold() for word in _WORD.findall(name)} - _TITLE
        its_text = {word.casefold() for word in _WORD.findall(text)}
        # A name that repeats beside many reviews is what they are about.
        if not own and not its_text & _HAS_HEADING and different < _OWN_WORDS:
            continue
        alone = pc.sum(pc.and_(filled, pc.equal(texts, ""))).as_py() or 0
        # A column called `text` is taken at its word, unless some rows have nothing there.
        says = different >= _DIFFERENT and len(there) >= len(titles) / 2 and text.strip().casefold() != "text"
        if alone or (says and pc.mean(pc.utf8_length(there)).as_py() >= _TITLE_CHARACTERS):
            return name, text
    return ()


def _is_title(name: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(name)}
    part = next((part for part in _TITLE_PARTS if part in name), None)
    if part is not None:
        rest = name.replace(part, "")
        for known in _OF_THE_TEXT_PARTS:
            rest = rest.replace(known, "")
        return not rest.strip(" _-・（）()")
    return bool(words & _TITLE) and words - _TITLE <= _OF_THE_TEXT


def _is_prose(head: pa.Table, name: str) -> bool:
    """Whether its cells are texts rather than a few that repeat."""
    cells = trimmed(head[name])
    filled = cells.filter(pc.fill_null(pc.not_equal(cells, ""), False))
    if not len(filled):
        return False
    words = pc.mean(pc.list_value_length(pc.utf8_split_whitespace(filled))).as_py()
    return len(pc.unique(filled)) > 2 and (words >= 2 or pc.mean(pc.utf8_length(filled)).as_py() >= 8)
