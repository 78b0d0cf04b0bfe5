"""Datasets of the Hugging Face Hub, and whether the hub answers at all.

Left alone, the libraries retry an unreachable hub for half a minute and more. Here it is asked once, with a
short timeout; when it is silent they are told to look into their cache only. Knows nothing of columns or
labels. Imports datasets only when a dataset is read. Guarantees tables that are mapped from disk, not held in
memory.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from core.data.table import Table
from core.errors import DataError, HubError, HubLost, HubNotFound, HubUnreachable, SourceError, causes

if TYPE_CHECKING:
    import httpx2 as httpx

REMEMBER_SECONDS = 30.0
TIMEOUT_SECONDS = 2.0
_answers: dict[str, tuple[float, bool]] = {}

_offline_lock = threading.Lock()
_offline_depth = 0
_flags_before: dict[str, bool] = {}
_FLAG_MODULES = ("huggingface_hub.constants", "datasets.config")


def reachable() -> bool:
    """Whether the hub (`HF_ENDPOINT`) answers in `TIMEOUT_SECONDS`; asked once in 30 seconds at most."""
    from huggingface_hub import constants

    if constants.is_offline_mode():
        return False
    endpoint = str(constants.ENDPOINT)
    asked, answered = _answers.get(endpoint, (0.0, False))
    if not asked or time.monotonic() - asked > REMEMBER_SECONDS:
        answered = _ask(endpoint)
        _answers[endpoint] = (time.monotonic(), answered)
    return answered


def forget() -> None:
    """Ask anew at the next `reachable`, such as when the user clicks Try again."""
    _answers.clear()


def _ask(endpoint: str) -> bool:
    """One request in a thread of its own: resolving a name has no timeout that could be set."""
    from huggingface_hub import get_session

    answered = threading.Event()
    # The session is made here, so that importing its parts does not eat up the time allowed.
    probe = threading.Thread(target=_head, args=(get_session(), endpoint, answered), daemon=True)
    probe.start()
    probe.join(TIMEOUT_SECONDS)
    return answered.is_set()


def _head(session: httpx.Client, endpoint: str, answered: threading.Event) -> None:
    """Ask with the libraries' own client: proxies and certificates are the same as in the real request."""
    import httpx2 as httpx

    try:
        response = session.head(f"{endpoint}/", timeout=TIMEOUT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return
    # A gateway's 502, 503 or 504 means that the hub behind it does not answer; any other status is its own.
    if response.status_code not in (502, 503, 504):
        answered.set()


@contextmanager
def offline() -> Iterator[None]:
    """Within, the Hugging Face libraries look into their cache only and send nothing.

    Their switch is global to the process, so threads that are inside at the same time share it: it goes back
    when the last one leaves.
    """
    global _offline_depth
    import huggingface_hub.constants  # noqa: F401

    with _offline_lock:
        if _offline_depth == 0:
            _flags_before.clear()
        for name in _FLAG_MODULES:
            module: Any = sys.modules.get(name)
            if module is not None:
                _flags_before.setdefault(name, bool(module.HF_HUB_OFFLINE))
                module.HF_HUB_OFFLINE = True
        _offline_depth += 1
    try:
        yield
    finally:
        with _offline_lock:
            _offline_depth -= 1
            if _offline_depth == 0:
                _restore()


def _restore() -> None:
    for name in _FLAG_MODULES:
        module: Any = sys.modules.get(name)
        if module is not None:
            # datasets copies the flag when it is imported, which may have happened within.
            module.HF_HUB_OFFLINE = _flags_before.get(name, _flags_before["huggingface_hub.constants"])


def read_hub(value: str) -> Table:
    """Read every split of a hub dataset, from the hub or from the cache when it does not answer.

    Args:
        value: OWNER/NAME or OWNER/NAME/CONFIG.

    Raises:
        HubUnreachable: it is not in the cache, and the hub does not answer.
        HubLost: the hub stopped answering.
        HubNotFound: the hub has no such dataset, or not for this user.
        SourceError: it needs a configuration, code of its own, or files that can't be read as a table.
    """
    owner, name, *rest = value.split("/")
    repository, config = f"{owner}/{name}", "/".join(rest) or None
    online = reachable()
    try:
        loaded = _load(repository, config, online)
    except (DataError, HubError):
        raise
    except Exception as error:
        raise _explain(repository, error, online) from error
    return _table(repository, loaded, () if online else (f"{_silence()}; the copy in the cache is used.",))


def _silence() -> str:
    """Why the hub was not read: the user switched it off, or it is silent."""
    from huggingface_hub import constants

    if constants.is_offline_mode():
        return "Offline mode is on (HF_HUB_OFFLINE)"
    return "The hub does not answer"


def _load(repository: str, config: str | None, online: bool) -> Any:
    import datasets

    # The prefix keeps a local folder that happens to be called OWNER/NAME from being read instead.
    place = f"hf://datasets/{repository}"
    if online:
        return datasets.load_dataset(place, config)
    with offline():
        return datasets.load_dataset(place, config)


def _table(repository: str, loaded: Any, notes: tuple[str, ...]) -> Table:
    splits: dict[str, pa.Table] = {}
    class_names: dict[str, list[str]] = {}
    for split, dataset in loaded.items():
        flat = dataset if dataset._indices is None else dataset.flatten_indices()
        splits[str(split)] = flat.data.table
        for column, feature in dataset.features.items():
            if hasattr(feature, "names"):
                class_names[column] = list(feature.names)
    splits = {split: table for split, table in splits.items() if table.num_rows}
    if not splits:
        raise SourceError(f"The dataset {repository} holds no rows.", "Choose another dataset.")
    if "train" not in splits:
        first = max(splits, key=lambda split: splits[split].num_rows)
        splits = {"train": splits.pop(first), **splits}
        notes += (f"There is no split called train; {first} is used for it.",)
    return Table(splits, class_names, notes)


def _explain(repository: str, error: Exception, online: bool) -> Exception:
    """Our error for what the libraries raised; the error itself where none of ours fits."""
    text = "\n".join(str(each) for each in causes(error))
    if found := _not_for_you(repository, error):
        return found
    if "scripts are no longer supported" in text:
        return SourceError(
            f"The dataset {repository} needs code of its own, which is never run.",
            "Choose a version of it in Parquet, CSV or JSON.",
        )
    if configs := _configs(text):
        return SourceError(
            f"The dataset {repository} comes in several configurations: {', '.join(configs)}.",
            f"Add one to the source, such as hub:{repository}/{configs[0]}.",
        )
    if not online:
        forget()
        return _unreachable(repository)
    if is_network(error):
        forget()
        return HubLost(
            f"The hub stopped answering while the dataset {repository} was being fetched.",
            "Train again when the connection is back: what has arrived is kept, and the rest is fetched then.",
        )
    return SourceError(
        f"The dataset {repository} cannot be read: {_first_line(error)}.",
        "Choose another dataset or configuration.",
    )


def _not_for_you(repository: str, error: Exception) -> HubNotFound | None:
    from datasets.exceptions import DatasetNotFoundError
    from huggingface_hub import errors as hf

    found = causes(error)
    if any(isinstance(each, hf.GatedRepoError) or "gated dataset" in str(each) for each in found):
        return HubNotFound(
            f"The dataset {repository} is gated.",
            f"Accept its terms at {_page(repository)} and log in with: hf auth login",
        )
    if any(isinstance(each, DatasetNotFoundError | hf.RepositoryNotFoundError) for each in found):
        return HubNotFound(
            f"The hub has no dataset {repository!r}.",
            "Check the spelling (OWNER/NAME); a private one needs: hf auth login",
        )
    return None


def _page(repository: str) -> str:
    from huggingface_hub import constants

    return f"{constants.ENDPOINT}/datasets/{repository}"


def _unreachable(repository: str) -> HubUnreachable:
    return HubUnreachable(
        f"{_silence()}, and the dataset {repository} is not in the cache.",
        "Go online and try again, or use sample:reviews or a file.",
    )


def _configs(text: str) -> list[str]:
    """Names of the configurations, from what the datasets library says about a missing or unknown one."""
    match = re.search(r"(?:among the available configs|Available|Available configs in the cache): \[(.*?)\]", text)
    if match:
        return re.findall(r"'([^']+)'", match[1])
    match = re.search(r"multiple '.*?' configurations in the cache: (.*)", text)
    return match[1].split(", ") if match else []


def is_network(error: BaseException) -> bool:
    """Whether an error, or what caused it, is the connection's or the hub's own, such as a gateway's 503."""
    import httpx2 as httpx

    # A broken connection comes as one of these, at times inside the library's own DatasetGenerationError.
    kinds = (httpx.TransportError, ConnectionError, TimeoutError)
    return any(isinstance(each, kinds) or _is_server_fault(each) for each in causes(error))


def _is_server_fault(error: BaseException) -> bool:
    status = getattr(getattr(error, "response", None), "status_code", 0)
    return isinstance(status, int) and status >= 500


def _first_line(error: Exception) -> str:
    """The innermost message, which names the file; the outer one only says that something failed."""
    cause = causes(error)[-1] if error.__cause__ else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0].rstrip(".")
