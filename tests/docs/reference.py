"""The pages of docs/ that are made from the code: `make reference` writes them, and test_reference.py compares them."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from abandoned_checkouts.store.search.checkout_fields import EXTENDED_FIELDS, SHOPIFY_FIELDS
from search_syntax import Field
from tests.docs.access_page import access_page
from tests.docs.commands_page import commands_page
from tests.docs.control_page import control_page
from tests.docs.coverage_page import coverage_page
from tests.docs.differences_page import differences_page
from tests.docs.errors_page import errors_page
from tests.docs.settings_page import settings_page
from tests.docs.twin_page import twin_page
from tests.places import DOCS


def fields_table(fields: Sequence[Field]) -> str:
    """The search fields as docs/search.md shows them."""
    lines = ["| field | kind | finds | such as |", "|---|---|---|---|"]
    for field in fields:
        values = f" {', '.join(f'`{value}`' for value in field.values)}." if field.values else ""
        examples = ", ".join(f"`{example}`" for example in field.examples)
        lines.append(f"| `{field.name}` | {field.kind.name.lower()} | {field.description}{values} | {examples} |")
    return "\n".join(lines)


def search_page() -> str:
    """docs/search.md with current tables between its marks."""
    text = (DOCS / "search.md").read_text(encoding="utf-8")
    for name, fields in (("shopify", SHOPIFY_FIELDS), ("extended", EXTENDED_FIELDS)):
        marks = rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)"
        new = f"\\g<1>{fields_table(fields)}\n\\g<2>".replace("\\", "\\\\").replace("\\\\g<", "\\g<")
        text, found = re.subn(marks, new, text, flags=re.DOTALL)
        assert found == 1, f"docs/search.md has no marks {name}"
    return text


PAGES: Mapping[str, Callable[[], str]] = {
    "access": access_page,
    "commands": commands_page,
    "control": control_page,
    "coverage": coverage_page,
    "differences": differences_page,
    "errors": errors_page,
    "search": search_page,
    "settings": settings_page,
    "twin": twin_page,
}


MADE = "\n*This page is made from the code, by `make reference`.*\n"


def page_of(name: str) -> str:
    """The text of a page. docs/search.md is made in part only."""
    return PAGES[name]() + ("" if name == "search" else MADE)


def place_of(name: str) -> Path:
    return DOCS / f"{name}.md"


if __name__ == "__main__":
    for each in PAGES:
        place_of(each).write_text(page_of(each), encoding="utf-8")
