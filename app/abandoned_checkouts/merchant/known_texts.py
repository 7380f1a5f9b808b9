"""Translates texts that other modules write in English, with names and numbers in them.

The texts are given as messages with placeholders. A text is found again by its words, and its names and numbers are put
into the translated message.
"""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from abandoned_checkouts.merchant.words import Words

# Where a sum has … instead of a text in quotes, the quotes are gone, too.
_PLACEHOLDER = re.compile(r"'?%\((\w+)\)s'?")


class KnownTexts:
    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = messages

    def translated(self, words: Words, text: str, nested: Collection[str] = ()) -> str | None:
        """The text in the reader's language; None if it is not one of the messages. The placeholders in `nested` are
        translated, too, if they are messages."""
        for pattern, message in self._patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                found = match.groupdict()
                for name in found.keys() & set(nested):
                    found[name] = self.translated(words, found[name]) or found[name]
                return words.text(message, **found)
        return None

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Those with the most words first, because they say most about the text."""
        ordered = sorted(self.messages, key=lambda each: -len(_PLACEHOLDER.sub("", each)))
        return [(_pattern(message), message) for message in ordered]


def _pattern(message: str) -> re.Pattern[str]:
    text = "".join(
        f"'?(?P<{part}>.+?)'?" if number % 2 else re.escape(part.replace("%%", "%"))
        for number, part in enumerate(_PLACEHOLDER.split(message))
    )
    return re.compile(text, re.DOTALL)
