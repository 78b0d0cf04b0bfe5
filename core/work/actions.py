"""Everything that can be done with the runs of a home, as one set of calls.

The command line and the pages call these, and so will whatever else acts for a person. Joins the queue, the trash,
recovery and the run folders; knows no page and no command. Guarantees: a call either does what it says or raises an
error that says why it is not done; a run that may go on is taken up at once by the worker of this process, if it has
one, else by whoever looks into the queue next.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.config import RunConfig
from core.errors import RunError
from core.home import notices
from core.home.places import Home
from core.messages import Message
from core.runs import checkpoints, disk, frozen, recovery, trash
from core.runs.recovery import Recovered
from core.runs.run import Run, Status
from core.runs.store import Move, Store
from core.work import worker


class Actions:
    """What can be done in one home. Cheap to make; safe to share between threads.

    Runs are named by their id or a unique beginning of it. Each method raises RunError where there is no such run.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.store = Store(home)

    # Training

    def submit(self, config: RunConfig, *, claimed: bool = False) -> Run:
        """Put a run into the queue.

        Args:
            config: what to train.
            claimed: the calling process trains it at once, unless another run of this home trains.
        """
        run = self.store.create(config, claimed=claimed)
        worker.wake(self.home)
        return run

    def stop(self, run_id: str) -> Run:
        """Ask a run to stop: one that waits stops at once, one that trains after its step, with its model saved."""
        return self.store.request_stop(run_id)

    def cancel(self, run_id: str) -> Run:
        """Take a run out of the queue; one that was begun meanwhile stops."""
        return self.stop(run_id)

    def resume(self, run_id: str, epochs: float | None = None) -> Run:
        """Let an ended run go on from its last checkpoint; one that waits goes on waiting.

        Args:
            run_id: the run.
            epochs: in total, where it shall make more than it was made for.

        Raises:
            RunError: it trains, or it has finished and no epochs are given, or see `extend`.
            ConfigError: there may not be so many epochs.
        """
        if epochs:
            return self.extend(run_id, epochs)
        run = self.store.get(run_id)
        if run.status is not Status.QUEUED:
            # Its process may have died only now, beside this one, which has long been started.
            recovery.interrupt(self.store, run.id)
            run = self.store.requeue(run.id)
        worker.wake(self.home)
        return run

    def extend(self, run_id: str, epochs: float) -> Run:
        """Let an ended run go on from its last checkpoint for more epochs.

        Args:
            run_id: the run.
            epochs: in total, more than it was made for.

        Raises:
            RunError: it has not ended, was made for as many epochs, or its checkpoints are gone.
            ConfigError: there may not be so many.
        """
        run = self.store.get(run_id)
        checkpoint = checkpoints.last(self.store.folder(run.id))
        if run.status is Status.FINISHED and checkpoint is None:
            raise RunError(
                Message("The checkpoints of the run {run} were removed, so it cannot go on.", run=run.id),
                Message("Train a new run with more epochs."),
            )
        made = checkpoints.trainer_state(checkpoint).epoch if checkpoint else 0.0
        if epochs < made:
            # Where more epochs could not be made to the end, once before.
            raise RunError(
                Message(
                    "The run {run} has made {made:g} epochs; {epochs:g} are fewer.",
                    run=run.id,
                    made=made,
                    epochs=epochs,
                ),
                Message("Give the number of epochs in total."),
            )
        recovery.interrupt(self.store, run.id)
        run = self.store.extend(run.id, epochs)
        worker.wake(self.home)
        return run

    def move(self, run_id: str, to: Move) -> list[Run]:
        """Let a waiting run go up or down by one place, or to the first or last one; returns the queue as it is now.

        Raises:
            RunError: the run does not wait.
        """
        return self.store.move(run_id, to)

    # What people say about runs, and runs that come and go

    def describe(
        self, run_id: str, *, name: str | None = None, notes: str | None = None, tags: Sequence[str] | None = None
    ) -> Run:
        """Put a name, notes or tags in the place of earlier ones; what is None stays.

        Raises:
            RunError: a text is empty or too long, or a tag is not a word.
        """
        return self.store.describe(run_id, name=name, notes=notes, tags=tags)

    def delete(self, run_ids: Sequence[str]) -> list[Run]:
        """Move ended runs to the trash; none of them where one is not there.

        Returns:
            The runs as they were.

        Raises:
            RunError: one is going on; those before it are in the trash.
            StorageError: a folder cannot be moved.
        """
        runs = [self.store.get(each) for each in run_ids]
        return [trash.delete(self.store, run.id) for run in runs]

    def restore(self, run_id: str) -> Run:
        """Put a deleted run back, with its curve.

        Raises:
            RunError: it is not in the trash, or another run has its id.
            StorageError: its folder cannot be moved.
        """
        return trash.restore(self.store, run_id)

    def empty_trash(self, run_ids: Sequence[str] | None = None) -> int:
        """Remove deleted runs for good: those named, else all. Returns the bytes freed.

        Raises:
            StorageError: the home cannot be written.
        """
        frozen.refuse(self.home)
        return trash.empty(self.store, run_ids)

    def adopt(self, folder: Path) -> Run:
        """Copy a run's folder from elsewhere, such as another machine, into this home.

        Raises:
            RunError: the folder is no run's, or has nothing to use or to go on from.
            StorageError: it cannot be copied.
        """
        return recovery.adopt(self.store, folder)

    # The home

    def recover(self) -> Recovered:
        """Bring the home in order after processes that died, a damaged database, or folders that were copied in."""
        return recovery.recover(self.store)

    def clean_up(self) -> int:
        """Remove checkpoints of finished runs, uploads no run was trained on, and the cache; returns bytes freed.

        Raises:
            StorageError: the home cannot be written.
        """
        frozen.refuse(self.home)
        return disk.clean_up(self.home, self.store.runs())

    def dismiss_notices(self) -> None:
        """Forget what happened to the home while nobody looked: somebody has read it."""
        notices.dismiss(self.home)
