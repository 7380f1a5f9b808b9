"""The contact in one column, for Wix's filters and searches: the e-mail address, first name and last name, folded.

    ␞e␟ada@example.com␞f␟ada␞l␟lovelace␞w e:ada e:example e:com f:ada l:lovelace␠

LIKE finds prefixes, suffixes and words in this column. The text is folded here, because the databases fold texts
differently from search_syntax. This module writes the column, and the patterns for LIKE with ESCAPE '!'.
"""

from abandoned_checkouts.checkouts.caches import cached_texts
from search_syntax import fold, tokenize

_FIELD, _TEXT = "\x1e", "\x1f"
_LETTERS = {"contact_email": "e", "contact_first_name": "f", "contact_last_name": "l"}
# The letter after each text. A pattern includes it, so that a match does not extend into the next text.
_NEXT = {"e": "f", "f": "l", "l": "w"}
ESCAPE = "!"
# The start of a pattern for words. A name can have a text such as " e:ada ", too, but before this mark.
_WORDS = f"%{_FIELD}w%"


def contact_text(email: str | None, first_name: str | None, last_name: str | None) -> str:
    email_text, email_words = _part("e", email or "")
    first_text, first_words = _first_part(first_name or "")
    last_text, last_words = _last_part(last_name or "")
    return f"{email_text}{first_text}{last_text}{_FIELD}w{email_words}{first_words}{last_words} "


def _part(letter: str, text: str) -> tuple[str, str]:
    """A text in the form that it has in the column, and its words."""
    mark = f" {letter}:"
    return f"{_FIELD}{letter}{_TEXT}{_kept(text)}", "".join([mark + token for token in tokenize(text)])


# Cached, because names repeat often.
@cached_texts(4096, 100)
def _first_part(text: str) -> tuple[str, str]:
    return _part("f", text)


@cached_texts(4096, 100)
def _last_part(text: str) -> tuple[str, str]:
    return _part("l", text)


def is_contact_field(field: str) -> bool:
    return field in _LETTERS


def text_pattern(field: str, value: str, prefix: bool, suffix: bool) -> str:
    """The pattern for texts that equal the folded value. With `suffix`, also for texts that start with it; with
    `prefix`, that end with it."""
    letter = _LETTERS[field]
    start = f"%{_FIELD}{letter}{_TEXT}{'%' if suffix else ''}"
    end = f"{'%' if prefix else ''}{_FIELD}{_NEXT[letter]}%"
    return f"{start}{escaped(_kept(value))}{end}"


def word_patterns(field: str, tokens: tuple[str, ...], prefix: bool, phrase: bool) -> list[str]:
    """The patterns for texts with these words, as a phrase or in any order. With `prefix`, the last word is the start
    of a word."""
    marked = [f" {_LETTERS[field]}:{token}" for token in tokens]
    ending = "" if prefix else " "
    if phrase:
        return [f"{_WORDS}{''.join(marked)}{ending}%"]
    *whole, last = marked
    return [*(f"{_WORDS}{word} %" for word in whole), f"{_WORDS}{last}{ending}%"]


def near_patterns(field: str, token: str) -> tuple[list[str], list[str]]:
    """Patterns for texts with the word, or with a word at an edit distance of 1. One pattern of each list must match.

    The first list is a fast test that excludes most rows. It works because an edit changes only one half of the word,
    or swaps the two characters in the middle.
    """
    middle = len(token) // 2
    halves = [token[:middle], token[middle:]]
    if middle:
        halves.append(token[: middle - 1] + token[middle] + token[middle - 1] + token[middle + 1 :])
    return [f"%{part}%" for part in halves], [f"{_WORDS} {_LETTERS[field]}:{form} %" for form in _edits(token)]


def escaped(text: str) -> str:
    """The text for LIKE, with its special characters escaped."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text


def _edits(token: str) -> list[str]:
    """The word and all words at an edit distance of 1; "_" is any character (LIKE)."""
    places = range(len(token))
    forms = [token]
    forms += [token[:at] + token[at + 1 :] for at in places]
    forms += [f"{token[:at]}_{token[at + 1 :]}" for at in places]
    forms += [f"{token[:at]}_{token[at:]}" for at in range(len(token) + 1)]
    forms += [token[:at] + token[at + 1] + token[at] + token[at + 2 :] for at in places[:-1]]
    return list(dict.fromkeys(forms))


def _kept(text: str) -> str:
    """The folded text, without the two characters that separate the texts."""
    return fold(text).replace(_FIELD, "\ufffd").replace(_TEXT, "\ufffd")
