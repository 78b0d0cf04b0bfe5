"""Sources are taken apart in one place: what each part is called, and what has none of the forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config.source import Source
from core.errors import SourceError


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sample:reviews", Source("sample", "reviews")),
        ("file:a b/c.csv", Source("file", "a b/c.csv")),
        ("file:C:/reviews.csv", Source("file", "C:/reviews.csv")),
        (" hub:Yelp/yelp_review_full ", Source("hub", "Yelp/yelp_review_full")),
        ("hub:nyu-mll/glue/sst2", Source("hub", "nyu-mll/glue/sst2")),
    ],
)
def test_parse(source: str, expected: Source) -> None:
    assert Source.parse(source) == expected
    assert Source.parse(str(expected)) == expected
    expected.check()


@pytest.mark.parametrize(
    "source",
    ["", "reviews.csv", "file:", "sample:other", "hub:yelp", "hub:a/b/c/d", "hub:a b/c", "http://x/y"],
)
def test_a_wrong_source_is_told_the_three_forms(source: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source.parse(source).check()
    for form in ("sample:reviews", "file:PATH", "hub:OWNER/NAME"):
        assert form in caught.value.advice
    assert str(Source.parse(source)) == source, "it can still be shown as it was typed"


@pytest.mark.parametrize(
    ("source", "title", "short"),
    [
        ("sample:reviews", "reviews", "reviews"),
        ("file:/tmp/my reviews.csv", "my reviews.csv", "my reviews"),
        ("file:C:\\tables\\a.tsv", "a.tsv", "a"),
        ("hub:Yelp/yelp_review_full", "Yelp/yelp_review_full", "yelp_review_full"),
        ("hub:nyu-mll/glue/sst2", "nyu-mll/glue/sst2", "sst2"),
        ("reviews.csv", "reviews.csv", "reviews"),
    ],
)
def test_titles(source: str, title: str, short: str) -> None:
    parsed = Source.parse(source)
    assert (parsed.title, parsed.short_title) == (title, short)


@pytest.mark.parametrize(
    ("source", "repository", "configuration"),
    [("hub:Yelp/yelp_review_full", "Yelp/yelp_review_full", None), ("hub:nyu-mll/glue/sst2", "nyu-mll/glue", "sst2")],
)
def test_the_parts_of_a_hub_dataset(source: str, repository: str, configuration: str | None) -> None:
    parsed = Source.parse(source)
    assert (parsed.repository, parsed.configuration) == (repository, configuration)


def test_a_path_begins_at_home_or_stays_as_it_is() -> None:
    assert Source.parse("file:~/a.csv").path == Path.home() / "a.csv"
    assert Source.parse("file:~nobody-of-this-name/a.csv").path == Path("~nobody-of-this-name/a.csv")


@pytest.mark.parametrize("name", ["~nosuchuser/x.csv", "~\0", "a\0b", "~" * 5000])
def test_a_path_that_cannot_be_is_a_path(name: str) -> None:
    assert Source("file", name).path == Path(name)
