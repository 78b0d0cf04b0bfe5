"""The loopback hub against the real libraries, each in a process of its own, and against plain HTTP."""

from __future__ import annotations

import http.client
import json
import pickle
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data import sample
from tests.hub import content
from tests.hub.client import UNKNOWN
from tests.hub.repository import Repository, find
from tests.hub.server import HubServer, hub_env
from tests.hub.tiny_bert import SPECIAL_TOKENS, VOCABULARY_SIZE

PROJECT = Path(__file__).parents[2]
# The tutorial's subset starts with these rows; they may not change with a version of a library.
SUBSET_STARTS = {"train": [790, 858, 309, 705], "test": [69, 974, 720, 608]}
README = f"/datasets/{content.YELP}/resolve/main/README.md"


# Straight to the hub, whatever proxy the environment names.
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def ask(hub: HubServer, home: Path, question: str) -> Any:
    """The facts that a fresh process, which knows no other hub, finds."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hub.client", question],
        env=hub_env(hub.url, home),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def fetch(hub: HubServer, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of a plain GET."""
    request = urllib.request.Request(hub.url + path, headers=headers)
    try:
        with open_url(request, timeout=10) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


@contextmanager
def connected(hub: HubServer) -> Iterator[http.client.HTTPConnection]:
    """A connection that is used again for each request, and that sends paths as they are."""
    connection = http.client.HTTPConnection(hub.url.removeprefix("http://"), timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def send(connection: http.client.HTTPConnection, method: str, path: str) -> http.client.HTTPResponse:
    """One request over an open connection; the body has been read."""
    connection.request(method, path)
    response = connection.getresponse()
    response.read()
    return response


# Real libraries


def test_load_dataset_and_the_tutorials_subset(hub: HubServer, tmp_path: Path) -> None:
    found = ask(hub, tmp_path, "dataset")

    assert found["rows"] == {"train": 1500, "test": 1200}
    assert found["names"] == ["1 star", "2 star", "3 stars", "4 stars", "5 stars"]
    assert found["columns"]["text"] == "Value('string')"
    assert found["by_address"] == 1200
    assert found["slice"] == sample.make("test")[0][:3]
    for split, rows in found["rows"].items():
        texts, labels = content.yelp_rows(split, rows)
        # What `shuffle(seed=42).select(range(1000))` stands for, without `datasets`.
        ids = np.random.default_rng(42).permutation(rows)[:1000]
        assert ids[:4].tolist() == SUBSET_STARTS[split]
        assert found["texts"][split] == [texts[i] for i in ids]
        assert found["labels"][split] == [labels[i] for i in ids]


def test_streaming_reads_every_row(hub: HubServer, tmp_path: Path) -> None:
    found = ask(hub, tmp_path, "stream")

    texts, labels = content.yelp_rows("test", 2)
    assert found["rows"] == 1500
    assert found["names"] == list(content.YELP_LABELS)
    assert found["first"] == [{"label": label, "text": text} for label, text in zip(labels, texts, strict=True)]


def test_datasets_names_what_it_cannot_load(hub: HubServer, tmp_path: Path) -> None:
    hub.gated.add(content.YELP)

    found = ask(hub, tmp_path, "dataset_errors")

    assert found == dict.fromkeys((UNKNOWN, "no-owner", content.YELP), "DatasetNotFoundError")


def test_load_tokenizer_and_classifier(hub: HubServer, tmp_path: Path) -> None:
    found = ask(hub, tmp_path, "model")

    assert found["architectures"] == ["BertForMaskedLM"]
    assert found["missing"] == ["classifier.bias", "classifier.weight"]
    assert found["mismatched"] == []
    assert found["vocabulary"] == VOCABULARY_SIZE
    assert set(found["special"]) == set(SPECIAL_TOKENS)
    assert found["max_length"] == 512
    assert np.isfinite(found["logits"]).all()
    assert np.shape(found["logits"]) == (2, 5)


def test_the_vocabulary_is_cased(hub: HubServer) -> None:
    vocabulary = (hub.root / "models" / content.BERT / "vocab.txt").read_text("utf-8").splitlines()

    assert vocabulary[:5] == list(SPECIAL_TOKENS)
    assert {"The", "the", "##ing", "Z", "##Z"} <= set(vocabulary)


def test_incomplete_models_are_refused_and_no_pickle_is_opened(hub: HubServer, tmp_path: Path) -> None:
    found = ask(hub, tmp_path, "incomplete_models")

    assert found["tokens"] == sorted(SPECIAL_TOKENS)
    assert found["model_type"] == "bert"
    assert found["pickle"] == found["unknown"] == "OSError"
    assert not (hub.root / content.PICKLE_MARKER).exists()
    assert not any(path.endswith(".bin") for method, path in hub.requests if method == "GET")


def test_the_pickle_is_a_real_trap(tmp_path: Path) -> None:
    folder = content.write_pickle_only(tmp_path)

    pickle.loads((folder / "pytorch_model.bin").read_bytes())

    assert (tmp_path / content.PICKLE_MARKER).exists()


def test_facts_about_repositories(hub: HubServer, tmp_path: Path) -> None:
    found = ask(hub, tmp_path, "facts")

    bert = find(hub.root, "models", content.BERT)
    assert bert is not None
    assert found["sha"] == bert.sha()
    assert found["sizes"] == {name: path.stat().st_size for name, path in bert.files().items()}
    assert found["snapshot"] == sorted(bert.files())
    assert found["features"][1] == {"name": "text", "dtype": "string"}
    assert "yelp_review_full/train-00000-of-00001.parquet" in found["files"]
    assert found["paths"] == ["README.md"]
    assert found["exists"] == [True, False, False]
    assert found["listed"] == [content.NO_TOKENIZER, content.PICKLE_ONLY]


def test_errors_have_the_hubs_codes(hub: HubServer, tmp_path: Path) -> None:
    hub.gated.add(content.YELP)

    assert ask(hub, tmp_path, "hub_errors") == {
        "repository": "RepositoryNotFoundError 404",
        "file": "RemoteEntryNotFoundError 404",
        "revision": "RevisionNotFoundError 404",
        "gated": "GatedRepoError 401",
        "token": "GatedRepoError 403",
        "access": "GatedRepoError 401",
        "described_as": "manual",
    }


def test_a_lost_hub_leaves_the_cache(hub: HubServer, tmp_path: Path) -> None:
    assert ask(hub, tmp_path, "download") == {"model_type": "bert"}
    hub.requests.clear()

    with hub.lost():
        assert ask(hub, tmp_path, "download") == {"model_type": "bert"}

    assert hub.requests == []


# Plain HTTP


@pytest.mark.parametrize(
    ("asked", "part", "content_range"),
    [
        ("bytes=0-2", slice(0, 3), "bytes 0-2/{size}"),
        ("bytes=4-", slice(4, None), "bytes 4-{last}/{size}"),
        ("bytes=-5", slice(-5, None), "bytes {fifth_last}-{last}/{size}"),
        ("bytes=3-999999", slice(3, None), "bytes 3-{last}/{size}"),
    ],
)
def test_a_range_is_a_206(hub: HubServer, asked: str, part: slice, content_range: str) -> None:
    _, whole, _ = fetch(hub, README)

    status, body, headers = fetch(hub, README, Range=asked)

    size = len(whole)
    assert (status, body) == (206, whole[part])
    assert headers["Content-Range"] == content_range.format(size=size, last=size - 1, fifth_last=size - 5)


def test_a_range_past_the_end_is_a_416(hub: HubServer) -> None:
    status, body, headers = fetch(hub, README, Range="bytes=999999-")

    assert (status, body) == (416, b"")
    assert headers["Content-Range"].startswith("bytes */")


def test_head_tells_size_tag_and_commit(hub: HubServer) -> None:
    yelp = find(hub.root, "datasets", content.YELP)
    assert yelp is not None

    with connected(hub) as connection:
        response = send(connection, "HEAD", README)
        # A body after HEAD would be taken for the next answer.
        assert send(connection, "GET", README).status == 200

    assert response.headers["Content-Length"] == str(yelp.files()["README.md"].stat().st_size)
    assert response.headers["X-Linked-Size"] == response.headers["Content-Length"]
    assert response.headers["X-Repo-Commit"] == yelp.sha()
    assert len(response.headers["ETag"]) == 42


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/acme/no-tokenizer/resolve/main/../../../../etc/passwd", "EntryNotFound"),
        ("/acme/no-tokenizer/resolve/main/%2E%2E/pickle-only/config.json", "EntryNotFound"),
        ("/../etc/resolve/main/passwd", "RepoNotFound"),
        ("/api/datasets/acme/no-tokenizer", "RepoNotFound"),
        (f"/api/datasets/{content.YELP}/tree/main/no-folder", "EntryNotFound"),
        (f"/api/datasets/{content.YELP}/tree/dev", "RevisionNotFound"),
        ("/api/whoami-v2", None),
    ],
)
def test_what_is_not_there_is_a_404(hub: HubServer, path: str, code: str | None) -> None:
    with connected(hub) as connection:
        response = send(connection, "GET", path)

    assert (response.status, response.headers["X-Error-Code"]) == (404, code)


