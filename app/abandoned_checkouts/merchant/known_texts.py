"""Translates texts that other modules write in English, with names and numbers in them.

The texts are given as messages with placeholders. A text is found again by its words, and its names and numbers are put
into the translated message.
"""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from abandoned_checkouts.merchant.words import Words

# Where a sum has … instead of a text in quotes, the quotes are gone, too.
_PLACEHOLDER = re.compile(r"('?)%\((\w+)\)s('?)")


class KnownTexts:
    """`inside` are the messages that are parts of others; by default the same ones."""

    def __init__(self, messages: Sequence[str], inside: "KnownTexts | None" = None) -> None:
        self.messages = messages
        self._inside = inside or self

    def translated(
        self, words: Words, text: str, nested: Collection[str] = (), quoted: Collection[str] = ()
    ) -> str | None:
        """The text in the reader's language; None if it is not one of the messages. The placeholders in `nested` are
        translated, too. Those that are not known, and those in `quoted`, are another program's words: they are
        quoted."""
        for pattern, message in self._patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                found = match.groupdict()
                for name in found.keys() & set(nested):
                    translated = self._inside.translated(words, found[name], nested, quoted)
                    found[name] = translated or words.quoted(found[name])
                for name in found.keys() & set(quoted):
                    found[name] = words.quoted(found[name])
                return words.text(message, **found)
        return None

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Those with the most words first, because they say most about the text."""
        ordered = sorted(self.messages, key=lambda each: -len(_PLACEHOLDER.sub("", each)))
        return [(_pattern(message), message) for message in ordered]


def _pattern(message: str) -> re.Pattern[str]:
    text, end = "", 0
    for found in _PLACEHOLDER.finditer(message):
        before, name, after = found.groups()
        text += re.escape(message[end : found.start()].replace("%%", "%"))
        text += f"{before and f'{before}?'}(?P<{name}>.+?){after and f'{after}?'}"
        end = found.end()
    return re.compile(text + re.escape(message[end:].replace("%%", "%")), re.DOTALL)
