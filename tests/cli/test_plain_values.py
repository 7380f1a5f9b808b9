"""Values converted without pydantic are those that Typer converts them to."""

from enum import StrEnum
from typing import Annotated, Any

import pytest
import typer
from typer import core
from typer.testing import CliRunner

from abandoned_checkouts.cli import plain_values
from abandoned_checkouts.cli.plain_values import _Maker, convert_plain_values


class Colour(StrEnum):
    red = "red"
    blue = "blue"


ARGUMENTS = (
    (),
    ("--help",),
    ("--name", ""),
    ("--name", "Zoë"),
    *(("--count", text) for text in ("7", "007", " 7", "-1", "11", "1_0", "7.0", "seven", "", "٣", "9" * 30)),
    *(("--free", text) for text in ("7", "-1", "123456789", "1234567890", "+5")),
    ("--colour", "blue"),
    ("--colour", "BLUE"),
    ("--colour", "green"),
    ("--tag", "a", "--tag", "b"),
    ("--number", "1", "--number", "x"),
    ("--flag",),
)


def outcome(arguments: tuple[str, ...]) -> tuple[int, str]:
    application = typer.Typer(add_completion=False)

    @application.command()
    def command(
        name: str | None = None,
        count: Annotated[int | None, typer.Option(min=0, max=10)] = None,
        free: int = 3,
        colour: Colour = Colour.red,
        tag: list[str] | None = None,
        number: list[int] | None = None,
        flag: bool = False,
    ) -> None:
        found: list[Any] = [name, count, free, colour, tag, number, flag]
        typer.echo(" ".join(f"{type(each).__name__}:{each!r}" for each in found))

    done = CliRunner().invoke(application, list(arguments))
    return done.exit_code, done.output


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=" ".join)
def test_values_and_errors_are_those_of_typer(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    convert_plain_values()
    own = outcome(arguments)
    monkeypatch.setattr(core, plain_values._MAKER, getattr(core, plain_values._MAKER)._make)
    assert own == outcome(arguments)


def test_typer_is_changed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    convert_plain_values()
    first = getattr(core, plain_values._MAKER)
    convert_plain_values()
    assert getattr(core, plain_values._MAKER) is first and not isinstance(first._make, _Maker)


def test_a_version_of_typer_without_this_function_converts_all_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(core, plain_values._MAKER)
    convert_plain_values()
    assert not hasattr(core, plain_values._MAKER)
