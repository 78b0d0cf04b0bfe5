"""Work that can't be asked to stop is left behind when a halt is asked for."""

from __future__ import annotations

import threading

import pytest

from core.errors import DataError
from core.messages import Message
from core.training.interruptible import interruptibly
from core.training.sink import Halt, Halted


def test_the_result_comes_back() -> None:
    assert interruptibly(lambda: 7, lambda: None) == 7


def test_an_error_comes_back_as_it_was() -> None:
    def fail() -> None:
        raise DataError(Message("a"), Message("b"))

    with pytest.raises(DataError, match="a b"):
        interruptibly(fail, lambda: None)


def test_a_halt_does_not_wait_for_the_work() -> None:
    never = threading.Event()
    with pytest.raises(Halted) as caught:
        interruptibly(never.wait, lambda: Halt.STOP)
    assert caught.value.why is Halt.STOP
    never.set()