def test_requests_are_logged_as_they_came(hub: HubServer) -> None:
    fetch(hub, README)
    fetch(hub, f"/api/models/{UNKNOWN}?blobs=true")

    assert hub.requests == [("GET", README), ("GET", f"/api/models/{UNKNOWN}?blobs=true")]


def test_the_commit_follows_the_content(tmp_path: Path) -> None:
    first = Repository("models", content.BERT, content.write_bert(tmp_path / "first"))
    second = Repository("models", content.BERT, content.write_bert(tmp_path / "second"))
    same = second.sha()
    (second.folder / "README.md").write_text("changed", "utf-8")

    assert first.sha() == same != second.sha()
    assert len(bytes.fromhex(same)) == 20


def test_more_rows_than_the_sample_has_are_refused() -> None:
    with pytest.raises(ValueError, match="100000 train rows were asked for, the sample has 4000"):
        content.yelp_rows("train", 100_000)


def test_no_review_is_in_both_splits() -> None:
    train, test = content.yelp_rows("train", 1500), content.yelp_rows("test", 1200)

    assert not set(train[0]) & set(test[0])
    assert set(train[1]) == set(test[1]) == {0, 1, 2, 3, 4}


# A hub in trouble


def test_down_refuses_and_up_again_has_the_same_address(hub: HubServer) -> None:
    url = hub.url

    with hub.lost(), pytest.raises(urllib.error.URLError, match="refused"):
        fetch(hub, "/")

    assert fetch(hub, "/")[0] == 200
    assert hub.url == url


