"""Exports of shops, app stores, hotels and review sites."""

# ruff: noqa: E501, a table is read line by line

from __future__ import annotations

import json
import random

from tests.core.unseen.prose import STARS, Case, cycle, prose, written

N = 40
_pick = random.Random(3)


def _stars(count: int = N) -> list[str]:
    return cycle([5, 5, 5, 4, 4, 3, 2, 1], count)


def _code(prefix: str, at: int) -> str:
    return f"{prefix}{(at * 7919 + 12345) % 999983:06d}"


def _day(at: int) -> str:
    return f"2024-{at % 12 + 1:02d}-{at % 27 + 1:02d}"


def _amazon() -> list[Case]:
    stars, titles = _stars(), prose("en", N, 1)
    us = written(
        ["marketplace", "customer_id", "review_id", "product_id", "product_parent", "product_title", "product_category",
         "star_rating", "helpful_votes", "total_votes", "vine", "verified_purchase", "review_headline", "review_body",
         "review_date"],
        [["US", _code("", i), _code("R", i), _code("B0", i % 5), _code("", i % 5), "Table lamp, small", "Home",
          stars[i], i % 4, i % 6, "N", "Y" if i % 3 else "N", titles[i][:25], body, _day(i)]
         for i, body in enumerate(prose("en", N))],
        delimiter="\t",
    )  # fmt: skip
    german = written(
        ["Kunde", "Sterne", "Titel", "Rezension", "Verifizierter Kauf", "Datum"],
        [[f"Kunde {i}", f"{stars[i]},0 von 5 Sternen", text.split()[1], text, "Ja" if i % 2 else "Nein",
          f"{i % 27 + 1}. März 2024"] for i, text in enumerate(prose("de", N))],
        delimiter=";", encoding="cp1252",
    )  # fmt: skip
    japan = written(
        ["ASIN", "商品名", "レビュータイトル", "レビュー本文", "星評価", "投稿日", "役に立った"],
        [[_code("B0", i % 4), "卓上ランプ", "おすすめ" if i % 2 else "残念", text, f"5つ星のうち{stars[i]}.0",
          f"2024年{i % 12 + 1}月{i % 27 + 1}日", f"{i % 9}人"] for i, text in enumerate(prose("ja", N))],
        encoding="utf-8-sig",
    )  # fmt: skip
    return [
        Case("amazon_us.tsv", us, "review_body | review_headline + review_body", "star_rating", N, STARS, N),
        Case("amazon_de.csv", german, "Rezension | Titel + Rezension", "Sterne", N, STARS, N),
        Case("amazon_jp.csv", japan, "レビュー本文 | レビュータイトル + レビュー本文", "星評価", N, STARS, N),
    ]


def _app_stores() -> list[Case]:
    stars = _stars()
    play = written(
        ["Package Name", "App Version Code", "App Version Name", "Reviewer Language", "Device",
         "Review Submit Date and Time", "Review Submit Millis Since Epoch", "Star Rating", "Review Title",
         "Review Text", "Developer Reply Date and Time", "Developer Reply Text", "Review Link"],
        [["com.example.app", 100 + i % 3, f"1.{i % 3}.0", "en", "pixel7", f"{_day(i)}T10:20:{i % 60:02d}Z",
          1700000000000 + i * 86400, stars[i], "", text if i % 5 else "", f"{_day(i)}T12:00:00Z" if i % 2 else "",
          "Thank you for your review! Please write to us at support@example.com." if i % 2 else "",
          f"https://play.google.com/console/u/0/reviews/{i}"] for i, text in enumerate(prose("en", N))],
        encoding="utf-16",
    )  # fmt: skip
    apple = written(
        ["App Name", "Version", "Storefront", "Rating", "Title", "Review", "Nickname", "Date Last Modified"],
        [["Our App", f"2.{i % 4}", "USA", stars[i], text.split()[0], text, f"user{i}", f"Jan {i % 27 + 1}, 2024"]
         for i, text in enumerate(prose("en", N, 2))],
    )  # fmt: skip
    steam = written(
        ["recommendationid", "language", "review", "voted_up", "votes_up", "votes_funny", "weighted_vote_score",
         "playtime_forever", "timestamp_created"],
        [[160000000 + i * 17, "english", text, "True" if int(stars[i]) > 3 else "False", i % 7, i % 3,
          f"0.{i * 7919 % 1000:03d}", i * 31, 1700000000 + i * 977] for i, text in enumerate(prose("en", N, 3))],
    )  # fmt: skip
    steam_words = written(
        ["funny", "helpful", "hour_played", "is_early_access_review", "recommendation", "review", "title"],
        [[i % 3, i % 9, i * 3, "False", "Recommended" if int(stars[i]) > 3 else "Not Recommended", text, "Some Game"]
         for i, text in enumerate(prose("en", N, 4))],
    )  # fmt: skip
    return [
        Case("google_play_console.csv", play, "Review Text", "Star Rating", 32, STARS, N),
        Case("app_store_connect.csv", apple, "Review | Title + Review", "Rating", N, STARS, N),
        Case("steam_api.csv", steam, "review", "voted_up", N, "False|True", N),
        Case("steam_words.csv", steam_words, "review", "recommendation", N, "Not Recommended|Recommended", N),
    ]


