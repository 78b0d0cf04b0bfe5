"""A third batch: ratings of every country's shops, numbered answers of surveys, and more shapes."""

# ruff: noqa: E501, a table is read line by line

from __future__ import annotations

import json
from typing import Any

from tests.core.unseen.odd import _book as book
from tests.core.unseen.prose import STARS, Case, cycle, prose, written

N = 40
EN = prose("en", N, 90)
STAR = cycle([1, 2, 3, 4, 5], N)
PAIRS = list(zip(EN, STAR, strict=True))


def _rated() -> list[Case]:
    def of(file: str, form: str, name: str = "rating", classes: str = STARS) -> Case:
        rows = [[t, form.format(n=s)] for t, s in PAIRS]
        return Case(file, written(["review", name], rows), "review", name, N, classes, N)

    def listed(file: str, values: list[str], name: str = "answer", classes: str = "") -> Case:
        rows = [[t, values[i % len(values)]] for i, t in enumerate(EN)]
        return Case(file, written(["comment", name], rows), "comment", name, N, classes or "|".join(values), N)

    return [
        of("amazon_fr.csv", "{n},0 sur 5 étoiles", "note"),
        of("amazon_it.csv", "{n},0 su 5 stelle", "voto"),
        of("amazon_es.csv", "{n},0 de 5 estrellas", "valoración"),
        of("amazon_nl.csv", "{n},0 van 5 sterren", "beoordeling"),
        of("amazon_se.csv", "{n},0 av 5 stjärnor", "betyg"),
        of("amazon_pl.csv", "{n},0 z 5 gwiazdek", "ocena"),
        of("amazon_tr.csv", "5 yıldız üzerinden {n},0", "puan"),
        of("amazon_cn.csv", "{n}.0 颗星，最多 5 颗星", "评分"),
        of("amazon_kr.csv", "5개 중 {n}개", "별점"),
        of("rating_colon.csv", "Rating: {n}/5"),
        of("rating_hyphen.csv", "{n}-star"),
        of("rating_sign.csv", "{n} ⭐"),
        of("rating_class.csv", "star-{n}"),
        listed("asterisks.csv", ["*", "**", "***", "****", "*****"], "rating", STARS),
        listed("bubbles.csv", ["●○○○○", "●●○○○", "●●●○○", "●●●●○", "●●●●●"], "rating", STARS),
        listed("emoji_variation.csv", ["⭐️", "⭐️⭐️", "⭐️⭐️⭐️", "⭐️⭐️⭐️⭐️", "⭐️⭐️⭐️⭐️⭐️"], "rating", STARS),
        listed("trustpilot_words.csv", ["Bad", "Poor", "Average", "Great", "Excellent"], "rating"),
        listed("tripadvisor_words.csv", ["Terrible", "Poor", "Average", "Very Good", "Excellent"], "rating"),
        listed(
            "steam_summary.csv",
            ["Very Negative", "Mostly Negative", "Mixed", "Mostly Positive", "Very Positive"],
            "review_summary",
        ),
        listed(
            "numbered.csv",
            ["1 - Very dissatisfied", "2 - Dissatisfied", "3 - Neutral", "4 - Satisfied", "5 - Very satisfied"],
        ),
        listed("ends_named.csv", ["1 (very bad)", "2", "3", "4", "5 (very good)"]),
        listed(
            "extremes.csv",
            [str(n) for n in range(10)] + ["10 - Extremely likely"],
            "How likely are you to recommend us?",
        ),
        listed(
            "sir.csv",
            [
                "Not at all satisfied",
                "Slightly satisfied",
                "Moderately satisfied",
                "Very satisfied",
                "Extremely satisfied",
            ],
        ),
        listed("frequency.csv", ["Never", "Rarely", "Sometimes", "Often", "Always"]),
        listed(
            "agree_ja.csv",
            ["全く当てはまらない", "あまり当てはまらない", "どちらともいえない", "やや当てはまる", "非常に当てはまる"],
            "設問1の評価",
        ),
        listed("ranges.csv", ["0-25%", "26-50%", "51-75%", "76-100%"], "score"),
        listed("liked.csv", ["disliked", "liked"], "label"),
        listed("pass_fail.csv", ["fail", "pass"], "result"),
        listed("vowels.csv", ["A", "B", "C"], "cluster"),
    ]


