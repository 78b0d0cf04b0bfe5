"""huggingface_hub: the switch to stay offline, its client, its cache, and its errors."""

from __future__ import annotations

from pathlib import Path

import httpx2 as httpx
import pytest
from huggingface_hub import constants, get_session, snapshot_download, try_to_load_from_cache, utils
from huggingface_hub import errors as hf

LIBRARY = "huggingface-hub"


def test_the_switch_to_stay_offline_is_one_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's HF_HUB_OFFLINE is asked for here before the hub is; and where the hub is silent, whoever sets the flag
    expects it to be read at each call."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    assert not constants.is_offline_mode()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert constants.is_offline_mode()


def test_offline_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A silent hub must cost nothing: with the flag set, a download fails at once instead of after five tries."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(hf.LocalEntryNotFoundError):
        snapshot_download("starboard/is-not-there", cache_dir=tmp_path)


def test_the_address_of_the_hub_is_known() -> None:
    """Which hub is asked whether it answers, and where a gated dataset's terms are."""
    assert constants.ENDPOINT.startswith("http")
    assert not constants.ENDPOINT.endswith("/")


def test_the_library_s_own_client_asks_with_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the hub answers is asked with the library's client, so that proxies and certificates are those of the
    real request; its errors are httpx2's."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    session = get_session()
    assert isinstance(session, httpx.Client)
    with pytest.raises(httpx.TransportError):
        session.head("http://127.0.0.1:9/", timeout=2.0, follow_redirects=False)


def test_a_file_in_the_cache_is_a_path_and_else_is_not(tmp_path: Path) -> None:
    """Whether weights are on this computer decides between measuring with them and with random ones."""
    assert not isinstance(try_to_load_from_cache("starboard/x", "model.safetensors", cache_dir=tmp_path), str)
    commit = "0" * 40
    repository = tmp_path / "models--starboard--x"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit, "utf-8")
    (repository / "snapshots" / commit).mkdir(parents=True)
    (repository / "snapshots" / commit / "model.safetensors").write_bytes(b"x")
    assert isinstance(try_to_load_from_cache("starboard/x", "model.safetensors", cache_dir=tmp_path), str)


def test_errors_tell_a_gated_repository_from_a_missing_one() -> None:
    """The words "accept its terms" and "there is no such model" are chosen by these classes; a gated repository is
    also a missing one, so it is looked for first."""
    assert issubclass(hf.GatedRepoError, hf.RepositoryNotFoundError)
    assert issubclass(hf.HfHubHTTPError, OSError)
    with pytest.raises(hf.HFValidationError):
        utils.validate_repo_id("not/a/name")  # type: ignore[attr-defined]  # exported at run time only
    assert issubclass(hf.HFValidationError, ValueError)


def test_a_server_s_fault_carries_its_answer() -> None:
    """A gateway's 503 while something is fetched is told from other errors by the status of its `response`."""
    request = httpx.Request("GET", "http://127.0.0.1/")
    with pytest.raises(hf.HfHubHTTPError) as caught:
        utils.hf_raise_for_status(httpx.Response(503, request=request))  # type: ignore[attr-defined]
    assert caught.value.response.status_code == 503


def test_progress_bars_can_be_turned_off() -> None:
    """Downloads would draw over the output of commands."""
    assert callable(utils.disable_progress_bars)  # type: ignore[attr-defined]  # exported at run time only
