"""What fuzz tests make hostile inputs of: real content with bytes changed, and any JSON."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from core.errors import StarboardError

# What has a meaning to some reader.
_TOKENS = [
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b'"', b"'", b"\\", b",", b";", b"\t", b"\r", b"\n", b"[", b"]",
    b"{", b"}", b'{"text": 1}\n', b"text", b"stars",
    b"null", b"NaN", b"-Infinity", b"1e999", b"9" * 400, b"-", b"\\ud800", b"\\u0000", b'{"a":' * 300, b"[" * 2000,
    b"PAR1", b"PK\x03\x04", b"\x1f\x8b", "\u2028".encode(), "評価".encode(), b"\x1b[2J",
]  # fmt: skip

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**63) - 1, 10**400, 0])
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["", " ", "nan", "\x00", "\x1b[2J", "x" * 5000, "../..", "2020-01-01", "5 stars"])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("text"), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def spoiled(draw: st.DrawFn, content: bytes) -> bytes:
    """The content after one to four changes: bytes put in, taken out, doubled, turned around or cut off."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 2, 8, 64, 100_000])))
        kind = draw(st.sampled_from(["put in", "replace", "double", "flip", "cut"]))
        piece = content[start:end]
        if kind == "put in":
            piece = draw(st.sampled_from(_TOKENS) | st.binary(max_size=8)) + piece
        elif kind == "replace":
            piece = draw(st.sampled_from(_TOKENS) | st.binary(max_size=8))
        elif kind == "double":
            piece = piece * 2
        elif kind == "flip":
            piece = bytes(byte ^ draw(st.integers(1, 255)) for byte in piece[:2]) + piece[2:]
        else:
            end = len(content)
            piece = b""
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def altered(draw: st.DrawFn, document: Any) -> Any:
    """A JSON document with one value anywhere in it replaced, taken out or put in."""
    if isinstance(document, dict) and document and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(document)))
        if not draw(st.integers(0, 9)):
            return {key: value for key, value in document.items() if key != name}
        return document | {name: draw(altered(document[name]))}
    if isinstance(document, list) and document and draw(st.integers(0, 5)):
        place = draw(st.integers(0, len(document) - 1))
        return [*document[:place], draw(altered(document[place])), *document[place + 1 :]]
    return draw(anything)


def assert_short(error: StarboardError) -> None:
    """See that an error says something, and not too much to be read."""
    assert 0 < len(str(error)) < 500
