"""The fixture `hub`: one loopback hub with all content for the whole test session.

Every test may ask for it. A test may switch the hub off or slow it down; it answers again, with an empty log, when that
test has ended.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hub import content
from tests.hub.server import HubServer


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    """A running hub with `Yelp/yelp_review_full`, `google-bert/bert-base-cased` and the models of `acme`."""
    root = tmp_path_factory.mktemp("hub")
    content.write_all(root)
    with HubServer(root) as server:
        yield server


@pytest.fixture(autouse=True)
def _hub_answers_again(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "hub" in request.fixturenames:
        request.getfixturevalue("hub").reset()
