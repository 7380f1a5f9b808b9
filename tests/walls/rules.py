"""The rules: each takes a tree of modules and returns what breaks it, with file and line."""

import ast
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TypeAlias

from tests.walls.imports import Import, Tree, called, imports_in, imports_of, nodes_of
from tests.walls.tables import (
    BODY_METHODS,
    CLOCKS,
    LAYERS,
    LIBRARIES,
    LONGEST_FILE,
    MAY_IMPORT,
    MAY_READ_THE_CLOCK,
    NOT_IN_PURE,
    PURE,
    READS_BODIES,
    TYPES_THAT_NAME_EACH_OTHER,
    Layer,
)


@dataclass(frozen=True, slots=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


Rule: TypeAlias = Callable[[Tree], list[Finding]]


def short(module: str) -> str:
    return module.removeprefix("abandoned_checkouts").removeprefix(".") or module


def package_of(module: str) -> str:
    return short(module).split(".")[0]


def is_within(module: str, places: Collection[str]) -> bool:
    """Whether a module is one of the places, or somewhere in one; both without the leading package."""
    return any(module == place or module.startswith(f"{place}.") for place in places)


def _finding(tree: Tree, found: Import, message: str) -> Finding:
    return Finding(tree[found.module].path, found.line, message)


def packages(tree: Tree) -> list[Finding]:
    """A package imports only packages that the table allows, and each package is in the table."""
    wrong = []
    for module, source in tree.items():
        if module != "abandoned_checkouts" and package_of(module) not in MAY_IMPORT:
            wrong.append(Finding(source.path, 1, f"{package_of(module)} is not in the table of packages"))
    for found in imports_in(tree):
        if not found.is_ours:
            continue
        here, there = package_of(found.module), package_of(found.target)
        if here != there and there not in MAY_IMPORT.get(here, ()):
            wrong.append(_finding(tree, found, f"{here} may not import {there}"))
    return wrong


def layers(tree: Tree) -> list[Finding]:
    """A layer imports only layers before it and allowed packages. Each module is in a layer."""
    return [each for package, inner_to_outer in LAYERS.items() for each in _layers(tree, package, inner_to_outer)]


def _layers(tree: Tree, package: str, inner_to_outer: list[Layer]) -> list[Finding]:
    wrong = []
    names = [layer.name for layer in inner_to_outer]
    by_name = {layer.name: layer for layer in inner_to_outer}
    for module, source in tree.items():
        if package_of(module) != package:
            continue
        here = _layer_of(module, names)
        if here is None and not _holds_layers(short(module), names):
            wrong.append(Finding(source.path, 1, f"{short(module)} is in no layer of {package}"))
        for found in imports_of(tree, module):
            if not found.is_ours:
                continue
            if here is None:
                wrong.append(_finding(tree, found, f"{short(module)} only holds layers: it may import nothing of ours"))
            elif package_of(found.target) != package:
                if package_of(found.target) not in by_name[here].reach:
                    wrong.append(_finding(tree, found, f"{here} may not import {package_of(found.target)}"))
            else:
                there = _layer_of(found.target, names)
                before = set(names[: names.index(here)])
                inner = by_name[here].inner
                if there != here and there not in (before if inner is None else before & inner):
                    wrong.append(_finding(tree, found, f"{here} may not import {there or short(found.target)}"))
    return wrong


def _layer_of(module: str, names: list[str]) -> str | None:
    return next((name for name in names if is_within(short(module), [name])), None)


def _holds_layers(module: str, names: list[str]) -> bool:
    return any(name.startswith(f"{module}.") for name in names)


def libraries(tree: Tree) -> list[Finding]:
    """Each library is imported only where the table has it; one that is not in the table, nowhere."""
    wrong = []
    for found in imports_in(tree):
        library = found.target
        if found.is_ours or not library or (library in sys.stdlib_module_names and library not in LIBRARIES):
            continue
        places = LIBRARIES.get(library)
        if places is None:
            wrong.append(_finding(tree, found, f"{library} is not in the table of libraries"))
        elif not is_within(short(found.module), places):
            wrong.append(_finding(tree, found, f"{library} belongs in {', '.join(sorted(places))}"))
    return wrong


def circles(tree: Tree) -> list[Finding]:
    """No module imports itself through others; the first such circle, with every import of it.

    An import of a module runs the packages around it too.
    """
    graph: dict[str, dict[str, Import]] = {module: {} for module in tree}
    for found in imports_in(tree):
        if found.target in tree and not _is_between_types(found):
            for target in [found.target, *_packages_around(found.target, tree)]:
                if target != found.module and not found.module.startswith(f"{target}."):
                    graph[found.module].setdefault(target, found)
            if found.module.startswith(f"{found.target}."):
                graph[found.module].setdefault(found.target, found)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = list(reversed(error.args[1]))
        steps = [graph[here][there] for here, there in pairwise(circle)]
        named = "; ".join(f"{tree[step.module].path}:{step.line} imports {short(step.target)}" for step in steps)
        return [_finding(tree, steps[0], f"a circle: {named}")]
    return []


def _packages_around(module: str, tree: Tree) -> list[str]:
    parts = module.split(".")
    return [name for length in range(1, len(parts)) if (name := ".".join(parts[:length])) in tree]


def _is_between_types(found: Import) -> bool:
    return found.kind in ("typing", "named") and all(
        is_within(short(each), [TYPES_THAT_NAME_EACH_OTHER]) for each in (found.module, found.target)
    )


def unknown_imports(tree: Tree) -> list[Finding]:
    """What is imported by name can be read in the code."""
    message = "what this imports is known only when it runs"
    return [_finding(tree, found, message) for found in imports_in(tree) if found.kind == "unknown"]


def purity(tree: Tree) -> list[Finding]:
    """Pure packages do not read the clock, and do not import modules with side effects."""
    wrong = []
    for module, source in tree.items():
        if not is_within(short(module), PURE):
            continue
        for found in imports_of(tree, module):
            if found.target in NOT_IN_PURE:
                wrong.append(_finding(tree, found, f"{short(module)} is pure: it may not import {found.target}"))
        for node, _ in nodes_of(source.text):
            if isinstance(node, ast.Call) and called(node) in CLOCKS and module not in MAY_READ_THE_CLOCK:
                wrong.append(Finding(source.path, node.lineno, f"{short(module)} is pure: the time is passed in"))
    return wrong


def bodies(tree: Tree) -> list[Finding]:
    """Bodies of requests are read where their size and time are limited."""
    wrong = []
    for module, source in tree.items():
        if is_within(short(module), {READS_BODIES}) or "starlette.requests" not in source.text:
            continue
        for node, _ in nodes_of(source.text):
            if isinstance(node, ast.Call) and called(node) in BODY_METHODS and not node.args:
                wrong.append(Finding(source.path, node.lineno, f"only {READS_BODIES} reads bodies: by a BodyReader"))
    return wrong


def lengths(tree: Tree) -> list[Finding]:
    """No file has more than 350 lines."""
    wrong = []
    for source in tree.values():
        lines = source.text.count("\n")
        if lines > LONGEST_FILE:
            wrong.append(Finding(source.path, lines, f"{lines} lines are more than {LONGEST_FILE}: split by subject"))
    return wrong


RULES: list[Rule] = [packages, layers, libraries, circles, unknown_imports, purity, bodies, lengths]
