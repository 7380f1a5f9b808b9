"""Prints docs/settings.md from the declared settings."""

from dataclasses import MISSING, fields

from abandoned_checkouts.config import Settings, variable

INTRODUCTION = """# Settings

Settings are environment variables. Options of the commands take precedence: `serve --port 9000` wins over
`ABANDONED_CHECKOUTS_PORT=8000`. An empty variable counts as not set. A value that is not valid stops the command with a
message that names the variable and the valid values. Settings of one shop, for example its threshold and time zone, are
in the store: `abandoned-checkouts shop set --help` lists them.
"""


def settings_table() -> str:
    lines = ["| environment variable | default | meaning |", "|---|---|---|"]
    for item in fields(Settings):
        default = item.default
        assert default is not MISSING
        shown = "" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        lines.append(f"| `{variable(item.name)}` | {shown} | {item.metadata['description']} |")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    return f"{INTRODUCTION}\n{settings_table()}"
