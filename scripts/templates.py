"""Finds the sentences that core composes, as templates: `f"No split {name}."` is `No split {0}.`.

Reads source text, runs none of it. Follows conditional expressions, local names, constants and functions of the same
module as far as they are words, so that every variant of a sentence is found; what it can't follow is a placeholder.
Knows neither catalogues nor languages.

What counts as a sentence for the user: the arguments of the classes in core/errors.py, what is emitted as a message or
said as a phase, and what stands in a tuple, a list or a call of `append` and ends with a full stop, as notes do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

# Parts of a template; None is a placeholder.
Template = tuple[str | None, ...]
ERRORS = Path("core/errors.py")
# The command line speaks English; the sample's phrases are data.
LEFT_OUT = re.compile(r"core/(cli/\w+|data/sample/\w+|export/script)\.py")
MOST_VARIANTS = 12
MOST_DEPTH = 6


def sentences(root: Path) -> dict[str, list[str]]:
    """Every template of core, with the files that it stands in."""
    errors = {each.name for each in ast.walk(_tree(root / ERRORS)) if isinstance(each, ast.ClassDef)}
    found: dict[str, list[str]] = {}
    for file in sorted((root / "core").rglob("*.py")):
        name = file.relative_to(root).as_posix()
        if LEFT_OUT.fullmatch(name):
            continue
        for template in _Module(_tree(file), errors).templates():
            places = found.setdefault(template, [])
            if name not in places:
                places.append(name)
    return found


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


class _Module:
    """One module: its functions and constants by name."""

    def __init__(self, tree: ast.Module, errors: set[str]) -> None:
        self._tree = tree
        self._errors = errors
        self._functions = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        self._constants = _assigned(tree.body)

    def templates(self) -> Iterator[str]:
        """Each sentence once, in the order of the source."""
        seen = set()
        for scope in [self._tree, *self._functions.values()]:
            for node, is_note in self._roots(scope):
                for template in self._variants(node, scope):
                    words = _written(template)
                    if _says_something(words) and (not is_note or words.endswith(".")) and words not in seen:
                        seen.add(words)
                        yield words

    def _roots(self, scope: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
        """Expressions that are sentences, and whether they are notes, which must look like one."""
        for node in _own(scope):
            if isinstance(node, ast.Call):
                yield from self._of_call(node)
            elif isinstance(node, ast.Tuple | ast.List):
                yield from ((each, True) for each in node.elts)

    def _of_call(self, call: ast.Call) -> Iterator[tuple[ast.expr, bool]]:
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
        if name in self._errors or name == "__init__":
            yield from ((each, False) for argument in call.args for each in _items(argument))
        elif name == "emit" and isinstance(values := call.args[-1], ast.Dict):
            yield from ((value, False) for key, value in zip(values.keys, values.values, strict=True) if _is_text(key))
        elif name == "say":
            yield from ((each, False) for each in call.args)
        elif name == "append" and isinstance(call.func, ast.Attribute):
            to = getattr(call.func.value, "id", "")
            yield from ((each, to != "problems") for each in call.args)

    def _variants(self, node: ast.expr, scope: ast.AST, depth: int = 0) -> list[Template]:
        """What a whole sentence may say; variants that can't be followed are left out."""
        choices = self._choices(node, scope) if depth < MOST_DEPTH else []
        if choices:
            return [found for each in choices for found in self._variants(*each, depth + 1)]
        return self._read(node, scope) or []

    def _read(self, node: ast.expr, scope: ast.AST, depth: int = 0) -> list[Template] | None:
        """What an expression may say; None where that can't be told."""
        if depth > MOST_DEPTH:
            return None
        if isinstance(node, ast.Constant):
            return [(node.value,)] if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return _joined([self._piece(part, scope, depth) for part in node.values])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = [self._read(side, scope, depth + 1) for side in (node.left, node.right)]
            return _joined([side or [(None,)] for side in sides]) if any(sides) else None
        return self._any(self._choices(node, scope), depth)

    def _choices(self, node: ast.expr, scope: ast.AST) -> list[tuple[ast.expr, ast.AST]]:
        """The expressions that one stands for, each with the scope of its names."""
        if isinstance(node, ast.IfExp):
            return [(node.body, scope), (node.orelse, scope)]
        if isinstance(node, ast.Name):
            local = _assigned(list(_own(scope))).get(node.id, []) if isinstance(scope, ast.FunctionDef) else []
            found = local or ([] if node.id in _parameters(scope) else self._constants.get(node.id, []))
            return [(each, scope) for each in found]
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            tables = [each for each in self._constants.get(node.value.id, []) if isinstance(each, ast.Dict)]
            return [(value, scope) for each in tables for value in each.values]
        function = self._functions.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
        if function is None:
            return []
        return [(each.value, function) for each in _own(function) if isinstance(each, ast.Return) and each.value]

    def _any(self, choices: list[tuple[ast.expr, ast.AST]], depth: int) -> list[Template] | None:
        found: list[Template] = []
        for node, scope in choices:
            each = self._read(node, scope, depth + 1)
            if each is None:
                return None
            found += each
        return found or None

    def _piece(self, part: ast.expr, scope: ast.AST, depth: int) -> list[Template]:
        """A part of an f-string: words are followed, a value is a placeholder."""
        if not isinstance(part, ast.FormattedValue):
            return self._read(part, scope, depth + 1) or [(None,)]
        if part.conversion != -1 or part.format_spec is not None:
            return [(None,)]
        found = self._read(part.value, scope, depth + 1)
        if not found or len(found) > MOST_VARIANTS or not all(_is_words(each) for each in found):
            return [(None,)]
        return found


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the functions in it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own(child)


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _parameters(scope: ast.AST) -> set[str]:
    if not isinstance(scope, ast.FunctionDef):
        return set()
    return {each.arg for each in [*scope.args.args, *scope.args.kwonlyargs]}


def _items(argument: ast.expr) -> list[ast.expr]:
    if isinstance(argument, ast.List):
        return argument.elts
    return [argument.elt] if isinstance(argument, ast.ListComp) else [argument]


def _is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "text"


def _joined(pieces: list[list[Template]]) -> list[Template]:
    return [tuple(part for piece in pick for part in piece) for pick in product(*pieces)]


def _is_words(template: Template) -> bool:
    """Whether it is worth a variant of its own: plain words, or words around its placeholders."""
    literal = "".join(part or "" for part in template)
    return None not in template or (" " in literal and bool(re.search(r"[A-Za-z]{2,}", literal)))


def _says_something(words: str) -> bool:
    """Whether there is more in it than placeholders and signs."""
    return bool(re.search(r"[A-Za-z]{2,}", re.sub(r"\{\d+\}", "", words))) and " " in words


def _written(template: Template) -> str:
    """The template as a message id; touching placeholders become one."""
    merged: list[str | None] = []
    for part in template:
        if part is None and merged and merged[-1] is None:
            continue
        if part and merged and merged[-1] is not None:
            merged[-1] += part
        elif part != "":
            merged.append(part)
    holes = iter(range(len(merged)))
    return "".join(f"{{{next(holes)}}}" if part is None else part for part in merged)
