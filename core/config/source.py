"""A source of reviews by name: `sample:reviews`, `file:PATH` or `hub:OWNER/NAME[/CONFIG]`.

A file that holds several tables is followed by the one that is meant: `file:reviews.zip#inner.csv`,
`file:reviews.xlsx#Sheet 2`.

Knows the three forms and what each is called; never looks at a disk or the hub, which `core/data/reading.py` does.
Guarantees that a source is the same after it was written down with `str`, also one that has none of the forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from core.errors import SourceError
from core.home.places import expanded
from core.messages import Message

# Empty for what has none of the three forms: it can be named, not read.
Kind = Literal["sample", "file", "hub", ""]
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(/[\w.+-]+)?")
# Only behind these is a `#` no part of a file's name.
_OF_SEVERAL = re.compile(r"(.*?\.(?:zip|xlsx|xlsm|xls|ods))#(.+)", re.IGNORECASE | re.DOTALL)


def divided(path: Path) -> tuple[Path, str | None]:
    """A file, and which of its tables is meant; None where the path names none."""
    found = _OF_SEVERAL.fullmatch(str(path))
    return (Path(found[1]), found[2]) if found else (path, None)


@dataclass(frozen=True)
class Source:
    """A source in two parts, such as kind `hub` and value `Yelp/yelp_review_full`."""

    kind: Kind
    value: str

    @classmethod
    def parse(cls, text: str) -> Source:
        """Take a source apart; that it can be read is for `check` and for whoever reads it to say."""
        text = text.strip()
        kind, colon, value = text.partition(":")
        if colon and kind in ("sample", "file", "hub"):
            return cls(cast(Kind, kind), value.strip())
        return cls("", text)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}" if self.kind else self.value

    def check(self) -> None:
        """Pass a source that has one of the three forms.

        Raises:
            SourceError: it has none of them.
        """
        forms = Message(
            "Use sample:reviews (bundled), file:PATH (csv, tsv, json, xlsx, parquet, zip, gz) or hub:OWNER/NAME, "
            "such as hub:Yelp/yelp_review_full."
        )
        if not self.kind or not self.value:
            raise SourceError(Message("{source!r} is not a dataset source.", source=str(self)), forms)
        if self.kind == "sample" and self.value != "reviews":
            raise SourceError(Message("There is no bundled dataset {name!r}, only 'reviews'.", name=self.value), forms)
        if self.kind == "hub" and not _HUB_ID.fullmatch(self.value):
            raise SourceError(
                Message("{name!r} is not a hub dataset, expected OWNER/NAME or OWNER/NAME/CONFIG.", name=self.value),
                forms,
            )

    @property
    def is_sample(self) -> bool:
        return self.kind == "sample"

    @property
    def is_file(self) -> bool:
        return self.kind == "file"

    @property
    def is_hub(self) -> bool:
        return self.kind == "hub"

    @property
    def path(self) -> Path:
        """Where a file lies."""
        return divided(self.place)[0]

    @property
    def place(self) -> Path:
        """Where a table lies: the path of the file, and behind a `#` which of its tables is meant."""
        return expanded(self.value)

    @property
    def repository(self) -> str:
        """OWNER/NAME of a hub dataset."""
        return "/".join(self.value.split("/")[:2])

    @property
    def configuration(self) -> str | None:
        """CONFIG of a hub dataset; None where it names none."""
        return "/".join(self.value.split("/")[2:]) or None

    @property
    def title(self) -> str:
        """As a person says it: `reviews`, `reviews.csv`, `Yelp/yelp_review_full`."""
        return self.value if self.is_hub else self.value.replace("\\", "/").rsplit("/", 1)[-1]

    @property
    def short_title(self) -> str:
        """The last part of the title alone, for the name of a run: `reviews`, `yelp_review_full`."""
        return self.value.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
