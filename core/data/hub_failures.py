"""What kept a dataset of the hub from being loaded: one of a few kinds, in plain values that go between processes.

Knows the errors and the words of the datasets library, whose texts are all that tells some kinds apart. Knows nothing
of what is said to the user. Imports the libraries only when an error is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from core.data import hub
from core.errors import causes, is_full

Kind = Literal["gated", "missing", "script", "configurations", "network", "full", "other"]


@dataclass(frozen=True)
class Failure:
    """A failed load: its kind, the names of the configurations there are, and the library's own first line."""

    kind: Kind
    words: str
    configurations: tuple[str, ...] = ()


def failure_of(error: Exception) -> Failure:
    """What an error of the datasets library means."""
    from datasets.exceptions import DatasetNotFoundError
    from huggingface_hub import errors as hf

    found = causes(error)
    # The innermost message names the file; the outer one only says that something failed.
    cause = found[-1] if error.__cause__ else error
    words = (str(cause).strip() or type(cause).__name__).splitlines()[0].rstrip(".")
    text = "\n".join(map(str, found))
    # Configurations are named in two ways: those that the repository lists, and those that the cache holds.
    listed = re.search(r"(?:among the available configs|Available|Available configs in the cache): \[(.*?)\]", text)
    several = re.search(r"multiple '.*?' configurations in the cache: (.*)", text)
    configurations = re.findall(r"'([^']+)'", listed[1]) if listed else several[1].split(", ") if several else []
    kind: Kind = "other"
    if is_full(error):
        kind = "full"
    elif any(isinstance(each, hf.GatedRepoError) or "gated dataset" in str(each) for each in found):
        kind = "gated"
    elif any(isinstance(each, DatasetNotFoundError | hf.RepositoryNotFoundError) for each in found):
        kind = "missing"
    elif "scripts are no longer supported" in text:
        kind = "script"
    elif configurations:
        kind = "configurations"
    elif hub.is_network(error):
        kind = "network"
    return Failure(kind, words, tuple(configurations))