def test_down_cuts_open_connections(hub: HubServer) -> None:
    with connected(hub) as connection:
        send(connection, "GET", "/")
        hub.down = True
        with pytest.raises(ConnectionError):
            send(connection, "GET", "/")


def test_a_gateways_error_stands_for_every_answer(hub: HubServer) -> None:
    hub.error_status = 503

    assert fetch(hub, README)[0] == fetch(hub, "/")[0] == 503


def test_dropping_closes_without_an_answer(hub: HubServer) -> None:
    hub.dropping = True

    with pytest.raises(http.client.RemoteDisconnected):
        fetch(hub, "/")

    assert hub.requests == [("GET", "/")]


def test_a_slow_hub_runs_into_the_clients_limit(hub: HubServer) -> None:
    hub.delay_seconds = 60

    with pytest.raises(TimeoutError):
        open_url(hub.url, timeout=0.2)


def test_closing_does_not_wait_for_held_back_answers(tmp_path: Path) -> None:
    with HubServer(tmp_path) as server:
        server.delay_seconds = 600
        with pytest.raises(TimeoutError):
            open_url(server.url, timeout=0.2)

    assert server.down


def test_the_environment_is_cleared_of_other_hubs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example")

    env = hub_env("http://127.0.0.1:9", tmp_path)

    assert env["HF_ENDPOINT"] == "http://127.0.0.1:9"
    assert env["HF_HOME"] == str(tmp_path)
    assert env["NO_PROXY"] == "*"
    assert not {"HF_TOKEN", "HF_HUB_OFFLINE"} & set(env)
