"""Finds sections of the documentation by words."""

import re
from collections.abc import Iterable

from abandoned_checkouts.documentation.pages import INDEX, Page, Section, sections_of

_MARKUP = re.compile(r"(?m)```\w*|[`*|#>]|^- |\]\([^)]*\)|\[|-{3,}")
MOST_FOUND = 30
_SHOWN = 160


def find(pages: Iterable[Page], query: str) -> list[tuple[Section, str]]:
    """The sections that contain every word of `query`, each with the text around the first word.

    Case does not matter. Sections with the words in their heading come first. At most 30 sections. The index is not
    searched, because it repeats what its pages say.
    """
    words = query.lower().split()
    if not words:
        return []
    found = []
    for page in pages:
        for section in sections_of(page) if page.name != INDEX else ():
            heading, text = section.title.lower(), _without_markup(section.text)
            both = f"{heading} {text.lower()}"
            if all(word in both for word in words):
                in_heading = sum(word in heading for word in words)
                in_title = sum(word in page.title.lower() for word in words)
                found.append((-in_heading, -in_title, section, _around(text, words[0])))
    found.sort(key=lambda each: each[:2])
    return [(section, shown) for _, _, section, shown in found[:MOST_FOUND]]


def _without_markup(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).split())


def _around(text: str, word: str) -> str:
    place = max(text.lower().find(word), 0)
    start = max(place - _SHOWN // 2, 0)
    return ("…" if start else "") + text[start : start + _SHOWN] + ("…" if len(text) > start + _SHOWN else "")
