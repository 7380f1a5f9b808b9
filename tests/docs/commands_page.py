"""Prints docs/commands.md from the parsers of the commands."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from abandoned_checkouts.cli.application import COMMANDS, EPILOG, command_named
from tests.docs.access_page import table

INTRODUCTION = """# Commands

`abandoned-checkouts COMMAND --help` shows the same as this page.

Commands that read a store have the option `--database`. Without it, the store is `ABANDONED_CHECKOUTS_DATABASE_URL`
([settings](settings.md)), else a file in the folder `data`. Results are printed on standard output, messages and errors
on standard error."""


def every_command() -> Iterator[tuple[str, Any]]:
    """The words of each command after the program's name, and its parser."""
    for name in COMMANDS:
        yield from _below(name, command_named(name))


def _below(words: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if not inner:
        yield words, command
    for name, each in sorted((inner or {}).items()):
        yield from _below(f"{words} {name}", each)


def commands_page() -> str:
    sections = [_section(words, command) for words, command in every_command()]
    return "\n\n".join([INTRODUCTION, EPILOG, *sections]) + "\n"


def _section(words: str, command: Any) -> str:
    parts = [f"## {words}", " ".join((command.help or "").split()), f"`{_usage(words, command)}`"]
    rows = [_row(each) for each in command.params if not {"--help", "--database"} & {*each.opts}]
    return "\n\n".join([*parts, *([table(("option", "meaning"), rows)] if rows else [])])


def _usage(words: str, command: Any) -> str:
    shown = []
    for each in command.params:
        if each.param_type_name == "argument":
            name = _name(each)
            shown.append(name if each.required else f"[{name}]")
        elif each.required:
            shown.append(f"{each.opts[0]} {_name(each)}")
    return " ".join(["abandoned-checkouts", words, *shown])


def _name(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _row(parameter: Any) -> tuple[str, str]:
    if parameter.param_type_name == "argument":
        shown = f"`{_name(parameter)}`"
    else:
        takes_value = not parameter.is_flag and not parameter.count
        value = f" {_name(parameter)}" if takes_value else ""
        shown = ", ".join(f"`{option}{value}`" for option in [*parameter.opts, *parameter.secondary_opts])
    choices = parameter.type_descriptor.annotation
    is_choice = isinstance(choices, type) and issubclass(choices, Enum)
    values = " One of " + ", ".join(f"`{each.value}`" for each in choices) + "." if is_choice else ""
    return shown, _cell(parameter.help or "") + values + _default(parameter)


def _default(parameter: Any) -> str:
    value = parameter.default
    value = value.value if isinstance(value, Enum) else value
    if parameter.required or isinstance(value, bool) or not isinstance(value, int | float | str) or value == "":
        return ""
    return "" if "[default" in (parameter.help or "") else f" Default: `{value}`."


def _cell(text: str) -> str:
    return " ".join(text.replace("\\[", "[").split()).replace("|", "\\|").replace("<", "&lt;")
