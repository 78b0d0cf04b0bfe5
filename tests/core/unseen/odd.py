"""Tables whose writing is odd: dumps, broken files, strange headers, strange cells, and tables that teach nothing."""

# ruff: noqa: E501, a table is read line by line

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.core.data.formats.books import Rows, ods, xlsx
from tests.core.unseen.prose import STARS, Case, cycle, prose, written

N = 40
EN = prose("en", N, 60)
STAR = cycle([1, 2, 3, 4, 5], N)
PAIRS = list(zip(EN, STAR, strict=True))
PLAIN = written(["text", "stars"], PAIRS, end="\n")


def _book(rows: list[Any], kind: str = "xlsx", **more: Rows) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"book.{kind}"
        if kind == "ods":
            ods(path, rows)
        else:
            xlsx(path, {**more, "Data": rows})
        return path.read_bytes()


def _books() -> list[Case]:
    titled: list[Any] = [["Customer feedback, March", None, None], [None, None, None], ["No.", "Comment", "Stars"],
                    *[[i + 1, text, int(star)] for i, (text, star) in enumerate(PAIRS)],
                    ["Total", None, sum(map(int, STAR))]]  # fmt: skip
    libre: list[Any] = [["Kommentar", "Bewertung", "Datum"],
                   *[[text, float(star), "2024-01-02"] for text, star in zip(prose("de", N, 3), STAR, strict=True)]]  # fmt: skip
    formula: list[Any] = [["text", "label"], *[[f'=HYPERLINK("http://x.example/{i}","{t}")' if i == 3 else t, "a" if i % 2 else "b"]
                                          for i, t in enumerate(EN)]]  # fmt: skip
    return [
        Case("titled.xlsx", _book(titled), "Comment", "Stars", N, STARS),
        Case("libre.ods", _book(libre, "ods"), "Kommentar", "Bewertung", N, STARS, N),
        Case("formula.xlsx", _book(formula), "text", "label", N, "a|b", N),
        Case("true_false.xlsx", _book([["review", "useful"], *[[t, i % 2 == 0] for i, t in enumerate(EN)]]),
             "review", "useful", N, "False|True || false|true", N),
    ]  # fmt: skip


def _dumps() -> list[Case]:
    wide = max(len(each) for each in EN)
    psql = f" id | {'review'.center(wide)} | stars \n----+-{'-' * wide}-+-------\n" + "".join(
        f" {i:2} | {text.ljust(wide)} | {star:>5} \n" for i, (text, star) in enumerate(PAIRS)
    ) + f"({N} rows)\n\n"  # fmt: skip
    rule = f"+----+-{'-' * wide}-+-------+\n"
    mysql = rule + f"| id | {'review'.ljust(wide)} | stars |\n" + rule + "".join(
        f"| {i:2} | {text.ljust(wide)} | {star:>5} |\n" for i, (text, star) in enumerate(PAIRS)
    ) + rule + f"{N} rows in set (0.00 sec)\n"  # fmt: skip
    markdown = "| review | stars |\n|:---|---:|\n" + "".join(f"| {text} | {star} |\n" for text, star in PAIRS)
    batch = "id\treview\tstars\n" + "".join(f"{i}\t{t}\\n{t[:9]}\t{s}\n" for i, (t, s) in enumerate(PAIRS))
    pipes = "review|stars\n" + "".join(f"{text}|{star}\n" for text, star in PAIRS)
    spaced = "text, stars\n" + "".join(f'"{text}, really", {star}\n' for text, star in PAIRS)
    single = "text,stars\n" + "".join(f"'{text.replace(chr(39), '')}, really',{star}\n" for text, star in PAIRS)
    smart = "text,stars\n" + "".join(f"\u201c{text}\u201d,{star}\n" for text, star in PAIRS)
    whole = "\n".join(f'"{text},{star}"' for text, star in [("text", "stars"), *PAIRS])
    inserts = (
        "INSERT INTO reviews (text, stars) VALUES\n"
        + ",\n".join(f"('{t.replace(chr(39), chr(39) * 2)}', {s})" for t, s in PAIRS)
        + ";\n"
    )
    return [
        Case("psql.txt", psql.encode(), "review", "stars", N, STARS),
        Case("mysql.txt", mysql.encode(), "review", "stars", N, STARS),
        Case("markdown.txt", markdown.encode(), "review", "stars", N, STARS),
        Case("mysql_batch.tsv", batch.encode(), "review", "stars", N, STARS, N),
        Case("pipes.csv", pipes.encode(), "review", "stars", N, STARS, N),
        Case("space_after_comma.csv", spaced.encode(), "text", "stars", N, STARS, N),
        Case("single_quotes.csv", single.encode(), "text", "stars", N, STARS, N),
        Case("smart_quotes.csv", smart.encode(), "text", "stars", N, STARS, N),
        Case("line_in_quotes.csv", whole.encode(), "text", "stars", N, STARS, N),
        Case("inserts.sql", inserts.encode()),
    ]