def _places() -> list[Case]:
    stars = _stars()
    trip = written(
        ["\ufeffname", "reviews.rating", "reviews.title", "reviews.text", "reviews.username", "city", "average_rating"],
        [["Hotel Example", stars[i], "Nice stay", text, f"guest{i}", "Lisbon", "4.2"]
         for i, text in enumerate(prose("en", N, 5))],
    )  # fmt: skip
    booking = written(
        ["Hotel name", "Guest name", "Review title", "Liked", "Disliked", "Review score", "Property reply"],
        [["Pension Example", f"Anna {i}", "", text if i % 3 else "", other if i % 4 else "",
          f"{4 + _pick.randrange(13) / 2:.1f}", "Dear guest, thank you for staying with us."]
         for i, (text, other) in enumerate(zip(prose("en", N, 6), prose("en", N, 7), strict=True))],
    )  # fmt: skip
    bubbles = written(
        ["Restaurant", "Bubble", "Avis", "Date de visite"],
        [["Chez Nous", f"{stars[i]}/5", text, "mars 2024"]
         for i, text in enumerate(prose("fr", N))],
        delimiter=";", encoding="cp1252",
    )  # fmt: skip
    yelp = "\n".join(
        json.dumps({"review_id": _code("r", i), "user_id": _code("u", i), "business_id": _code("b", i % 3),
                    "stars": float(stars[i]), "useful": i % 5, "funny": 0, "cool": i % 2, "text": text,
                    "date": f"{_day(i)} 10:00:00",
                    "business": {"name": "Cafe", "stars": 3.5, "city": "Reno", "attributes": {"WiFi": "free"}}})
        for i, text in enumerate(prose("en", N, 8))
    ).encode()  # fmt: skip
    maps = written(
        ["place_id", "place_name", "review_text", "review_rating", "total_score", "reviews_count", "owner_answer",
         "review_img_urls", "author_link"],
        [[_code("ChI", i % 2), "Museum", text, stars[i], "4.3", 812, "Thanks a lot for your kind words, see you soon!",
          f"https://lh5.example.com/{i}.jpg", f"https://maps.example.com/contrib/{i}"]
         for i, text in enumerate(prose("es", N))],
    )  # fmt: skip
    return [
        Case("tripadvisor.csv", trip, "reviews.text | reviews.title + reviews.text", "reviews.rating", N, STARS, N),
        Case("booking_liked.csv", booking, "Liked + Disliked", "Review score", 36, "numbers", N),
        Case("bubbles_fr.csv", bubbles, "Avis", "Bubble", N, STARS + " || 1/5|2/5|3/5|4/5|5/5", N),
        Case("yelp_joined.jsonl", yelp, "text", "stars", N, STARS, N),
        Case("maps_es.csv", maps, "review_text", "review_rating", N, STARS, N),
    ]


