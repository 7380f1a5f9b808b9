"""The demo shop's tables: the TOML files of this package."""

import tomllib
from pathlib import Path

from abandoned_checkouts.checkouts.json_types import UntypedJson


def table(name: str) -> UntypedJson:
    """The content of `{name}.toml`. Each call reads the file."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
