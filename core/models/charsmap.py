"""A map of characters in the form in which SentencePiece, and the `Precompiled` normaliser of tokenizers, reads one.

A double-array trie of the characters' UTF-8, whose values are places in a blob of replacements. Knows nothing of
models. Guarantees that each character of the map is found and no other.

Source: https://github.com/s-yata/darts-clone
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

# A unit of the array: label in the low byte, "has a value" above it, offset to the children from bit 10 on.
_HAS_VALUE, _IS_VALUE, _OFFSET = 1 << 8, 1 << 31, 10
_END = 0


def compiled(replacements: Mapping[str, str]) -> bytes:
    """The map as bytes: the trie's length, the trie, the replacements, each ended by a zero.

    Args:
        replacements: what stands for each character; an empty text drops it.
    """
    blob, places = bytearray(), dict[str, int]()
    for new in replacements.values():
        if new not in places:
            places[new] = len(blob)
            blob += new.encode("utf-8") + b"\0"
    root: dict[int, Any] = {}
    for character, new in replacements.items():
        node = root
        for byte in character.encode("utf-8"):
            node = node.setdefault(byte, {})
        node[_END] = places[new]
    units = _units(root)
    return struct.pack("<I", len(units) * 4) + units.astype("<u4").tobytes() + bytes(blob)


def _units(root: dict[int, Any]) -> np.ndarray:
    """The trie as a double array: a node's children lie at its base XOR their byte, and no two nodes share a base."""
    units, taken, bases = np.zeros(1 << 18, np.uint32), np.zeros(1 << 18, bool), {0}
    taken[0] = True
    waiting, first = [(0, 0, root)], 1
    while waiting:
        place, label, node = waiting.pop()
        while taken[first]:
            first += 1
        # A place is free for one byte: tried are bases that put the lowest byte there or behind it.
        lowest = min(node)
        at = first
        while (base := at ^ lowest) in bases or any(taken[base ^ byte] for byte in node):
            at += 1
        bases.add(base)
        units[place] = label | (_HAS_VALUE if _END in node else 0) | (place ^ base) << _OFFSET
        for byte, child in node.items():
            taken[base ^ byte] = True
            if byte == _END:
                units[base] = _IS_VALUE | child
            else:
                waiting.append((base ^ byte, byte, child))
    # Whole blocks: a reader may look at any byte of one.
    used = (int(np.flatnonzero(taken).max()) | 0xFF) + 1
    return units[:used]
