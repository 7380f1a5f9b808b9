"""docs/search.md lists the search fields as they are declared, and the names of the settings."""

import re
from collections.abc import Sequence

import pytest

from abandoned_checkouts.config import variable
from abandoned_checkouts.store.search.checkout_fields import EXTENDED_FIELDS, SHOPIFY_FIELDS
from search_syntax import Field
from tests.places import DOCS

PAGE = DOCS / "search.md"


def fields_table(fields: Sequence[Field]) -> str:
    """The fields as the page shows them."""
    lines = ["| field | kind | finds | such as |", "|---|---|---|---|"]
    for field in fields:
        values = f" {', '.join(f'`{value}`' for value in field.values)}." if field.values else ""
        examples = ", ".join(f"`{example}`" for example in field.examples)
        lines.append(f"| `{field.name}` | {field.kind.name.lower()} | {field.description}{values} | {examples} |")
    return "\n".join(lines)


@pytest.mark.parametrize(("name", "fields"), [("shopify", SHOPIFY_FIELDS), ("extended", EXTENDED_FIELDS)])
def test_the_page_lists_the_fields_as_they_are_declared(name: str, fields: Sequence[Field]) -> None:
    shown = re.search(rf"<!-- begin: {name} -->\n(.*?)\n?<!-- end: {name} -->", PAGE.read_text(), re.DOTALL)
    expected = fields_table(fields)
    assert shown is not None and shown[1] == expected, f"put this between the marks in docs/search.md:\n\n{expected}"


def test_the_page_has_the_names_of_the_settings() -> None:
    text = PAGE.read_text()
    assert f"`{variable('extended_search')}=true`" in text
    assert f"`{variable('strict_search')}=true`" in text
