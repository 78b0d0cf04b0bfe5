# ruff: noqa: E501 - a table a line is easier to read
"""Tables as shops, apps, surveys, help desks and the Hub export them: text and label are guessed as a person would.

Each table is a header and what its columns are filled with; the right answers stand beside it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core.data import columns
from core.data.table import Table

N = 60
_BODIES = {
    "en": ["The room was clean and the staff at the desk were friendly", "It stopped working after two days, never again",
           "Good value for the price, would buy it again", "Far too loud to sleep and the breakfast was cold"],
    "ja": ["届くのが早くて梱包も丁寧でした。また利用します。", "二日で壊れてしまい、とても残念です。",
           "値段の割に質が良く、家族みんな気に入っています", "部屋は清潔でしたが、朝食が冷たかったです"],
    "de": ["Das Zimmer war sauber und das Personal sehr freundlich", "Nach zwei Tagen kaputt, nie wieder",
           "Gutes Preis-Leistungs-Verhältnis, gerne wieder", "Viel zu laut zum Schlafen, und das Frühstück war kalt"],
}  # fmt: skip
TITLES = {
    "en": ["Great stay", "Do not buy", "Fine", "Never again"],
    "ja": ["満足です", "残念", "普通", "おすすめ"],
    "de": ["Sehr gut", "Finger weg", "In Ordnung", "Nie wieder"],
}
REPLY = "Dear guest, thank you very much for your kind review. We hope to welcome you again very soon at our house."


def body(language: str = "en", share: float = 1.0) -> list[str]:
    filled = round(N * share)
    return [f"{_BODIES[language][n * 7 % 4]} {n}" if n < filled else "" for n in range(N)]


def title(language: str = "en") -> list[str]:
    return [TITLES[language][n * 5 % 4] for n in range(N)]


def of(*values: Any) -> list[Any]:
    return [values[n * 3 % len(values)] if len(values) != 3 else values[n * 2 % 3] for n in range(N)]


def ids(form: str = "{:06}") -> list[str]:
    return [form.format(n) for n in range(N)]


STARS = of(1, 2, 3, 4, 5, 4, 5)
DATES = [f"2024-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(N)]
LONG_REPLIES = [REPLY + f" Yours, {n}" if n % 4 else "" for n in range(N)]

# name: columns, text, label
TABLES: dict[str, tuple[dict[str, list[Any]], str, str]] = {
    "app store": ({"id": ids(), "title": title(), "review": body(), "rating": STARS, "version": of("1.0", "1.1"),
                   "developerResponse": LONG_REPLIES, "userName": ids("user{}")}, "review", "rating"),
    "play console": ({"Package Name": of("com.app"), "Review Submit Date and Time": DATES, "Star Rating": STARS,
                      "Review Title": title(), "Review Text": body(share=0.9), "Developer Reply Text": LONG_REPLIES,
                      "Review Link": ids("http://play.google.com/a?r={}")}, "Review Title + Review Text", "Star Rating"),
    "tripadvisor": ({"Review": body(), "Rating": STARS}, "Review", "Rating"),
    "hotel survey": ({"hotel": of("A", "B", "C"), "nights": of(1, 2, 3), "Overall satisfaction": of(1, 2, 3, 4, 5),
                      "What could we do better?": body()}, "What could we do better?", "Overall satisfaction"),
    "nps": ({"respondent": ids(), "NPS": of(*range(11)), "comment": body(), "segment": of("a", "b")}, "comment", "NPS"),
    "tickets": ({"ticket_id": ids(), "subject": title(), "body": body(), "queue": of("billing", "tech", "sales", "hr"),
                 "priority": of("low", "medium", "high"), "language": of("en", "de"), "answer": LONG_REPLIES},
                "body", "priority"),
    "zendesk": ({"id": ids(), "description": body(), "status": of("open", "closed"), "satisfaction_rating":
                 of("good", "bad"), "assignee": of("x", "y"), "created_at": DATES}, "description", "satisfaction_rating"),
    "airline tweets": ({"tweet_id": ids(), "airline_sentiment": of("negative", "neutral", "positive"),
                        "airline_sentiment_confidence": of(1.0, 0.6, 0.3), "negativereason": of("Late", "Lost", ""),
                        "airline": of("United", "Delta"), "name": ids("u{}"), "retweet_count": of(0, 1), "text": body(),
                        "tweet_created": DATES}, "text", "airline_sentiment"),
    "sentiment140": ({"target": of(0, 4), "ids": ids(), "date": DATES, "flag": of("NO_QUERY"), "user": ids("u{}"),
                      "text": body()}, "text", "target"),
    "imdb": ({"review": body(), "sentiment": of("positive", "negative")}, "review", "sentiment"),
    "hub emotion": ({"text": body(), "label": of(0, 1, 2, 3)}, "text", "label"),
    "hub sst2": ({"idx": list(range(N)), "sentence": body(), "label": of(0, 1)}, "sentence", "label"),
    "hub financial": ({"sentence": body(), "label": of("neutral", "positive")}, "sentence", "label"),
    "hub banking": ({"text": body(), "label_text": of("card", "cash", "fees"), "label": of(0, 1, 2)}, "text", "label"),
    "toxic": ({"id": ids(), "comment_text": body(), "toxic": of(0, 1), "year": of(2017, 2018)}, "comment_text", "toxic"),
    "news": ({"link": ids("https://n.com/{}"), "headline": title(), "category": of("SPORTS", "ARTS", "TECH", "FOOD"),
              "short_description": body(), "authors": ids("a {}"), "date": DATES}, "short_description", "category"),
    "spam": ({"v1": of("ham", "spam"), "v2": body()}, "v2", "v1"),
    "goodreads": ({"user_id": ids(), "book_id": ids(), "rating": STARS, "review_text": body(), "n_votes": of(0, 1, 2),
                   "read_at": DATES}, "review_text", "rating"),
    "womens clothing": ({"Clothing ID": of(1, 2, 3), "Age": of(30, 41, 52), "Title": title(), "Review Text": body(),
                         "Rating": STARS, "Recommended IND": of(0, 1), "Positive Feedback Count": of(0, 4, 9),
                         "Division Name": of("General", "Petite")}, "Review Text", "Rating"),
    "yelp json": ({"review_id": ids("x{}"), "user_id": ids(), "business_id": of("b1", "b2"), "stars": STARS,
                   "useful": of(0, 1), "funny": of(0, 1), "cool": of(0, 1), "text": body(), "date": DATES},
                  "text", "stars"),
    "rakuten": ({"投稿者ID": ids(), "年代": of(20, 30, 40), "性別": of("男", "女"), "商品名": of("茶", "皿"),
                 "評価ポイント": STARS, "レビュータイトル": title("ja"), "レビュー内容": body("ja"), "投稿日": DATES},
                "レビュー内容", "評価ポイント"),
    "jalan": ({"宿番号": ids(), "総合": of(1, 2, 3, 4, 5), "クチコミ本文": body("ja"), "宿からの返信": LONG_REPLIES,
               "宿泊日": DATES}, "クチコミ本文", "総合"),
    "anketo": ({"回答者": ids(), "満足度": of("とても満足", "満足", "普通", "不満"), "ご意見・ご感想": body("ja", 0.9),
                "都道府県": of("東京都", "大阪府")}, "ご意見・ご感想", "満足度"),
    "toiawase": ({"問い合わせ番号": ids(), "件名": title("ja"), "問い合わせ内容": body("ja"),
                  "分類": of("配送", "返品", "支払い"), "担当者": of("佐藤", "鈴木")}, "問い合わせ内容", "分類"),
    "jp tweets": ({"ツイート": body("ja"), "感情": of("喜び", "怒り", "悲しみ"), "いいね数": of(0, 3, 9)}, "ツイート", "感情"),
    "trusted shops": ({"Bestellnummer": ids(), "Datum": DATES, "Sterne": STARS, "Kommentar": body("de"),
                       "Antwort des Händlers": LONG_REPLIES}, "Kommentar", "Sterne"),
    "umfrage": ({"Zeitstempel": DATES, "Geschlecht": of("w", "m"), "Wie zufrieden sind Sie?":
                 of("sehr zufrieden", "zufrieden", "unzufrieden"), "Was können wir verbessern?": body("de")},
                "Was können wir verbessern?", "Wie zufrieden sind Sie?"),
    "anfragen": ({"Vorgang": ids(), "Betreff": title("de"), "Nachricht": body("de"),
                  "Kategorie": of("Rechnung", "Technik", "Vertrag"), "Bearbeiter": of("A", "B")}, "Nachricht", "Kategorie"),
    "hotel de": ({"Hotelname": of("Adler", "Post"), "Gesamtnote": of(1.0, 2.5, 4.0, 5.5), "Bewertungstext": body("de"),
                  "Titel": title("de"), "Reisedatum": DATES}, "Bewertungstext", "Gesamtnote"),
    "google maps": ({"name": ids("n {}"), "review_text": body(share=0.7), "stars": STARS, "totalScore": of(4.2, 4.5),
                     "responseFromOwnerText": LONG_REPLIES, "likesCount": of(0, 1)}, "review_text", "stars"),
    "steam export": ({"app_id": of(1, 2), "app_name": of("G", "H"), "review_text": body(), "review_score": of(-1, 1),
                      "review_votes": of(0, 1)}, "review_text", "review_score"),
    "course survey": ({"Timestamp": DATES, "Course": of("A", "B"), "How would you rate the course?": of(1, 2, 3, 4, 5),
                       "Any other comments?": body(share=0.6)}, "Any other comments?", "How would you rate the course?"),
    "glassdoor": ({"firm": of("A", "B"), "date_review": DATES, "job_title": of("Clerk", "Lead", "Cook"),
                   "overall_rating": STARS, "headline": title(), "pros": body(), "location": of("X", "Y")}, "pros", "overall_rating"),
    "hate speech": ({"count": of(3, 6), "hate_speech": of(0, 1, 2), "class": of(0, 1, 2), "tweet": body()}, "tweet", "class"),
    "clickbait": ({"headline_text": body(), "is_clickbait": of(0, 1), "source_url": ids("https://a.b/{}")}, "headline_text", "is_clickbait"),
    "consumer complaints": ({"Date received": DATES, "Product": of("Loan", "Card", "Bank"), "Issue": of("Fees", "Fraud"),
                             "Consumer complaint narrative": body(), "Company": of("A", "B"), "State": of("NY", "CA"),
                             "Company response to consumer": of("Closed", "Open")}, "Consumer complaint narrative", "Issue"),
    "amazon fine food": ({"Id": ids(), "ProductId": ids("B{}"), "UserId": ids("A{}"), "HelpfulnessNumerator": of(0, 1, 2),
                          "Score": STARS, "Time": list(range(1300000000, 1300000000 + N)), "Summary": title(), "Text": body()}, "Text", "Score"),
    "allocine": ({"film-url": ids("http://f/{}"), "review": body(), "polarity": of(0, 1)}, "review", "polarity"),
    "rotten tomatoes": ({"movie": of("A", "B"), "critic_name": ids("c {}"), "review_type": of("Fresh", "Rotten"),
                         "review_date": DATES, "review_content": body()}, "review_content", "review_type"),
    "waimai": ({"label": of(0, 1), "review": body("ja")}, "review", "label"),
    "dianping": ({"评论": body("ja"), "评分": STARS, "用户": ids("u{}")}, "评论", "评分"),
    "tabelog": ({"店名": of("山", "川"), "点数": of(3.0, 3.5, 4.0), "タイトル": title("ja"), "口コミ本文": body("ja"), "訪問日": DATES}, "口コミ本文", "点数"),
    "spotify": ({"Time_submitted": DATES, "Review": body(), "Rating": STARS, "Total_thumbsup": of(0, 5), "Reply": LONG_REPLIES}, "Review", "Rating"),
    "otto": ({"Artikel": of("A", "B"), "Sternebewertung": STARS, "Überschrift": title("de"), "Rezension": body("de")}, "Rezension", "Sternebewertung"),
    "intents": ({"utterance": body(), "intent": of("book", "cancel", "ask"), "lang": of("en", "de")}, "utterance", "intent"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_text_and_label_are_guessed_as_a_person_would(name: str) -> None:
    cells, text, label = TABLES[name]
    table = Table({"train": pa.table(cells)})
    found = columns.choose(table)
    assert (found.text, found.label) == (text, label)
    why = columns.why(table, found)
    assert set(why) == {"text", "label"}
    for role, column in (("text", text), ("label", label)):
        assert str(why[role]).startswith(repr(column))
        assert len(str(why[role])) < 300
