"""Columns are guessed as a person would: the tables are of the kinds that shops, apps and datasets export."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core.data import guess

N, HALF = 30, 15
REVIEWS = [f"The food was good and the staff were friendly, visit {n}" for n in range(N)]
SHORT = ["ok", "Great place, will come again", "Too loud for me"] * (N // 3)
IDS = [f"gp:AOqpTOdB7C19FCeF1B1_31B2BF1De0114C1EC512f06f_{n}" for n in range(N)]
REPLIES = [
    "" if n % 2 else "Dear customer, thank you for writing. Please send your order number to us." for n in range(N)
]
STARS = [1 + n % 5 for n in range(N)]


@pytest.mark.parametrize(
    ("columns", "text", "label"),
    [
        ({"reviewId": IDS, "content": SHORT, "score": STARS, "replyContent": REPLIES}, "content", "score"),
        ({"Company Reply": REPLIES, "Review Content": SHORT, "Review Stars": STARS}, "Review Content", "Review Stars"),
        ({"Review Language": ["de", "en"] * HALF, "Review Stars": STARS, "t": SHORT}, "t", "Review Stars"),
        ({"keys": ["a/1,b/2,c/3,longwordslongwords/99"] * N, "reviews.text": SHORT, "reviews.rating": STARS,
          "brand": ["A", "B"] * HALF}, "reviews.text", "reviews.rating"),
        ({"Average_Score": [8.1, 7.7] * HALF, "Reviewer_Score": STARS, "Review": SHORT}, "Review", "Reviewer_Score"),
        ({"app": ["A", "B"] * HALF, "rating": [3.7, 4.1] * HALF, "user_review": SHORT, "review_rating": STARS},
         "user_review", "review_rating"),
        ({"order_reference": [f"ORDER-REF-2024-{n:05}-ABCDEFGH" for n in range(N)], "stars": STARS, "review": SHORT},
         "review", "stars"),
        ({"性別": ["女性", "男性"] * HALF, "評価": STARS, "レビュー": ["届くのが早く完璧でした", "残念"] * HALF},
         "レビュー", "評価"),
        ({"verified": ["Y", "N"] * HALF, "review_stars": STARS, "review_body": SHORT}, "review_body", "review_stars"),
        ({"verified": ["Y", "N"] * HALF, "intent": [f"i{n}" for n in range(N)], "text": SHORT}, "text", "intent"),
        ({"label": ["👍", "👎"] * HALF, "text": ["⭐", "😀 😀"] * HALF, "comment": REVIEWS}, "text", "label"),
        ({"url": [f"https://example.com/a/b/{n}" for n in range(N)], "x": SHORT, "mark": STARS}, "x", "mark"),
        ({"title": REVIEWS, "body": SHORT, "stars": STARS}, "body", "stars"),
        ({"tags": ["food, service, price, room"] * N, "note_text": SHORT, "note": STARS}, "note_text", "note"),
    ],
)  # fmt: skip
def test_the_columns_of_an_export(columns: dict[str, Any], text: str, label: str) -> None:
    table = pa.table(columns)
    assert guess.texts(table)[0].name == text
    assert next(each.name for each in guess.labels(table) if each.name != text) == label


@pytest.mark.parametrize(
    "columns",
    [
        {"date": ["2021-01-10", "2021-02-11", "2021-03-12"] * (N // 3)},
        {"日付": ["2021年1月10日", "2021年2月11日"] * HALF},
        {"when": ["10.01.2021", "11.01.2021"] * HALF},
        {"SentenceId": [9000 + n // 3 for n in range(N)]},
        {"hotel_name": ["A", "B"] * HALF},
        {"gender": ["f", "m"] * HALF},
        {"helpful_votes": [0, 1] * HALF},
        {"only": ["same"] * N},
    ],
)
def test_what_is_no_label(columns: dict[str, Any]) -> None:
    assert guess.labels(pa.table(columns)) == []


def test_classes_of_the_hub_come_first() -> None:
    table = pa.table({"stars": STARS, "odd": [0, 1] * HALF})
    assert guess.labels(table, ["odd"])[0].name == "odd"


def test_an_empty_column_is_the_last_choice() -> None:
    assert [each.name for each in guess.texts(pa.table({"text": [""] * N, "x": SHORT}))] == ["x", "text"]
