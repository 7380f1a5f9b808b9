"""The package as users install it: the README's program runs, the grammar is unambiguous, and lark is the only
dependency."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lark import Lark
from lark import logger as lark_logger

import search_syntax

FOLDER = Path(search_syntax.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_readmes_program_prints_what_it_says() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    promised = re.findall(r"^print\(.*\)  # (.*)$", program, re.MULTILINE)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == promised


def test_the_readme_names_everything_public() -> None:
    verbs = {name for name in search_syntax.__all__ if name.islower()}
    assert {name for name in verbs if not re.search(rf"`(\w+, )?{name}[(`]|`{name}`", README)} == set()


def test_the_grammar_is_ambiguous_only_about_what_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    """The parser shifts if it can, so an operand is missing only if no term follows. Lark logs this in debug mode."""
    lark_logger.addHandler(caplog.handler)
    level = lark_logger.level
    lark_logger.setLevel(logging.DEBUG)
    try:
        Lark((FOLDER / "grammar.lark").read_text(encoding="utf-8"), parser="lalr", lexer="contextual", debug=True)
    finally:
        lark_logger.setLevel(level)
        lark_logger.removeHandler(caplog.handler)
    lines = [line for line in caplog.messages if "Unused" not in line]
    conflicts = {re.sub(r"for terminal \w+", "", line) for line in lines if "conflict" in line.lower()}
    assert conflicts == {"Shift/Reduce conflict : (resolving as shift)"}
    assert {line.strip() for line in lines if line.startswith(" *")} <= {
        "* <operand : >",
        "* <value : >",
        "* <limit : >",
    }


def test_it_needs_lark_alone() -> None:
    """Importing the package imports only lark and the standard library."""
    program = "import sys, search_syntax; print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    run = subprocess.run(
        [sys.executable, "-S", "-c", path_to_lark() + program], capture_output=True, text=True, check=True
    )
    brought = set(run.stdout.split()) - set(sys.stdlib_module_names) - {"__main__", "__mp_main__"}
    assert brought <= {"search_syntax", "lark", "regex"}, brought


def path_to_lark() -> str:
    import lark

    folders = [str(FOLDER.parent), str(Path(lark.__file__).parents[1])]
    return f"import sys; sys.path[:0] = {folders!r}; "