def _elsewhere() -> list[Case]:
    stars = _stars()
    rakuten = written(
        ["投稿者ID", "投稿者年代", "投稿者性別", "商品コード", "商品名", "商品価格", "商品評価ポイント", "レビュータイトル",
         "レビュー内容", "レビュー登録日時"],
        [[_code("u", i), "30代", "女性" if i % 2 else "男性", _code("shop:", i % 4), "送料無料のりんご", "1,980円", stars[i],
          "おいしい" if i % 2 else "", text, f"{_day(i)} 10:11:12"] for i, text in enumerate(prose("ja", N, 1))],
        delimiter="\t", encoding="euc_jp",
    )  # fmt: skip
    rakuten_sjis = written(
        ["評価", "口コミ内容", "年代", "性別", "満足度平均"],
        [[stars[i], text, f"{20 + i % 4 * 10}代", "女" if i % 3 else "男", "4.21"]
         for i, text in enumerate(prose("ja", N, 2))],
        encoding="cp932",
    )  # fmt: skip
    dianping = written(
        ["用户名", "店铺", "评论内容", "评分", "点赞数", "评论时间"],
        [[f"用户{i}", "小面馆", text, f"{stars[i]}星", i % 8, _day(i)] for i, text in enumerate(prose("zh", N))],
        encoding="gb18030",
    )  # fmt: skip
    weibo = written(
        ["label", "review"],
        [[i % 2, text] for i, text in enumerate(prose("zh", N, 1))], encoding="gb18030", end="\n",
    )  # fmt: skip
    olist = written(
        ["review_id", "order_id", "review_score", "review_comment_title", "review_comment_message",
         "review_creation_date"],
        [[_code("a", i), _code("b", i), stars[i], "", text if i % 4 else "", f"{_day(i)} 00:00:00"]
         for i, text in enumerate(prose("pt", N))],
        quoting=1,
    )  # fmt: skip
    arabic = written(
        ["النص", "التقييم", "المدينة"],
        [["\u200f" + text, stars[i], "الرياض" if i % 2 else "جدة"] for i, text in enumerate(prose("ar", 36))],
        encoding="cp1256",
    )  # fmt: skip
    hebrew = written(
        ["comment", "label"],
        [[text, "חיובי" if i % 2 else "שלילי"] for i, text in enumerate(prose("he", 36))], delimiter="\t",
    )  # fmt: skip
    womens = written(
        ["", "Clothing ID", "Age", "Title", "Review Text", "Rating", "Recommended IND", "Positive Feedback Count",
         "Division Name", "Department Name", "Class Name"],
        [[i, 1000 + i % 7, 20 + i, "", text, stars[i], int(int(stars[i]) > 2), i % 5, "General", "Dresses",
          ["Dresses", "Knits", "Pants"][i % 3]] for i, text in enumerate(prose("en", N, 9))],
    )  # fmt: skip
    trust = json.dumps(
        {"links": [{"rel": "next"}], "perPage": 40,
         "reviews": [{"id": _code("", i), "stars": int(stars[i]), "title": "Fast and friendly", "text": text,
                      "language": "en", "consumer": {"displayName": f"C {i}", "numberOfReviews": i % 5},
                      "companyReply": {"text": "Hi, thanks for the feedback you have left for us."} if i % 2 else None}
                     for i, text in enumerate(prose("en", N, 10))]}
    ).encode()  # fmt: skip
    return [
        Case(
            "rakuten_eucjp.tsv",
            rakuten,
            "レビュー内容 | レビュータイトル + レビュー内容",
            "商品評価ポイント",
            N,
            STARS,
            N,
        ),
        Case("rakuten_sjis.csv", rakuten_sjis, "口コミ内容", "評価", N, STARS, N),
        Case("dianping.csv", dianping, "评论内容", "评分", N, STARS, N),
        Case("weibo.csv", weibo, "review", "label", N, "0|1", N),
        Case("olist.csv", olist, "review_comment_message", "review_score", 30, STARS, N),
        Case("arabic_cp1256.csv", arabic, "النص", "التقييم", 36, STARS, 36),
        Case("hebrew.tsv", hebrew, "comment", "label", 36, "חיובי|שלילי", 36),
        Case("womens_clothing.csv", womens, "Review Text | Title + Review Text", "Rating", N, STARS, N),
        Case("trustpilot_api.json", trust, "text | title + text", "stars", N, STARS, N),
    ]


CASES = [*_amazon(), *_app_stores(), *_places(), *_elsewhere()]