def _breaks() -> list[Case]:
    lines = PLAIN.split(b"\n")
    mixed = b"".join(line + (b"\r\n", b"\n", b"\r")[i % 3] for i, line in enumerate(lines[:-1]))
    old_mac = PLAIN.replace(b"\n", b"\r")
    quoted = "text,stars\n" + "".join(f'"{text}\nsecond, ""line""\tand tab",{star}\n' for text, star in PAIRS)
    cut = quoted.encode()[:-30]
    twice = written(["text", "stars"], PAIRS[:20], end="\n") + written(["text", "stars"], PAIRS[20:], end="\n")
    no_end = PLAIN + b"no line end,5"
    nul = PLAIN.replace(b"a", b"\x00", 3)
    blanks = PLAIN.replace(b"\n", b"\n\n") + b",,\n , \n"
    comments = b"# exported 2024-01-02\n# by tool\n" + PLAIN
    trailing = "text,stars,\n" + "".join(f'"{t}",{s},\n' for t, s in PAIRS)
    ragged = "text,stars,note\n" + "".join(
        f'"{t}",{s}' + (",kept" if i % 3 else "") + "\n" for i, (t, s) in enumerate(PAIRS)
    )
    commas = "stars,text,lang\n" + "".join(f"{s},{t[:20]}, and so on, {t[20:]},en\n" for t, s in PAIRS)
    inches = "text,stars\n" + "".join(f'A 15" screen. {t},{s}\n' for t, s in PAIRS)
    opened = "text;stars\n" + "".join(f"{chr(34) if i == 5 else ''}{t};{s}\n" for i, (t, s) in enumerate(PAIRS))
    return [
        Case("line_ends_mixed.csv", mixed, "text", "stars", N, STARS, N),
        Case("line_ends_cr.csv", old_mac, "text", "stars", N, STARS, N),
        Case("breaks_in_quotes.csv", quoted.encode(), "text", "stars", N, STARS, N),
        Case("cut_in_the_middle.csv", cut),
        Case("two_in_one.csv", twice, "text", "stars", N, STARS, N + 1),
        Case("no_line_end.csv", no_end, "text", "stars", N + 1, STARS, N + 1),
        Case("nul.csv", nul),
        Case("blank_lines.csv", blanks, "text", "stars", N, STARS),
        Case("comment_lines.csv", comments, "text", "stars", N, STARS),
        Case("trailing_comma.csv", trailing.encode(), "text", "stars", N, STARS, N),
        Case("ragged.csv", ragged.encode(), "text", "stars", N, STARS, N),
        Case("commas_in_the_middle.csv", commas.encode(), "text", "stars", N, STARS, N),
        Case("inches.csv", inches.encode(), "text", "stars", N, STARS, N),
        Case("one_open_quote.csv", opened.encode()),
    ]


