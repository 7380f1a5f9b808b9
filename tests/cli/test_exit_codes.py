"""The expected errors: each name in the table is an exception, and a subclass has the code of its class."""

from importlib import import_module

import pytest

from abandoned_checkouts.cli.exit_codes import CODES, USAGE, reported_in_one_line
from abandoned_checkouts.config import SettingError


@pytest.mark.parametrize("name", CODES)
def test_every_name_is_an_exception(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, _, member = name.partition(":")
    error = getattr(import_module(module), member)
    # An alias in another module would never be found by its name.
    assert f"{error.__module__}:{error.__qualname__}" == name
    with pytest.raises(SystemExit) as end, reported_in_one_line():
        raise error("what is wrong")
    assert end.value.code == CODES[name]
    assert capsys.readouterr().err == "abandoned-checkouts: what is wrong\n"


def test_a_subclass_has_the_code_of_its_class() -> None:
    class PortError(SettingError):
        pass

    with pytest.raises(SystemExit) as end, reported_in_one_line():
        raise PortError("x")
    assert end.value.code == USAGE


def test_other_exceptions_are_not_changed() -> None:
    with pytest.raises(ZeroDivisionError), reported_in_one_line():
        _ = 1 // 0
