from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.data import remedies


def texts(*cells: str) -> pa.ChunkedArray:
    return pa.chunked_array([list(cells[:1]), list(cells[1:])], pa.string())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I <3 you", "I <3 you"),
        ("a < b &amp; c > d", "a < b & c > d"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<p class='x'>Hi</p><p>Ho</p>", "Hi\n\nHo"),
        ("AT&T &copy it", "AT&T &copy it"),
        ("&lt;br /&gt;so &amp;lt;3", "so <3"),
        ("if a <b and c> d", "if a <b and c> d"),
        ('<script>x = 1</script>ok <a href="http://x.y/z?a=1&b=2" target=_blank>here</a>', "ok here"),
        ("caf&eacute; &#39;s &#x1F600;", "café 's 😀"),
        ("<not a tag> <<>>", "<not a tag> <<>>"),
        ("<!-- hidden -->seen", "seen"),
    ],
)
def test_html(before: str, after: str) -> None:
    assert remedies.html(texts("plain", before)).to_pylist() == ["plain", after]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cafÃ© donâ€™t", "café don’t"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("cafe\u0301", "café"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db\x07\u202e", "ab"),
        ("ＧＯＯＤ “q” …", "ＧＯＯＤ “q” …"),
        ("a\tb\nc", "a\tb\nc"),
        ("&amp;", "&amp;"),
    ],
)
def test_unicode(before: str, after: str) -> None:
    assert remedies.unicode(texts("plain", before)).to_pylist() == ["plain", after]


def test_urls() -> None:
    before = texts(
        "see http://a.b/c?d=1, ok", "www.x.com.", "(https://q.r/s)", "詳細はhttps://a.jp/x。です", "pkg://y http"
    )
    after = ["see link, ok", "link.", "(link)", "詳細はlink。です", "pkg://y http"]
    assert remedies.urls(before).to_pylist() == after


def test_rows_that_stay() -> None:
    found = texts("A b", " a  B", "c", "c", "d")
    assert remedies.duplicates(found).tolist() == [True, False, True, False, True]
    assert remedies.conflicts(found, np.array([0, 1, 1, 1, 0])).tolist() == [False, False, True, True, True]
    assert remedies.leaks(found, texts("D "), texts("x", "C")).tolist() == [True, True, False, False, False]
    assert remedies.leaks(found).all()
    words = texts("good", "very good", "最高", "最高です", "รถ", "👍", "")
    assert remedies.one_word(words).tolist() == [False, True, False, True, False, False, False]


def test_near_duplicates_keep_the_first() -> None:
    long = "the food was good and the staff was kind to all of us on a long evening in may"
    japanese = "この料理はとても美味しくて店員さんも親切でした。また家族と一緒に行きたいです"
    found = texts(
        long, long + " there", "phones and laptops are sold here", japanese, japanese + "！", "Good", "good!", "ok"
    )
    assert remedies.near_duplicates(found).tolist() == [True, False, True, True, False, True, False, True]


def test_near_duplicates_are_found_and_others_are_not() -> None:
    """One word of sixty is another (0.9 of the shingles in common): nearly all are found, and nothing else."""
    rng = np.random.default_rng(0)
    words = np.array([f"w{n}" for n in range(3000)])
    first = [list(rng.choice(words, 60)) for _ in range(300)]
    again = [[*each[:30], "another", *each[31:]] for each in first]
    stay = remedies.near_duplicates(texts(*(" ".join(each) for each in [*first, *again])))
    assert stay[:300].all()
    assert stay[300:].sum() <= 3


def test_they_are_done_in_one_order() -> None:
    assert remedies.ordered(["leaks", "html", "duplicates", "html"]) == ["html", "duplicates", "leaks"]
    assert set(remedies.ORDER) == {*remedies.ON_TEXTS, *remedies.ON_ROWS, "leaks"}


def test_a_table_of_no_rows() -> None:
    none = pa.chunked_array([], pa.string())
    assert len(remedies.html(none)) == len(remedies.duplicates(none)) == len(remedies.near_duplicates(none)) == 0