def _more_shapes() -> list[Case]:
    inner: list[dict[str, Any]] = [{"text": t, "stars": int(s)} for t, s in PAIRS]
    pages = json.dumps([{"page": p, "items": inner[p * 10 : p * 10 + 10]} for p in range(4)]).encode()
    page_lines = "\n".join(json.dumps({"page": p, "reviews": inner[p * 10 : p * 10 + 10]}) for p in range(4)).encode()
    business = json.dumps(
        [{"name": f"Cafe {p}", "stars": 3.5, "reviews": inner[p * 8 : p * 8 + 8]} for p in range(5)]
    ).encode()
    result = json.dumps({"status": "ok", "result": {"items": inner, "next": None}}).encode()
    bulk = "\n".join(json.dumps(x) for i, r in enumerate(inner) for x in ({"index": {"_id": i}}, r)).encode()
    by_id = json.dumps({f"r{i}": r for i, r in enumerate(inner)}).encode()
    footers = "text,stars\n" + "".join(
        f'"{t}",{s}\n' + (f"Page {i // 10 + 1} of 4,\ntext,stars\n" if i % 10 == 9 else "")
        for i, (t, s) in enumerate(PAIRS)
    )
    no_header = "".join(
        f"{'good' if i % 2 else 'bad'},{'I think that, well, ' if i % 3 else ''}{t}\n" for i, t in enumerate(EN)
    )
    tsv = "text\tstars\n" + "".join(f'"{t}\tand\nmore"\t{s}\n' for t, s in PAIRS)
    question = (
        "On a scale that goes from one to five, where one means very poor and five means excellent, how would you rate us? "
        * 3
    )
    long_names = written(["Please describe, in as many words as you like, what happened when you called us. " * 3, question],
                         [[t, s] for t, s in PAIRS])  # fmt: skip
    gaps: list[Any] = [["Comment", None, "Score", None], *[row for i, (t, s) in enumerate(PAIRS) for row in
                       ([t, None, int(s), None], *([[None] * 4] if i % 10 == 9 else []))], [None] * 4, ["Average", None, 3.12, None]]  # fmt: skip
    dos = written(
        ["Kommentar", "Note"],
        [[t, s] for t, s in zip(prose("de", N, 12), STAR, strict=True)],
        encoding="cp850",
        delimiter=";",
    )
    sep16 = ("sep=;\r\n" + written(["Comment", "Stars"], PAIRS, delimiter=";").decode()).encode("utf-16")
    prefixed = "\n".join(
        json.dumps({"data": {"body": t, "rating": int(s), "author": {"name": "x", "rating": 4.5}}}) for t, s in PAIRS
    ).encode()
    wide_pair = written(["premise", "hypothesis", "label"], [[a, b, ["entailment", "neutral", "contradiction"][i % 3]]
                        for i, (a, b) in enumerate(zip(EN, prose("en", N, 91), strict=True))])  # fmt: skip
    feed = b'<?xml version="1.0"?><reviews><review stars="5">Good</review></reviews>'
    yaml = ("".join(f"- text: {t}\n  stars: {s}\n" for t, s in PAIRS)).encode()
    slash_n = "stars\ttext\n" + "".join(f"{s}\t{t}\\n\\nmore\\t.\n" for t, s in PAIRS)
    upper = written(
        ["ID", "DATE", "COMMENTS", "RATING", "AVG_RATING"],
        [[i, "2024-01-02", t, s, "4.1"] for i, (t, s) in enumerate(PAIRS)],
    )
    return [
        Case("pages.json", pages, "text | items.text", "stars | items.stars", N, STARS, N),
        Case("page_lines.jsonl", page_lines, "text | reviews.text", "stars | reviews.stars", N, STARS, N),
        Case("businesses.json", business, "text | reviews.text", "stars | reviews.stars", N, STARS, N),
        Case("result.json", result, "text", "stars", N, STARS, N),
        Case("bulk.jsonl", bulk, "text", "stars", N, STARS, 2 * N),
        Case("by_id.json", by_id, "text", "stars", N, STARS, N),
        Case("page_footers.csv", footers.encode(), "text", "stars", N, STARS, N + 8),
        Case("no_header_commas.csv", no_header.encode(), "column 2", "column 1", N, "bad|good", N),
        Case("tabs_in_quotes.tsv", tsv.encode(), "text", "stars", N, STARS, N),
        Case("long_names.csv", long_names, ("Please describe, in as many words as you like, what happened when you called us. " * 3).strip(), question.strip(), N, STARS, N),
        Case("gaps.xlsx", book(gaps), "Comment", "Score", N, STARS),
        Case("dos.csv", dos, "Kommentar", "Note", N, STARS, N),
        Case("sep_utf16.csv", sep16, "Comment", "Stars", N, STARS, N),
        Case("data_prefix.jsonl", prefixed, "data.body", "data.rating", N, STARS, N),
        Case("nli.csv", wide_pair, "premise + hypothesis", "label", N, "contradiction|entailment|neutral", N),
        Case("feed.xml", feed),
        Case("reviews.yaml", yaml),
        Case("slash_n.tsv", slash_n.encode(), "text", "stars", N, STARS, N),
        Case("oracle.csv", upper, "COMMENTS", "RATING", N, STARS, N),
    ]  # fmt: skip


CASES = [*_rated(), *_more_shapes()]
