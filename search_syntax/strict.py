"""Error messages for strict mode, which rejects a search where Shopify only warns, and for texts that are too long."""

from __future__ import annotations

from search_syntax.meaning import SearchWarning
from search_syntax.parse import Query

LONGEST = 8 * 1024  # bytes of UTF-8; our limit, Shopify's is not known
SHOWN = 72  # columns of the search text that a message shows


def refusal(query: Query, warning: SearchWarning) -> str:
    """The field, the warning with a suggestion, the line of the search text, and carets under the error.

    stauts: Invalid search field for this query. Did you mean "status"?
      stauts:open bob
      ^^^^^^
    """
    message = f"{visible(warning.field)}: {visible(warning.message)}{visible(warning.hint)}"
    return f"{message}\n{underlined(query.text, warning.start, warning.end)}"


def underlined(text: str, start: int, end: int) -> str:
    """The part of the line around `start`, with carets under `text[start:end]`."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    first = max(line_start, min(start - SHOWN // 2, line_end - SHOWN))
    last = min(line_end, first + SHOWN)
    before, after = "…" if first > line_start else "", "…" if last < line_end else ""
    shown = visible(text[first:last])
    carets = max(1, min(end, last) - start)
    return f"  {before}{shown}{after}\n  {' ' * (len(before) + start - first)}{'^' * carets}"


def visible(text: str) -> str:
    """The text with each unprintable character replaced by a space, so that columns stay aligned."""
    return "".join(character if character.isprintable() else " " for character in text)


def too_long(text: str) -> str | None:
    """The error message for a text over 8 KiB, otherwise None."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size <= LONGEST:
        return None
    return f"The search query has {size:,} bytes; the maximum is {LONGEST:,} bytes."
