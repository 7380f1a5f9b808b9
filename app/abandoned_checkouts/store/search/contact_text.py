"""What a filter or a search of Wix looks for in the contact: e-mail, first and last name, folded, in one column.

    ␞e␟ada@example.com␞f␟ada␞l␟lovelace␞w e:ada e:example e:com f:ada l:lovelace␠

Beginnings, endings and words are found by LIKE, which reads this the same on every database because it is folded
already: no database has to fold anything, and none does it as search_syntax does. What is given here are patterns
for LIKE with ESCAPE '!'.
"""

from functools import lru_cache

from search_syntax import fold, tokenize

_FIELD, _TEXT = "\x1e", "\x1f"
_LETTERS = {"contact_email": "e", "contact_first_name": "f", "contact_last_name": "l"}
# What follows each text, so that a match cannot run on into the next one.
_NEXT = {"e": "f", "f": "l", "l": "w"}
ESCAPE = "!"


def contact_text(email: str | None, first_name: str | None, last_name: str | None) -> str:
    email_text, email_words = _told("e", email or "")
    first_text, first_words = _told_name("f", first_name or "")
    last_text, last_words = _told_name("l", last_name or "")
    return f"{email_text}{first_text}{last_text}{_FIELD}w{email_words}{first_words}{last_words} "


def _told(letter: str, text: str) -> tuple[str, str]:
    """A text as it stands there, and its words."""
    words = [f" {letter}:{token}" for token in tokenize(text)]
    return f"{_FIELD}{letter}{_TEXT}{_kept(text)}", "".join(words)


# Names come again and again.
_told_name = lru_cache(maxsize=16384)(_told)


def is_contact_field(field: str) -> bool:
    return field in _LETTERS


def text_pattern(field: str, value: str, prefix: bool, suffix: bool) -> str:
    """The folded text is this, or begins with it, ends with it, has it anywhere."""
    letter = _LETTERS[field]
    start = f"%{_FIELD}{letter}{_TEXT}{'%' if suffix else ''}"
    end = f"{'%' if prefix else ''}{_FIELD}{_NEXT[letter]}%"
    return f"{start}{escaped(_kept(value))}{end}"


def word_patterns(field: str, tokens: tuple[str, ...], prefix: bool, phrase: bool) -> list[str]:
    """The text has the words, as a phrase or each anywhere; the last may only begin a word."""
    marked = [f" {_LETTERS[field]}:{token}" for token in tokens]
    ending = "" if prefix else " "
    if phrase:
        return [f"%{''.join(marked)}{ending}%"]
    *whole, last = marked
    return [*(f"%{word} %" for word in whole), f"%{last}{ending}%"]


def near_patterns(field: str, token: str) -> tuple[list[str], list[str]]:
    """The text has the word or one that is a slip away: one pattern of each list must match.

    The first list is a cheap test that sends most rows away: one slip leaves one half of the word as it is, or
    swaps the two signs where the halves meet.
    """
    middle = len(token) // 2
    halves = [token[:middle], token[middle:]]
    if middle:
        halves.append(token[: middle - 1] + token[middle] + token[middle - 1] + token[middle + 1 :])
    return [f"%{part}%" for part in halves], [f"% {_LETTERS[field]}:{form} %" for form in _slips(token)]


def escaped(text: str) -> str:
    """The text for LIKE, without signs of special meaning."""
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text


def _slips(token: str) -> list[str]:
    """The word and its neighbours; "_" stands for any sign (LIKE)."""
    places = range(len(token))
    forms = [token]
    forms += [token[:at] + token[at + 1 :] for at in places]
    forms += [f"{token[:at]}_{token[at + 1 :]}" for at in places]
    forms += [f"{token[:at]}_{token[at:]}" for at in range(len(token) + 1)]
    forms += [token[:at] + token[at + 1] + token[at] + token[at + 2 :] for at in places[:-1]]
    return list(dict.fromkeys(forms))


def _kept(text: str) -> str:
    """Folded, and without the two signs that part the texts here."""
    return fold(text).replace(_FIELD, "\ufffd").replace(_TEXT, "\ufffd")
