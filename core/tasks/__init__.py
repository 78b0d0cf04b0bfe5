"""What is learned: one file a task, and here which there are and which one fits a table.

A task is found from a table (`fit`), or had again from what a run or a saved model kept of it (`of_model`). Knows every
task by name; nothing outside this folder asks which one it deals with.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.config.run_config import ClassConfig
from core.data.table import Table
from core.tasks import labels
from core.tasks.base import Answer, Task
from core.tasks.classes import Classes
from core.tasks.labels import Labels
from core.tasks.ratings import Ratings

__all__ = ["TASKS", "Answer", "Task", "fit", "of_labels", "of_model"]

TASKS: dict[str, type[Task]] = {task.name: task for task in (Classes, Ratings)}


def fit(
    table: Table, column: str, task: str = "auto", classes: Sequence[ClassConfig] = (), *, text: str | None = None
) -> Task:
    """What there is to learn in a column.

    Args:
        table: what was read.
        column: a column of the `train` split.
        task: a key of TASKS; "auto" takes ratings where names or values say that they are, else classes.
        classes: as `data.classes` has them; none take those of the table.
        text: the text column, so that a class is one that has a text; None counts all rows.

    Raises:
        LabelError: nested values, fewer than 2 classes, more than 100, no numbers where ratings were asked for, or
            classes that the column does not have.
    """
    found = labels.fit(table, column, classes, text=text)
    return of_labels(found, column, named=column in table.class_names, task=task)


def of_labels(found: Labels, column: str, *, named: bool, task: str = "auto") -> Task:
    """What there is to learn of labels that were found before.

    Args:
        found: the classes of the column.
        column: its name.
        named: whether the names of the classes are the hub's own rather than made here of what the table holds.
        task: as for `fit`.

    Raises:
        LabelError: the labels do not suit the task that was asked for.
    """
    if task == "auto":
        task = Ratings.name if labels.are_ratings(column, found, named=named) else Classes.name
    return TASKS[task].of_labels(found, column, named=named)


def of_model(names: Sequence[str], ratings: Sequence[float] | None, task: str | None = None) -> Task:
    """The task of a run or a saved model, from what it kept: the class names, the ratings, the name of the task.

    Args:
        task: a key of TASKS; anything else, such as of a model from before it was kept, is told by the ratings, and so
            is a task that what was kept does not suit.
    """
    told = Ratings if ratings else Classes
    try:
        return TASKS.get(task or "", told).of_model(names, ratings)
    except ValueError:
        return told.of_model(names, ratings)
