"""Every import of a module: at the top, inside of functions, for type checking only, and by name in a text."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from tests.places import ROOT

PROJECT = ("abandoned_checkouts", "search_syntax")
_SOURCES = {"abandoned_checkouts": ROOT / "app", "search_syntax": ROOT}
_NOT_OURS = {"node_modules", "web", "dist"}
_IMPORTING = ("import_module", "__import__")
# With the dot: a table has the name of the package.
_OURS = tuple(f"{name}." for name in PROJECT)

_ImportingNode: TypeAlias = ast.Import | ast.ImportFrom | ast.Call | ast.Constant


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a module; `path` is that of its file, from the root of the repository."""

    path: str
    text: str

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")


# Modules by their full names.
Tree: TypeAlias = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Import:
    """`target` is the full name of a module of the project, or the first part of a library's name.

    `kind`: "run" for an ordinary import, wherever it is, "typing" for one under TYPE_CHECKING, "named" for a module
    that a text names (strawberry.lazy, import_module, an application that uvicorn loads), "unknown" for an
    import_module of which only a run knows the target, which is then "".
    """

    module: str
    target: str
    line: int
    kind: Literal["run", "typing", "named", "unknown"]

    @property
    def is_ours(self) -> bool:
        return self.target.split(".")[0] in PROJECT


def read_tree() -> dict[str, Source]:
    """The program as it is."""
    return {
        _module_of(path.relative_to(base)): Source(str(path.relative_to(ROOT)), path.read_text())
        for name, base in _SOURCES.items()
        for path in sorted((base / name).rglob("*.py"))
        if _NOT_OURS.isdisjoint(path.parts)
    }


def _module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_in(tree: Tree) -> Iterator[Import]:
    """Every import of every module."""
    for module in tree:
        yield from imports_of(tree, module)


def imports_of(tree: Tree, module: str) -> Iterator[Import]:
    """Every import of one module; those at the top come first, then those deeper inside."""
    source = tree[module]
    for node, typing in nodes_of(source.text):
        kind: Literal["run", "typing"] = "typing" if typing else "run"
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, _target(alias.name), node.lineno, kind)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, source)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield Import(module, whole if whole in tree else _target(base), node.lineno, kind)
        elif isinstance(node, ast.Constant):
            name = str(node.value).partition(":")[0]
            if name in tree and name != module:
                yield Import(module, name, node.lineno, "named")
        elif isinstance(node, ast.Call) and called(node) in _IMPORTING and node.args:
            yield from _imported_by_call(tree, module, node)


def _imported_by_call(tree: Tree, module: str, node: ast.Call) -> Iterator[Import]:
    name = node.args[0]
    if isinstance(name, ast.Constant):
        if str(name.value).split(".")[0] not in PROJECT:
            yield Import(module, _target(str(name.value)), node.lineno, "named")
        return
    if isinstance(name, ast.JoinedStr) and isinstance(name.values[0], ast.Constant):
        # Any module of one package: f"abandoned_checkouts.cli.{name}".
        beginning = str(name.values[0].value)
        found = [each for each in tree if each.startswith(beginning) and each != module]
        if beginning.endswith(".") and found:
            yield from (Import(module, each, node.lineno, "named") for each in found)
            return
    yield Import(module, "", node.lineno, "unknown")


@cache
def nodes_of(text: str) -> tuple[tuple[_ImportingNode, bool], ...]:
    """The nodes of a module that can break a rule, and whether they are there for type checking only."""
    tree = ast.parse(text)
    only_typed: set[ast.AST] = set()
    if "TYPE_CHECKING" in text:
        blocks = (each for each in ast.walk(tree) if isinstance(each, ast.If) and _is_for_types(each.test))
        only_typed = {node for block in blocks for statement in block.body for node in ast.walk(statement)}
    return tuple(
        (node, node in only_typed)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(_OURS))
    )


def _is_for_types(test: ast.expr) -> bool:
    return ast.unparse(test).split(".")[-1] == "TYPE_CHECKING"


def called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _base(node: ast.ImportFrom, module: str, source: Source) -> str:
    """The full name of the module that a `from` names."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + source.is_package]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _target(name: str) -> str:
    return name if name.split(".")[0] in PROJECT else name.split(".")[0]
