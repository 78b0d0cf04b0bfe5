"""A second batch, written after the first was mended and before it was tried: other exports, languages and shapes."""

# ruff: noqa: E501, a table is read line by line

from __future__ import annotations

import decimal
import gzip
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from tests.core.unseen.odd import _book as book
from tests.core.unseen.prose import STARS, Case, cycle, prose, written

N = 40
EN = prose("en", N, 70)
STAR = cycle([1, 2, 3, 4, 5], N)
PAIRS = list(zip(EN, STAR, strict=True))
RU = [f"{a} {b} {i}" for i, (a, b) in enumerate(
    (a, b) for a in ("Доставка", "Этот телефон", "Наш номер", "Обслуживание", "Завтрак")
    for b in ("лучше, чем я ожидал.", "сломался через две недели.", "не стоит своих денег.", "очень понравилось всей семье.",
              "можно было сделать тише.", "мы сюда больше не вернёмся.", "рекомендую всем друзьям.", "всё как на картинке.")
)]  # fmt: skip


def _lines(found: list[dict[str, object]]) -> bytes:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in found).encode()


def _sets() -> list[Case]:
    two = list(zip(EN, prose("en", N, 71), strict=True))
    drugs = written(
        ["uniqueID", "drugName", "condition", "review", "rating", "date", "usefulCount"],
        [[200000 + i * 13, ["Zoloft", "Lexapro", "Plan B"][i % 3], ["Depression", "Anxiety"][i % 2], f'"{t}"', i % 10 + 1,
          f"{i % 27 + 1}-May-12", i * 3] for i, t in enumerate(EN)],
    )  # fmt: skip
    hate = written(
        ["", "count", "hate_speech", "offensive_language", "neither", "class", "tweet"],
        [
            [i, 3, int(i % 3 == 0) * 3, int(i % 3 == 1) * 3, int(i % 3 == 2) * 3, i % 3, f"RT @u{i}: {t}"]
            for i, t in enumerate(EN)
        ],
    )
    fake = written(["id", "title", "author", "text", "label"],
                   [[i, b[:30], "J. Doe", f"{a}\n\n{b}\n", i % 2] for i, (a, b) in enumerate(two)])  # fmt: skip
    doors = written(
        ["firm", "date_review", "job_title", "overall_rating", "work_life_balance", "recommend", "headline", "pros", "cons"],
        [["ACME", "2020-01-02", "Clerk", STAR[i], i % 5 + 1, "vxo"[i % 3], "Fine place", a, b] for i, (a, b) in enumerate(two)],
    )  # fmt: skip
    coursera = written(["reviews", "reviewers", "date_reviews", "rating", "course_id"],
                       [[t, f"By Ann {i}", "Feb 12, 2020", s, "python"] for i, (t, s) in enumerate(PAIRS)])  # fmt: skip
    flip = written(["Product_name", "Review", "Rating"], [["Lamp", t, f"{s}★"] for t, s in PAIRS])
    marc = written(
        ["", "review_id", "product_id", "reviewer_id", "stars", "review_body", "review_title", "language", "product_category"],
        [[i, f"de_{i * 991}", f"product_{i}", f"rev_{i}", s, t, "Gut", "de", ["home", "book"][i % 2]]
         for i, (t, s) in enumerate(zip(prose("de", N, 9), STAR, strict=True))],
    )  # fmt: skip
    airbnb = written(["listing_id", "id", "date", "reviewer_id", "reviewer_name", "comments"],
                     [[2818 + i // 9, 1191 + i * 7, "2009-03-30", 10952 + i * 3, f"Lam {i}", t] for i, t in enumerate(EN)])  # fmt: skip
    cola = "".join(f"gj04\t{i % 2}\t{'*' if i % 2 == 0 else ''}\t{t}\n" for i, t in enumerate(EN)).encode()
    polarity = written(None, [[i % 2 + 1, f"{a}\\n{b}"] for i, (a, b) in enumerate(two)], quoting=1, end="\n")
    dbpedia = written(None, [[i % 4 + 1, a.split()[1] + f" {i}", f" {b}"] for i, (a, b) in enumerate(two)], end="\n")
    wongnai = "".join(
        f"{t} {i};{i % 5 + 1}\n"
        for i, t in enumerate(
            ["ร้านอาหารเล็กๆแต่บรรยากาศดีมาก อาหารอร่อยราคาไม่แพง", "รอนานมาก พนักงานบริการไม่ดีเลย", "กาแฟอร่อย ขนมหวานน้อยกำลังดี"]
            * 14
        )
    ).encode()
    ft = "".join(f"__label__{i % 2 + 1} {a[:20]}: {b}\n" for i, (a, b) in enumerate(two)).encode()
    cleaned = written(["content", "content_cleaned", "sentiment", "sentiment_label"],
                      [[t + " http://t.co/x", t.lower(), ["Negative", "Positive"][i % 2], i % 2] for i, t in enumerate(EN)])  # fmt: skip
    wine = written(
        ["", "country", "description", "designation", "points", "price", "province", "taster_name", "title", "variety", "winery"],
        [[i, "Italy", t, "Vulkà", 80 + i % 9, 12.0, "Etna", "Kerin", f"Wine {i} 2013", ["Red", "White"][i % 2], "Nicosia"]
         for i, t in enumerate(EN)],
    )  # fmt: skip
    click = written(["headline", "clickbait"], [[t, i % 2] for i, t in enumerate(EN)])
    spoiler = _lines([{"review_date": "10 February 2006", "movie_id": "tt1", "user_id": f"ur{i}", "is_spoiler": i % 2 == 0,
                       "review_text": t, "rating": str(i % 10 + 1), "review_summary": "A classic piece"} for i, t in enumerate(EN)])  # fmt: skip
    null = written(
        ["id", "body", "mood"],
        [[i, t, "\\N" if i % 10 == 0 else ["calm", "angry"][i % 2]] for i, t in enumerate(EN)],
        delimiter="\t",
    )
    halves = written(["Review", "Rating"], [[t, ["0.5", "1", "2.5", "4", "4.5", "5"][i % 6]] for i, t in enumerate(EN)])
    return [
        Case("drugs.csv", drugs, "review", "rating", N, "numbers", N),
        Case("hate.csv", hate, "tweet", "class", N, "0|1|2", N),
        Case("fake_news.csv", fake, "text | title + text", "label", N, "0|1", N),
        Case("glassdoor.csv", doors, "pros + cons", "overall_rating", N, STARS, N),
        Case("coursera.csv", coursera, "reviews", "rating", N, STARS, N),
        Case("flipkart.csv", flip, "Review", "Rating", N, STARS, N),
        Case("marc_de.csv", marc, "review_body | review_title + review_body", "stars", N, STARS, N),
        Case("airbnb.csv", airbnb),
        Case("cola.tsv", cola, "column 4", "column 2", N, "0|1", N),
        Case("yelp_polarity.csv", polarity, "column 2", "column 1", N, "1|2", N),
        Case("dbpedia.csv", dbpedia, "column 3 | column 2 + column 3", "column 1", N, "1|2|3|4 || 1 star|2 stars|3 stars|4 stars", N),
        Case("wongnai.csv", wongnai, "column 1", "column 2", 42, STARS, 42),
        Case("amazon.ft.txt", ft, "text", "label", N, "1|2", N),
        Case("cleaned.csv", cleaned, "content | content_cleaned", "sentiment | sentiment_label", N, "Negative|Positive || 0|1", N),
        Case("wine.csv", wine, "description | title + description", "points", N, "numbers", N),
        Case("clickbait.csv", click, "headline", "clickbait", N, "0|1", N),
        Case("spoiler.jsonl", spoiler, "review_text | review_summary + review_text", "rating", N, "numbers", N),
        Case("mysql_null.tsv", null, "body", "mood", 36, "angry|calm", N),
        Case("halves.csv", halves, "Review", "Rating", N, "numbers", N),
    ]  # fmt: skip


def _tongues() -> list[Case]:
    def of(file: str, names: list[str], texts: list[str], encoding: str, delimiter: str = ";") -> Case:
        rows = list(zip(texts, cycle([1, 2, 3, 4, 5], len(texts)), strict=True))
        return Case(file, written(names, rows, encoding=encoding, delimiter=delimiter), names[0], names[1], len(rows), STARS, len(rows))  # fmt: skip

    polish = [f"{a} {b} {i}" for i, (a, b) in enumerate(
        (a, b) for a in ("Przesyłka", "Ten telefon", "Pokój", "Obsługa", "Śniadanie")
        for b in ("była lepsza, niż się spodziewałem.", "zepsuł się po dwóch tygodniach.", "nie jest wart swojej ceny.",
                  "bardzo się spodobał całej rodzinie.", "mogłaby być cichsza.", "już tu nie wrócimy."))]  # fmt: skip
    turkish = [f"{a} {b} {i}" for i, (a, b) in enumerate(
        (a, b) for a in ("Kargo", "Bu telefon", "Odamız", "Müşteri hizmeti", "Kahvaltı")
        for b in ("beklediğimden iyiydi.", "iki haftada bozuldu.", "parasını hak etmiyor.", "bütün aileyi şaşırttı.", "bir daha gelmeyiz."))]  # fmt: skip
    vietnamese = [f"{a} {b} {i}" for i, (a, b) in enumerate(
        (a, b) for a in ("Giao hàng", "Điện thoại này", "Phòng khách sạn", "Nhân viên")
        for b in ("tốt hơn tôi nghĩ.", "hỏng sau hai tuần.", "không đáng tiền.", "làm cả nhà tôi hài lòng.", "hơi ồn một chút."))]  # fmt: skip
    return [
        of("russian_cp1251.csv", ["Отзыв", "Оценка"], RU, "cp1251"),
        of("russian_utf16.csv", ["Текст отзыва", "Рейтинг"], RU, "utf-16"),
        of("polish_cp1250.csv", ["Opinia", "Ocena"], polish, "cp1250"),
        of("turkish_cp1254.csv", ["Yorum", "Puan"], turkish, "cp1254"),
        of("hebrew_cp1255.csv", ["תגובה", "ציון"], prose("he", 36, 1), "cp1255"),
        of("vietnamese.csv", ["Nội dung", "Số sao"], vietnamese, "utf-8", ","),
        of("korean_cp949.csv", ["리뷰", "별점"], prose("ko", N, 4), "cp949", ","),
        of("taiwan_big5.csv", ["評論", "評分"], [t.translate(str.maketrans("这来让员态机电池装实过错会格适软", "這來讓員態機電池裝實過錯會格適軟")).replace("给", "給").replace("务", "務").replace("间", "間").replace("递", "遞").replace("顾", "顧").replace("价", "價").replace("荐", "薦").replace("还", "還").replace("个", "個").replace("样", "樣").replace("两", "兩").replace("坏", "壞").replace("象", "象").replace("顿", "頓").replace("包", "包").replace("快", "快").replace("再", "再") for t in prose("zh", N, 5)], "big5", ","),
        of("excel_unicode.txt", ["Kommentar", "Bewertung"], prose("de", N, 8), "utf-16", "\t"),
        of("mac_french.csv", ["Commentaire", "Note"], prose("fr", N, 8), "mac_roman"),
    ]  # fmt: skip


def _shapes() -> list[Case]:
    def packed(**files: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name.replace("__", "."), content)
        return stream.getvalue()

    plain = written(["text", "stars"], PAIRS)
    table = pa.table({
        "meta": pa.array([{"lang": "en", "inner": {"at": i}} for i in range(N)]),
        "price": pa.array([decimal.Decimal(f"{i}.50") for i in range(N)], pa.decimal128(9, 2)),
        "review": pa.array([{"text": t, "stars": int(s)} for t, s in PAIRS]),
    })  # fmt: skip
    stream = io.BytesIO()
    pq.write_table(table, stream)
    qualtrics = written(
        ["StartDate", "EndDate", "Progress", "Duration (in seconds)", "ResponseId", "Q1", "Q2"],
        [["Start Date", "End Date", "Progress", "Duration (in seconds)", "Response ID", "How satisfied are you?", "Tell us more"],
         ['{"ImportId":"startDate"}', '{"ImportId":"endDate"}', '{"ImportId":"progress"}', '{"ImportId":"duration"}',
          '{"ImportId":"_recordId"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2_TEXT"}'],
         *[["2024-01-02 10:00:00", "2024-01-02 10:05:00", 100, 200 + i, f"R_{i * 7919:07x}",
            ["Very dissatisfied", "Dissatisfied", "Satisfied", "Very satisfied"][i % 4], t] for i, t in enumerate(EN)]],
    )  # fmt: skip
    bom_twice = written(["text", "stars"], PAIRS[:20], encoding="utf-8-sig") + written(
        ["text", "stars"], PAIRS[20:], encoding="utf-8-sig"
    )
    argilla = json.dumps({"records": [{"id": str(i), "fields": {"text": t}, "responses": {"label": [{"value": "pos" if i % 2 else "neg"}]}}
                                      for i, t in enumerate(EN)]}).encode()  # fmt: skip
    openai = _lines(
        [{"prompt": t + "\n\n###\n\n", "completion": " positive" if i % 2 else " negative"} for i, t in enumerate(EN)]
    )
    studio = written(
        ["annotation_id", "annotator", "created_at", "id", "lead_time", "sentiment", "text", "updated_at"],
        [[i, 1, "2024-01-02T10:00:00.1Z", 50 + i, f"{i}.25", ["Positive", "Negative"][i % 2], t, "2024-01-02T10:01:00Z"]
         for i, t in enumerate(EN)],
    )  # fmt: skip
    listed = _lines([{"text": t, "labels": [["food", "staff"][i % 2]]} for i, t in enumerate(EN)])
    offset = book([[None, None, None], [None, "Comment", "Score"], *[[None, t, int(s)] for t, s in PAIRS]])
    sheets = book(
        [["text", "stars"], *[[t, int(s)] for t, s in PAIRS]], Readme=[["This file was exported."], ["Ask Ann."]]
    )
    bars = "".join(f"{t}||{s}\n" for t, s in [("text", "stars"), *PAIRS]).encode()
    colons = "".join(f"{i}::{t}::{s}\n" for i, (t, s) in enumerate(PAIRS)).encode()
    html = (
        "<html><table><tr><td>text</td><td>stars</td></tr>"
        + "".join(f"<tr><td>{t}</td><td>{s}</td></tr>" for t, s in PAIRS)
        + "</table></html>"
    ).encode()
    notes = _lines([{"text": t, "label": i % 2} for i, t in enumerate(EN)]).replace(b"}\n", b"},\n")
    comment = b"// exported\n" + json.dumps([{"text": t, "label": i % 2} for i, t in enumerate(EN)]).encode()
    return [
        Case("nested.parquet", stream.getvalue(), "review.text", "review.stars", N, STARS, N),
        Case("one.zip", packed(**{"data/reviews__csv": plain, "__MACOSX/data/._reviews__csv": b"\0\1"}), "text", "stars", N, STARS, N),
        Case("two.zip", packed(a__csv=plain, b__csv=plain)),
        Case("zip_in.zip", packed(inner__zip=packed(a__csv=plain)), "text", "stars", N, STARS, N),
        Case("none.zip", packed(readme__md=b"# hello")),
        Case("lines.jsonl.gz", gzip.compress(_lines([{"text": t, "stars": int(s)} for t, s in PAIRS])), "text", "stars", N, STARS, N),
        Case("lines_bom.jsonl", b"\xef\xbb\xbf" + _lines([{"text": t, "stars": int(s)} for t, s in PAIRS]), "text", "stars", N, STARS, N),
        Case("qualtrics.csv", qualtrics, "Q2", "Q1", N, "Very dissatisfied|Dissatisfied|Satisfied|Very satisfied", N + 2),
        Case("bom_twice.csv", bom_twice, "text", "stars", N, STARS, N + 1),
        Case("argilla.json", argilla, "fields.text", "responses.label | responses.label.value", N, "neg|pos", N),
        Case("openai.jsonl", openai, "prompt", "completion", N, "negative|positive", N),
        Case("labelstudio.csv", studio, "text", "sentiment", N, "Negative|Positive", N),
        Case("listed.jsonl", listed, "text", "labels", N, "food|staff", N),
        Case("offset.xlsx", offset, "Comment", "Score", N, STARS, N),
        Case("sheets.xlsx", sheets, "text", "stars", N, STARS, N),
        Case("two_bars.txt", bars, "text", "stars", N, STARS, N),
        Case("two_colons.dat.txt", colons),
        Case("web.xls", html),
        Case("commas_behind.jsonl", notes, "text", "label", N, "0|1", N),
        Case("commented.json", comment),
        Case("prefixed.txt", "".join(f"{['HUM', 'LOC', 'NUM'][i % 3]}:x {t}\n" for i, t in enumerate(EN)).encode()),
    ]  # fmt: skip


CASES = [*_sets(), *_tongues(), *_shapes()]
