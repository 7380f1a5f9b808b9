"""The help that is read from source equals the help of the loaded command."""

from importlib import import_module
from inspect import getdoc
from pathlib import Path

import pytest
import typer

from abandoned_checkouts.cli.application import COMMANDS
from abandoned_checkouts.cli.command_help import help_of


@pytest.mark.parametrize("place", COMMANDS.values(), ids=COMMANDS)
def test_the_help_in_the_list_is_that_of_the_command(place: str) -> None:
    module, _, member = place.partition(":")
    name = f"abandoned_checkouts.cli.{module}"
    loaded = getattr(import_module(name), member)
    assert help_of(name, member) == (loaded.info.help if isinstance(loaded, typer.Typer) else getdoc(loaded))


def test_indented_lines_of_a_docstring_and_a_help_in_two_strings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = 'other = 1\napp = Typer(help="One " "sentence.", x=1)\ndef run():\n    """First line\n    and second."""\n'
    (tmp_path / "module_with_help.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert help_of("module_with_help", "app") == "One sentence."
    assert help_of("module_with_help", "run") == "First line\nand second."
    for missing in ("other", "nothing"):
        with pytest.raises(LookupError, match=f"{missing} has no help text"):
            help_of("module_with_help", missing)
    with pytest.raises(LookupError, match="no_such_module has no source file"):
        help_of("no_such_module", "run")
