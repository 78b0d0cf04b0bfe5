"""Why a model can't be loaded: what libraries raise, in words that say what to do."""

from __future__ import annotations

import httpx2 as httpx
import pytest
from huggingface_hub import errors as hf

from core.errors import HubLost, HubNotFound, HubUnreachable, ModelError, StarboardError
from core.models.failures import explain

RESPONSE = httpx.Response(404, request=httpx.Request("GET", "http://localhost"))


@pytest.mark.parametrize(
    ("error", "kind", "found", "remedy"),
    [
        (hf.GatedRepoError("no", response=RESPONSE), HubNotFound, "The model a/b is gated.", "hf auth login"),
        (hf.RepositoryNotFoundError("no", response=RESPONSE), HubNotFound, "The hub has no model 'a/b'.", "spelling"),
        (httpx.ConnectError("gone"), HubLost, "stopped answering while the model a/b was", "Train again"),
        (OSError("needs trust_remote_code=True"), ModelError, "a/b needs code of its own", "another model"),
        (OSError("no file named model.safetensors"), ModelError, "no weights in the safetensors format", "safetensors"),
        (ValueError("Couldn't build the tokenizer"), ModelError, "a/b comes without a tokenizer", "tokenizer.json"),
        (KeyError("one\ntwo"), ModelError, "a/b cannot be loaded: ", "another model"),
    ],
)
def test_each_says_what_happened_and_what_to_do(
    error: Exception, kind: type[StarboardError], found: str, remedy: str
) -> None:
    said = explain("a/b", error, local=False, offline=False)
    assert type(said) is kind
    assert found in said.message
    assert remedy in said.advice


def test_what_lies_on_this_computer_has_nothing_to_do_with_the_hub() -> None:
    assert type(explain("a/b", OSError("x"), local=False, offline=True)) is HubUnreachable
    assert type(explain("./b", OSError("x"), local=True, offline=True)) is ModelError
    assert type(explain("./b", httpx.ConnectError("x"), local=True, offline=False)) is ModelError
