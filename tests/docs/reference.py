"""The pages of docs/ that are made from the code: `make reference` writes them, and test_reference.py compares them."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from abandoned_checkouts.checkouts.activity import ACTIVITY_TYPES
from abandoned_checkouts.store.search.checkout_fields import EXTENDED_FIELDS, SHOPIFY_FIELDS
from abandoned_checkouts.wix.analytics import METRICS
from abandoned_checkouts.wix.filter_fields import QUERY_FIELDS, SEARCH_FIELDS, TEXT_FIELDS, FilterField
from abandoned_checkouts.wix.routes import MOST_DELETED
from abandoned_checkouts.wix.to_wix.checkout import STATUSES
from search_syntax import Field
from tests.docs.access_page import access_page, table
from tests.docs.commands_page import commands_page
from tests.docs.control_page import control_page
from tests.docs.coverage_page import coverage_page
from tests.docs.differences_page import differences_page
from tests.docs.errors_page import errors_page
from tests.docs.intake_page import intake_page
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
    return with_tables("search", {"shopify": fields_table(SHOPIFY_FIELDS), "extended": fields_table(EXTENDED_FIELDS)})


def wix_page() -> str:
    """docs/wix.md with a current table of the fields of filters."""
    names = [*QUERY_FIELDS, *(name for name in SEARCH_FIELDS if name not in QUERY_FIELDS)]
    rows = [
        (
            f"`{name}`",
            operators_of(QUERY_FIELDS.get(name)),
            operators_of(SEARCH_FIELDS.get(name)),
            ", ".join(
                method
                for method, fields in (("query", QUERY_FIELDS), ("search", SEARCH_FIELDS))
                if name in fields and fields[name].column
            )
            or "–",
            "yes" if name in TEXT_FIELDS else "–",
        )
        for name in names
    ]
    columns = ("field", "operators of a query", "operators of a search", "sortable in", "searched as text")
    return with_tables("wix", {"fields": table(columns, rows), "bodies": table(("method", "body"), wix_bodies())})


def wix_bodies() -> list[tuple[str, ...]]:
    statuses, metrics, kinds = (
        ", ".join(f"`{name}`" for name in names) for names in (STATUSES.values(), METRICS, ACTIVITY_TYPES)
    )
    return [
        (
            "analytics",
            "`startDate` and `endDate`, days such as `2026-01-31`, both required; `metrics`, a list of "
            f"{metrics}; `statuses`, a list of {statuses}. Without a list, all of them.",
        ),
        ("bulk delete", f"`abandonedCheckoutIds`, a list of 1 to {MOST_DELETED} ids"),
        ("add activity", f"`activityType`: {kinds}"),
    ]


def operators_of(field: FilterField | None) -> str:
    return "–" if field is None else " ".join(f"`{name}`" for name in sorted(field.operators))


def with_tables(page: str, tables: Mapping[str, str]) -> str:
    """The text of a page with tables between its marks, by the name of the mark."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    for name, content in tables.items():
        marks = rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)"
        new = f"\\g<1>{content}\n\\g<2>".replace("\\", "\\\\").replace("\\\\g<", "\\g<")
        text, found = re.subn(marks, new, text, flags=re.DOTALL)
        assert found == 1, f"docs/{page}.md has no marks {name}"
    return text


PAGES: Mapping[str, Callable[[], str]] = {
    "access": access_page,
    "commands": commands_page,
    "control": control_page,
    "coverage": coverage_page,
    "differences": differences_page,
    "errors": errors_page,
    "intake": intake_page,
    "search": search_page,
    "settings": settings_page,
    "twin": twin_page,
    "wix": wix_page,
}


MADE = "\n*This page is made from the code, by `make reference`.*\n"


def page_of(name: str) -> str:
    """The text of a page. Some are made in part only."""
    return PAGES[name]() + ("" if name in ("search", "wix") else MADE)


def place_of(name: str) -> Path:
    return DOCS / f"{name}.md"


if __name__ == "__main__":
    for each in PAGES:
        place_of(each).write_text(page_of(each), encoding="utf-8")
