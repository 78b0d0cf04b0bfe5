"""Searching texts: all words, phrases, case, scripts; what is marked is what was found."""

from __future__ import annotations

import pyarrow as pa
import pytest

from core.inspection import search

TEXTS = ["Not good.", "another one", "Nothing here, NOT\n GOOD at all", "とても美味しい店", None, "Café (5/5) it’s a.b"]
COLUMN = pa.chunked_array([TEXTS[:2], TEXTS[2:]], pa.string())


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("   ", [0, 1, 2, 3, 4, 5]),
        ("not", [0, 1, 2]),
        ("NOT good", [0, 2]),
        ('"not"', [0, 2]),
        ('"not good"', [0, 2]),
        ('"good at" nothing', [2]),
        ('"good not"', []),
        ('"not', [0, 2]),
        ("“not good”", [0, 2]),
        ("美味", [3]),
        ('"美味"', [3]),
        ("CAFÉ", [5]),
        ('"it\'s"', [5]),
        ("(5/5)", [5]),
        ("a.b", [5]),
        ("a.e", []),
        ('"', [0, 1, 2, 3, 4, 5]),
        ("[", []),
        ("\\", []),
    ],
)
def test_a_row_is_found_when_it_has_every_term(words: str, rows: list[int]) -> None:
    found = search.matching(COLUMN, words)
    assert found.nonzero()[0].tolist() == rows
    for row in rows:
        text = TEXTS[row]
        assert text is None or bool(search.places(text, words)) == bool(search.terms(words))


def test_what_is_marked_are_the_terms_in_order_and_none_within_another() -> None:
    text = "The noodle soup; noodles again, and a SOUP."
    marked = [text[begin:end] for begin, end in search.places(text, 'soup "noodle soup"')]
    assert marked == ["noodle soup", "SOUP"]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_every_kind_of_text_column_can_be_searched(kind: pa.DataType) -> None:
    assert search.matching(COLUMN.cast(kind), "good").tolist() == [True, False, True, False, False, False]


def test_an_endless_query_is_cut_and_an_empty_table_has_nothing() -> None:
    assert len(search.terms(" ".join(f"word{n}" for n in range(10_000)))) <= search.MOST_TERMS
    assert search.matching(pa.chunked_array([], pa.string()), "good").tolist() == []
