"""The Jinja environment of our own templates for pages and mails."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from abandoned_checkouts.checkouts.shop import Shop

_FOLDER = Path(__file__).parent / "templates"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
ACCENT = "#1f5b4c"

environment = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
# Plain text needs no escaping.
plain_environment = environment.overlay(autoescape=False)


def logo_of(shop: Shop | None) -> str:
    """The URL of the shop's logo, from the setting `logo_url`; empty without one."""
    return str(shop.settings.get("logo_url") or "") if shop is not None else ""


def accent_of(shop: Shop | None) -> str:
    """The colour of buttons: the shop's setting `accent_color` (such as #1f5b4c), or ACCENT."""
    color = str(shop.settings.get("accent_color") or "") if shop is not None else ""
    return color if _COLOR.fullmatch(color) else ACCENT
