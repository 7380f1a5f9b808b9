"""The explorer's example queries. Each is a GraphQL document beside this file.

Takes the present day; returns examples with their documents, for the page, the tests and the docs. Imports
checkouts/.

A document begins with comments of the form `key: value`. Required keys are `title` and `description`. The others say
how the page shows the response: `table`, the path of the connection to list; `group`, the column to group by; `least`,
a money column and its smallest amount; `needs`, a label and columns, of which a row must have at least one value. The
page filters by `least` and `needs` itself, because Shopify's search has no such fields.
Dates are placeholders relative to the present day, ``{today}`` or ``{today-7}``, because the only relative date of the
search syntax is `now`. :meth:`Example.document` replaces them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from abandoned_checkouts.checkouts.json_types import Json

_HEADING = re.compile(r"^# (title|description|table|group|least|needs): (.+)$")
_DAY = re.compile(r"\{(today|month)(?:-(\d+))?\}")


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    title: str
    description: str
    template: str
    show: dict[str, str] = field(default_factory=dict)

    def document(self, today: date) -> str:
        """The GraphQL text with its dates filled in; ``{month}`` is the first day of the month of `today`."""

        def day(match: re.Match[str]) -> str:
            start = today if match[1] == "today" else today.replace(day=1)
            return (start - timedelta(days=int(match[2] or 0))).isoformat()

        return _DAY.sub(day, self.template)

    def as_json(self) -> Json:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "template": self.template,
            "show": self.show,
        }


def read(path: Path) -> Example:
    """Parses an example file. Raises ValueError if the title or the description is missing."""
    lines = path.read_text(encoding="utf-8").splitlines()
    headings: dict[str, str] = {}
    while lines and (match := _HEADING.match(lines[0])):
        headings[match[1]] = match[2]
        lines.pop(0)
    try:
        title, description = headings.pop("title"), headings.pop("description")
    except KeyError as missing:
        raise ValueError(f"{path.name} must begin with a line `# {missing.args[0]}: …`") from None
    return Example(path.stem, title, description, "\n".join(lines).strip() + "\n", headings)


@cache
def examples() -> tuple[Example, ...]:
    """All examples in the order of their file names."""
    return tuple(read(path) for path in sorted(Path(__file__).parent.glob("*.graphql")))