def _headers() -> list[Case]:
    months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
    return [
        Case("capitals.csv", written(["REVIEW_TEXT", "STAR_RATING"], PAIRS), "REVIEW_TEXT", "STAR_RATING", N, STARS, N),
        Case("header_lines.csv", written(["Comment\n(free text)", "Rating\n[1-5]", "Weight [kg]"],
                                         [[t, s, f"{i * 0.37:.2f}"] for i, (t, s) in enumerate(PAIRS)]),
             "Comment\n(free text) | Comment (free text)", "Rating\n[1-5] | Rating [1-5]", N, STARS, N),
        Case("bom_quoted.csv", b"\xef\xbb\xbf" + written(["text", "stars"], PAIRS, quoting=1), "text", "stars", N, STARS, N),
        Case("spaced_names.csv", written([" text ", "stars "], PAIRS), "text |  text ", "stars | stars ", N, STARS, N),
        Case("index_column.csv", written(["Unnamed: 0", "Unnamed: 0.1", "Text", "Score"],
                                         [[i, i, t, s] for i, (t, s) in enumerate(PAIRS)]), "Text", "Score", N, STARS, N),
        Case("ids_like_ratings.csv", written(["store_id", "staff_id", "comment", "points"],
                                             [[i % 5 + 1, i % 3 + 1, t, s] for i, (t, s) in enumerate(PAIRS)]),
             "comment", "points", N, STARS, N),
        Case("months.csv", written(["review", "month"], [[t, months[i % 10]] for i, t in enumerate(EN)])),
        Case("constant.csv", written(["source", "comment", "currency", "verdict"],
                                     [["web", t, "EUR", "good" if i % 2 else "poor"] for i, t in enumerate(EN)]),
             "comment", "verdict", N, "poor|good", N),
        Case("sparse.csv", written(["a", "b", "feedback", "c", "class"],
                                   [["x" if i == 3 else "", "", t if i % 4 else "", "", ["low", "high"][i // 2 % 2] if i % 5 else ""]
                                    for i, t in enumerate(EN)]), "feedback", "class", 24, "low|high", N),
        Case("addresses.csv", written(["url", "image", "html", "polarity"],
                                      [[f"https://shop.example/item/{i}?ref=list", f"https://cdn.example/{i}.png",
                                        f"<div class='r'><p>{t}</p></div>", "positive" if i % 2 else "negative"]
                                       for i, t in enumerate(EN)]), "html", "polarity", N, "negative|positive", N),
        Case("thousands.csv", written(["price", "views", "opinion", "stars"],
                                      [[f"1,{i:03d}.00", f"{i + 1},{i * 7 % 1000:03d}", t, s] for i, (t, s) in enumerate(PAIRS)]),
             "opinion", "stars", N, STARS, N),
        Case("few_words.csv", written(["comment", "label"], [[" ".join(t.split()[-2:]) + f" {i}", "a" if i % 2 else "b"]
                                                             for i, t in enumerate(EN)]), "comment", "label", N, "a|b", N),
        Case("titles_only.csv", written(["id", "title", "category"],
                                        [[i, " ".join(t.split()[:4]) + f" {i}", ["sport", "politics", "culture"][i % 3]]
                                         for i, t in enumerate(EN)]), "title", "category", N, "culture|politics|sport", N),
        Case("question_answer.csv", written(["question", "answer", "helpful"],
                                            [[a + "?", b, "yes" if i % 2 else "no"]
                                             for i, (a, b) in enumerate(zip(EN, prose("en", N, 61), strict=True))]),
             "question | answer | question + answer", "helpful", N, "no|yes", N),
    ]  # fmt: skip


def _labels() -> list[Case]:
    def labelled(file: str, values: list[str], classes: str, name: str = "label", rows: int = N) -> Case:
        return Case(file, written(["text", name], [[t, values[i % len(values)]] for i, t in enumerate(EN)]),
                    "text", name, rows, classes, N)  # fmt: skip

    return [
        labelled("trailing_spaces.csv", ["good", "good ", " Good", "bad", "bad\u200b", "BAD", "ｂａｄ", "bad."], "bad|good"),
        labelled("decimal_stars.csv", ["1.0", "2.0", "3.0", "4.0", "5.0"], STARS, "stars"),
        labelled("decimal_comma.csv", ["1,0", "2,0", "3,0", "4,0", "5,0"], STARS, "Sterne"),
        labelled("stars_words.csv", ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], STARS, "rating"),
        labelled("stars_of.csv", ["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"], STARS, "rating"),
        labelled("glyph_half.csv", ["★☆☆☆☆", "★★☆☆☆", "★★★☆☆", "★★★★☆", "★★★★★"], STARS, "評価"),
        labelled("kanji_numbers.csv", ["星一つ", "星二つ", "星三つ", "星四つ", "星五つ"], STARS, "評価"),
        labelled("wide_digits.csv", ["１", "２", "３", "４", "５"], STARS, "評価"),
        labelled("out_of_100.csv", ["20/100", "40/100", "60/100", "80/100", "100/100"],
                 "20/100|40/100|60/100|80/100|100/100", "rating"),
        labelled("priority.csv", ["low", "medium", "high", "critical"], "low|medium|high|critical", "priority"),
        labelled("sizes.csv", ["never", "rarely", "sometimes", "often", "always"],
                 "never|rarely|sometimes|often|always", "How often"),
        labelled("letters.csv", ["A", "B", "C", "D", "F"], "F|D|C|B|A", "grade"),
        labelled("plus_minus.csv", ["+", "-"], "+|-", "label"),
        labelled("true_false.csv", ["TRUE", "FALSE"], "FALSE|TRUE", "is_spam"),
        labelled("ordinals.csv", ["1st", "2nd", "3rd"], "1st|2nd|3rd", "label"),
        labelled("french_words.csv", ["négatif", "neutre", "positif"], "négatif|neutre|positif", "avis"),
        labelled("chinese_words.csv", ["差评", "中评", "好评"], "差评|中评|好评", "label"),
        labelled("korean_words.csv", ["부정", "중립", "긍정"], "부정|중립|긍정", "감정"),
        labelled("not_answered.csv", ["yes", "no", "N/A", "-"], "no|yes", "label", 20),
    ]  # fmt: skip


def _small() -> list[Case]:
    return [
        Case("three_rows.csv", written(["text", "label"], [["Very good", "a"], ["Very bad", "b"], ["So so", "a"]]),
             "text", "label", 3, "a|b", 3),
        Case("one_column.csv", written(["review"], [[t] for t in EN])),
        Case("one_row.csv", written(["text", "label"], [["Very good", "a"]])),
        Case("header_only.csv", b"text,label\n"),
        Case("empty.csv", b""),
        Case("spaces.csv", b" \n \n\t\n"),
        Case("only_numbers.csv", written(["a", "b", "c"], [[i, i * 3, i % 5] for i in range(N)])),
        Case("one_class.csv", written(["text", "label"], [[t, "good"] for t in EN])),
        Case("labels_blank.csv", written(["text", "label"], [[t, ""] for t in EN])),
        Case("error.json", json.dumps({"error": "Unauthorized", "status": 401, "message": "log in first"}).encode()),
        Case("error.xml.csv", b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>no</Message></Error>\n'),
        Case("script.csv", b"#!/usr/bin/env python\nimport csv\n\nprint('hello, world')\n"),
        Case("empty.json", b"[]"),
        Case("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
        Case("nested.gz", gzip.compress(gzip.compress(PLAIN)), "text", "stars", N, STARS, N),
        Case("plain.csv.gz", gzip.compress(PLAIN), "text", "stars", N, STARS, N),
        Case("really_gz.csv", gzip.compress(PLAIN), "text", "stars", N, STARS, N),
        Case("really_tsv.csv", PLAIN.replace(b",", b"\t"), "text", "stars", N, STARS, N),
        Case("really_json.csv", json.dumps([{"text": t, "stars": int(s)} for t, s in PAIRS]).encode(), "text", "stars", N, STARS, N),
        Case("really_lines.json", "\n".join(json.dumps({"text": t, "stars": int(s)}) for t, s in PAIRS).encode(),
             "text", "stars", N, STARS, N),
        Case("really_csv.json", PLAIN, "text", "stars", N, STARS, N),
        Case("broken_line.jsonl", ("\n".join(json.dumps({"text": t, "stars": int(s)}) for t, s in PAIRS) + '\n{"text": "cut o').encode(),
             "text", "stars", N, STARS, N + 1),
    ]  # fmt: skip


CASES = [*_books(), *_dumps(), *_breaks(), *_headers(), *_labels(), *_small()]
