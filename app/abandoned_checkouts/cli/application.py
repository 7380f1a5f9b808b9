"""The command line program. It imports the module of a command only when that command runs, so that it starts fast.

Keep imports few: a large file import starts a second process, which loads this module again.
"""

import getpass
import os
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from abandoned_checkouts.cli.command_help import help_of
from abandoned_checkouts.cli.exit_codes import SUCCESS, reported_in_one_line
from abandoned_checkouts.cli.plain_values import convert_plain_values
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.gc_pause import gc_pause_of_imports

HELP = "A server for abandoned checkouts that speaks Shopify's Admin GraphQL API and the Wix eCommerce API."
EPILOG = (
    "Exit codes: 0 success, 1 some records rejected or both sides of a sync differ, 2 usage error, 3 cannot use the "
    "store, 4 cannot read or write a file, 5 object does not exist, or exists already, 6 cannot listen on the address, "
    "7 another server refuses or cannot be reached, 130 interrupted."
)

convert_plain_values()

# The module and function of each command, or the module and Typer of a group of commands.
COMMANDS = {
    "serve": "serve_command:serve",
    "demo": "demo_command:demo",
    "import": "import_command:import_files",
    "export": "export_command:export",
    "changes": "changes_command:changes",
    "tap": "tap_command:tap",
    "schema": "serve_command:schema",
    "explain": "explain_command:explain",
    "shop": "shop_commands:application",
    "token": "token_commands:application",
    "user": "user_commands:application",
    "app": "app_commands:application",
    "bulk": "bulk_commands:application",
    "event": "event_commands:application",
    "flow": "flow_commands:application",
    "mail": "mail_commands:application",
    "report": "report_command:report",
    "reports": "report_command:application",
    "search": "search_commands:application",
    "store": "store_commands:application",
    "doctor": "doctor_command:doctor",
    "retention": "retention_commands:application",
    "sync": "sync_commands:application",
    "audit": "audit_command:audit",
    "mcp": "mcp_command:mcp",
    "twin": "twin_commands:application",
    "erase": "privacy_commands:erase",
}


class _Listed(Mapping[str, object]):
    """The commands that the list of `--help` shows. Each has only a name and a help text."""

    def __getitem__(self, name: str) -> object:
        module, _, member = COMMANDS[name].partition(":")
        return TyperCommand(name, help=help_of(f"abandoned_checkouts.cli.{module}", member))

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(TyperGroup):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = _Listed()

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The name, command and arguments of the command to run. Imports its module."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, command_named(str(name)), rest


@cache
def command_named(name: str) -> object:
    """The parser of a command or of a group of commands. Imports its module."""
    module, _, member = COMMANDS[name].partition(":")
    with gc_pause_of_imports():
        found = getattr(import_module(f"abandoned_checkouts.cli.{module}"), member)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        return typer.main.get_command(alone)
    group = typer.main.get_group(found)
    group.name = name
    return group


application = typer.Typer(
    cls=_Group,
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if not asked:
        return
    # Imported here, because no command needs them to start.
    import platform
    from importlib.metadata import version

    typer.echo(f"abandoned-checkouts {version('abandoned-checkouts')} (Python {platform.python_version()})")
    raise typer.Exit


@application.callback(help=HELP, epilog=EPILOG)
def _of_all(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """The options of the program itself. Typer treats an application as a group only if there is a callback."""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container, the user may have no name.
        return str(os.getuid())


def main() -> None:
    with reported_in_one_line():
        actor.set(f"command line ({_user()})")
        # Not standalone, because Typer would then print each usage error in a box of five lines.
        raise SystemExit(application(standalone_mode=False) or SUCCESS)
