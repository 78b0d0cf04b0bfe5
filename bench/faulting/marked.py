"""The command line as it is, with marks: `python -m bench.faulting.marked DESCRIPTOR COMMAND …`.

Writes a line to a pipe when a transaction of the store begins and ends, and when `Store.append` has returned, which is
when an event is acknowledged. What is in a pipe outlives the process that wrote it, so whoever kills this process knows
to the event what it was promised, and whether it was killed inside a transaction.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.cli.main import main
from core.runs.database import Database
from core.runs.store import Store

Tell = Callable[[dict[str, Any]], object]


def mark(tell: Tell) -> None:
    """Have the store tell what it does."""
    transaction, append = Database.transaction, Store.append

    @contextmanager
    def marked_transaction(self: Database, **options: Any) -> Iterator[Any]:
        tell({"mark": "begin"})
        try:
            with transaction(self, **options) as connection:
                yield connection
        finally:
            tell({"mark": "end"})

    def marked_append(self: Store, run_id: str, kind: Any, values: Any, **at: Any) -> int:
        number = append(self, run_id, kind, values, **at)
        tell({"mark": "event", "id": number, "run": run_id, "kind": kind, "step": at["step"], "values": dict(values)})
        return number

    Database.transaction = marked_transaction  # type: ignore[method-assign]
    Store.append = marked_append  # type: ignore[method-assign]


if __name__ == "__main__":
    descriptor = int(sys.argv[1])
    mark(lambda line: os.write(descriptor, (json.dumps(line) + "\n").encode()))
    sys.exit(main(sys.argv[2:]))
