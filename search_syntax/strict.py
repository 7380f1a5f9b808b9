"""Messages for programs that want an error where Shopify only warns, and for texts that are too long."""

from __future__ import annotations

from search_syntax.meaning import SearchWarning
from search_syntax.parse import Query

LONGEST = 8 * 1024  # bytes of UTF-8; ours, Shopify's own limit is not known
SHOWN = 72  # columns of the text around the place


def refusal(query: Query, warning: SearchWarning) -> str:
    """The warning, the line of the text it is about, and carets under the place.

    Invalid search field for this query. (`stauts`; did you mean `status`?)
      stauts:open bob
      ^^^^^^
    """
    hint = f"; did you mean `{warning.suggestion}`?" if warning.suggestion else ""
    return f"{visible(warning.message)} (`{visible(warning.field)}`{hint})\n" + pointed(
        query.text, warning.start, warning.end
    )


def pointed(text: str, start: int, end: int) -> str:
    """The line that holds `start`, cut to what is near it, with carets under the place."""
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
    """One column for each sign of `text`, line breaks and controls as spaces."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def too_long(text: str) -> str | None:
    """The message for a text over 8 KiB, None for any other."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size <= LONGEST:
        return None
    return f"The search query is {size:,} bytes long; {LONGEST:,} bytes are the most that is accepted."
