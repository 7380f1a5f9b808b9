"""The walls of the house: which package may import which, held by walking every import.

One table says it for the project's own packages, one for the libraries that belong to one room.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 400

# What each room may import of the project. `app.server` and `app.cli` know everybody and are not listed.
MAY_IMPORT = {
    "search_syntax": set(),
    "app.checkouts": set(),
    "app.config": set(),
    "app.store": {"app.checkouts", "search_syntax"},
    "app.shopify": {"app.checkouts", "app.store", "search_syntax"},
    "app.wix": {"app.checkouts", "app.store", "search_syntax"},
    "app.explorer": {"app.checkouts", "search_syntax"},
    "app.demo": {"app.checkouts", "app.store"},
    "app.intake": {"app.checkouts", "app.store", "app.shopify", "app.wix"},
    "app.exporting": {"app.checkouts", "app.store", "app.shopify"},
    "app.automations": {"app.checkouts", "search_syntax"},
    "app.recovery": {"app.checkouts", "app.config", "app.store", "search_syntax"},
    "app.control": {
        "app.automations",
        "app.checkouts",
        "app.config",
        "app.recovery",
        "app.store",
        "app.work",
        "search_syntax",
    },
    "app.work": {
        "app.automations",
        "app.checkouts",
        "app.recovery",
        "app.shopify",
        "app.store",
        "app.wix",
        "search_syntax",
    },
}

# Libraries that stay in their rooms. Starlette may stand wherever HTTP is answered, but never in these.
LIBRARIES = {
    "sqlalchemy": {"app.store"},
    "alembic": {"app.store"},
    "aiosqlite": {"app.store"},
    "asyncpg": {"app.store"},
    "sqlite3": {"app.store"},
    "strawberry": {"app.shopify"},
    "graphql": {"app.shopify"},
    "lark": {"search_syntax"},
    "typer": {"app.cli"},
}
WITHOUT_HTTP = ("search_syntax", "app.checkouts", "app.store", "app.demo")

FILES = sorted(
    path
    for folder in ("app", "search_syntax")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "app" else parts[0]


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stay_within_the_walls(path: Path) -> None:
    room = room_of(module_of(path))
    wrong = []
    for line, name in imports_of(path):
        top = name.split(".")[0]
        if top in ("app", "search_syntax"):
            target = room_of(name)
            allowed = MAY_IMPORT.get(room)
            if allowed is not None and target != room and target not in allowed and target != "app":
                wrong.append(f"line {line}: {room} imports {target}")
        elif top in LIBRARIES and room not in LIBRARIES[top]:
            wrong.append(f"line {line}: {top} outside {', '.join(sorted(LIBRARIES[top]))}")
        elif top == "starlette" and room in WITHOUT_HTTP:
            wrong.append(f"line {line}: {room} answers HTTP")
    assert not wrong, f"{path.relative_to(ROOT)}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_reader_holds(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= LONGEST_FILE, f"{path.relative_to(ROOT)} has {lines} lines; split it by subject"


def test_search_syntax_needs_lark_alone() -> None:
    import sys

    foreign = {
        name.split(".")[0]
        for path in FILES
        if path.relative_to(ROOT).parts[0] == "search_syntax"
        for _, name in imports_of(path)
    } - set(sys.stdlib_module_names)
    assert foreign == {"lark", "search_syntax"}
