"""The tests mirror the code: the test file of a module has the module's path and name.

`app/abandoned_checkouts/store/reading/pages.py` is tested by `tests/store/reading/test_pages.py`, and
`search_syntax/text.py` by `tests/search_syntax/test_text.py`. A test file may also name a package or another folder of
the code, which it then tests as a whole. `tests/docs` mirrors `docs` in the same way.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import DOCS, ROOT, TESTS

CODE = ROOT / "app" / "abandoned_checkouts"
# Folders that do not mirror the code, and what their tests are about.
BESIDE = {
    "benchmarks": "measurements, not tests",
    "browser": "all pages in a real browser",
    "clients": "programs and libraries of others against the whole server",
    "contract": "the whole schema against the one that Shopify publishes",
    "promises": "what the whole server promises, whichever module keeps it",
    "walls": "the tables and rules of test_walls.py",
}
# Test files that do not test one module, by path below tests/, each with the reason.
EXCEPTIONS = {
    "docs/test_blocks.py": "the blocks of code on all pages",
    "docs/test_contributing.py": "CONTRIBUTING.md is at the root, not in docs/",
    "docs/test_deploy.py": "the files in docs/deploy/",
    "docs/test_examples.py": "the programs in docs/examples/",
    "docs/test_readme.py": "README.md is at the root, not in docs/",
    "docs/test_reference.py": "all pages that are made from the code",
    "docs/test_security.py": "SECURITY.md is at the root, not in docs/",
    "mutants/test_equivalent.py": "the list of changes that make no difference: tests/mutants/equivalent.toml",
    "mutants/test_undecorated.py": "a helper of make mutants: tests/mutants/undecorated.py",
    "search_syntax/test_cases.py": "the tables of cases have a column for the result of each module",
    "search_syntax/test_package.py": "how the package installs and what it depends on",
    "test_mirror.py": "where test files are",
    "test_packaging.py": "the distributions, built by hatch_build.py and pyproject.toml",
    "test_places.py": "a helper of the tests: tests/places.py",
    "test_quick.py": "the split of the suite: tests/quick.py",
    "test_shop_statements.py": "a helper of the tests: tests/shop_statements.py",
    "test_walls.py": "what each package may import",
}


def mirrored_test_files(tests: Path) -> Iterator[Path]:
    """The paths of test files below `tests`, except those in folders that do not mirror the code."""
    for file in tests.rglob("test_*.py"):
        path = file.relative_to(tests)
        if path.parts[0] not in BESIDE and "node_modules" not in path.parts:
            yield path


def subjects(path: Path) -> list[Path]:
    """The possible paths of the module, package or page that a test file tests. `path` is below tests/."""
    name = path.stem.removeprefix("test_")
    if path.parts[0] == "docs":
        return [DOCS / path.parent.relative_to("docs") / f"{name}.md"]
    root = ROOT if path.parts[0] == "search_syntax" else CODE
    return [root / path.parent / f"{name}.py", root / path.parent / name]


def names_its_subject(path: Path) -> bool:
    return any(subject.exists() for subject in subjects(path))


FILES = sorted(mirrored_test_files(TESTS))


@pytest.mark.parametrize("path", [path for path in FILES if path.as_posix() not in EXCEPTIONS], ids=str)
def test_file_names_a_module(path: Path) -> None:
    places = " or ".join(str(subject.relative_to(ROOT)) for subject in subjects(path))
    assert names_its_subject(path), (
        f"tests/{path} names no module: there is no {places}. Name it after the module that it tests; tests of "
        "several modules belong to the main one, or to tests/promises."
    )


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_exception_is_needed(exception: str) -> None:
    assert not names_its_subject(Path(exception)), f"{exception} names a module: it needs no exception"


def test_exceptions_are_of_files_that_exist() -> None:
    assert set(EXCEPTIONS) <= {path.as_posix() for path in FILES}
    assert all((TESTS / folder).is_dir() for folder in BESIDE)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("store/reading/test_pages.py", True),
        ("search_syntax/test_text.py", True),
        ("shopify/language/test_validation.py", True),
        ("docs/test_search.py", True),
        ("store/test_pages.py", False),
        ("search_syntax/test_texts.py", False),
        ("docs/test_nothing.py", False),
        ("admin/test_pages.py", False),
    ],
)
def test_rule(path: str, found: bool) -> None:
    assert names_its_subject(Path(path)) is found
