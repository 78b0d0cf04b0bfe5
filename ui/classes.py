"""Classes as people see them: stars where a class stands for some, else its name. Asks the task, reads no name."""

from __future__ import annotations

from core import tasks
from core.metrics import Score
from core.runs.run import Run
from core.tasks import Task
from ui import format as fmt


def task_of(run: Run) -> Task:
    """What a run learns, as far as it has found that out."""
    return tasks.of_model(run.facts.classes, run.facts.ratings, run.facts.task)


def labels(task: Task) -> dict[str, str | int]:
    """How each class is drawn, by its name: a whole number of stars, or words."""
    if task.worth is None or not task.in_stars:
        return {name: name for name in task.names}
    return {name: int(stars) for name, stars in zip(task.names, task.worth, strict=True)}


def words(task: Task) -> dict[str, str]:
    """Each class in words, by its name: stars in the visitor's language, anything else as the table has it."""
    return {name: fmt.stars(label) if isinstance(label, int) else label for name, label in labels(task).items()}


def best_first(task: Task) -> bool:
    """Whether the classes have an order, so that the best of them is drawn at the top."""
    return task.worth is not None


def figure(score: Score, value: float | None, digits: int = 1) -> str:
    """A score's value with its unit; `digits` are those of a percentage."""
    return fmt.percent(value, digits) if score.unit == "%" else fmt.number(value)
