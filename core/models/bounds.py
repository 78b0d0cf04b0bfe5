"""A limit to what is built of a configuration that anybody may have written.

A model is built before its weights are read, of shapes that the configuration alone names. Here each parameter, buffer
and layer is counted as it is added, so that building ends where it becomes absurd. Knows torch's modules; knows no
model. Guarantees that what other threads build meanwhile is not counted.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.messages import Message
from core.models import folder as folders

# What may be built beyond the weights that are there: a new head, tables that are computed.
MORE_PARAMETERS = 50_000_000
# A model whose weights are not here, such as one whose speed is measured, may have as many.
MOST_PARAMETERS = 10_000_000_000
MOST_PARTS = 200_000


class _Count:
    """How much of a model has been built, and how much may be."""

    def __init__(self, name: str, weights: int | None) -> None:
        self._name = name
        self._weights = weights
        self._most = MOST_PARAMETERS if weights is None else 2 * weights + MORE_PARAMETERS
        self._seen: set[tuple[int, str]] = set()
        self._numbers = 0

    def add(self, module: Any, part: str, value: Any) -> None:
        # Loading puts each parameter in its place once more.
        if value is None or (id(module), part) in self._seen:
            return
        self._seen.add((id(module), part))
        self._numbers += value.numel() if hasattr(value, "numel") else 0
        if self._numbers > self._most:
            raise folders.refused(self._name, self._too_large())
        if len(self._seen) > MOST_PARTS:
            raise folders.refused(
                self._name,
                Message("its {file} asks for more than {most:,} parts", file=folders.CONFIG, most=MOST_PARTS),
            )

    def _too_large(self) -> Message:
        if self._weights is None:
            return Message(
                "its {file} asks for more than {most:,} parameters", file=folders.CONFIG, most=MOST_PARAMETERS
            )
        return Message(
            "its {file} asks for more than {most:,} parameters, and its weights hold {weights:,}",
            file=folders.CONFIG,
            most=self._most,
            weights=self._weights,
        )


_building = threading.local()


@contextmanager
def bounded(name: str, weights: int | None = None) -> Iterator[None]:
    """Within, this thread may build a model with so many parameters and buffers, and no more.

    Args:
        name: the model, for the message.
        weights: how many numbers its files hold; None where they are not here.

    Raises:
        ModelError: the configuration asks for more.
    """
    _count_all()
    _building.count = _Count(name, weights)
    try:
        yield
    finally:
        _building.count = None


@functools.cache
def _count_all() -> None:
    """Have torch tell of everything that is added to a module: once, since other threads go through its list."""
    from torch.nn.modules import module

    module.register_module_parameter_registration_hook(_add)
    module.register_module_buffer_registration_hook(_add)
    module.register_module_module_registration_hook(_add)


def _add(module: Any, part: str, value: Any) -> None:
    count: _Count | None = getattr(_building, "count", None)
    if count is not None:
        count.add(module, part, value)
