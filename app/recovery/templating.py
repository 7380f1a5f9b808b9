"""The project's templates, and those that shops write: the latter in a sandbox."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.checkouts.shop import Shop

_FOLDER = Path(__file__).parent / "templates"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
ACCENT = "#1f5b4c"

environment = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
# For plain text nothing is escaped.
plain_environment = environment.overlay(autoescape=False)
_sandbox = ImmutableSandboxedEnvironment(autoescape=True)
_plain_sandbox = ImmutableSandboxedEnvironment(autoescape=False)


def accent_of(shop: Shop | None) -> str:
    """The colour of buttons: the shop's setting `accent_color`, such as #1f5b4c."""
    color = str(shop.settings.get("accent_color") or "") if shop is not None else ""
    return color if _COLOR.fullmatch(color) else ACCENT


def shop_text(text: str, values: dict[str, object], *, html: bool = False) -> str:
    """A text or a page that a shop wrote, filled in. Raises jinja2.TemplateError."""
    return (_sandbox if html else _plain_sandbox).from_string(text).render(values)
