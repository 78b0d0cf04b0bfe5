"""Datasets of the hub that many know, for the gallery of the Data page.

A table and nothing else: nobody is asked for it, and a dataset may have changed since. Rows are those with a label, as
the datasets' cards count them; sizes are of their files, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.messages import Message


@dataclass(frozen=True)
class Known:
    """One dataset: its id, what its texts are, how many rows with a label it has in all parts, how many classes, its
    language as a code of ISO 639, and about how many bytes its files have."""

    id: str
    what: Message
    rows: int
    classes: int
    language: str
    bytes: int


# fmt: off
KNOWN = (
    Known("Yelp/yelp_review_full", Message("Reviews of shops and restaurants, 1 to 5 stars"),
          700_000, 5, "en", 323_000_000),
    Known("stanfordnlp/imdb", Message("Reviews of films, good or bad"),
          50_000, 2, "en", 83_000_000),
    Known("SetFit/amazon_reviews_multi_ja", Message("Reviews of products, 1 to 5 stars"),
          210_000, 5, "ja", 135_000_000),
    Known("cornell-movie-review-data/rotten_tomatoes", Message("Single sentences of film reviews, good or bad"),
          10_662, 2, "en", 880_000),
    Known("stanfordnlp/sst2", Message("Phrases of film reviews, good or bad"),
          68_221, 2, "en", 3_300_000),
    Known("fancyzhx/amazon_polarity", Message("Reviews of products, good or bad"),
          4_000_000, 2, "en", 1_150_000_000),
    Known("fancyzhx/ag_news", Message("News by topic: world, sports, business, science"),
          127_600, 4, "en", 20_000_000),
    Known("dair-ai/emotion", Message("Tweets by emotion: joy, sadness, anger and three more"),
          20_000, 6, "en", 1_300_000),
)
# fmt: on
