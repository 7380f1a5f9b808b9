"""The errors of the YAML parser as plain sentences: what is wrong, and what to do.

The parser writes for people who know the grammar of YAML. libyaml and the parser in Python, which is used where libyaml
is missing, have different texts for the same error; a row has words of both.
"""

import re
from functools import cache

import yaml

from abandoned_checkouts.automations.sentences import _

# Words of the parser (its context, a colon, and its problem) → our sentence. The first row that matches is used.
_SENTENCES = {
    r"while scanning a (tag )?directive|%YAML|%TAG|incompatible YAML": _(
        "a line cannot begin with a percent sign; put the text in quotes"
    ),
    r"while scanning an (anchor|alias)|undefined alias|duplicate anchor": _(
        "a value cannot begin with & or *; put the text in quotes"
    ),
    r"while (scanning|parsing) a tag|undefined tag": _("a value cannot begin with !; put the text in quotes"),
    r"mapping values are not allowed": _(
        "a colon is not allowed here; put a text with a colon in quotes, or check how far the line is indented"
    ),
    r"sequence entries are not allowed": _(
        "an entry with - is not allowed here; begin it on its own line, below the other entries"
    ),
    r"mapping keys are not allowed": _("a key is not allowed here; check how far the line is indented"),
    r"tab character|character '\\t'": _("the line is indented with a tab; use spaces"),
    r"cannot start any token": _(
        "a value cannot begin with this character; put the text in quotes, and indent lines with spaces, not tabs"
    ),
    r"could not find expected ':'": _("a colon is missing after the key; write it as key: value"),
    r"(quoted scalar|double-quoted|single-quoted).*end of stream": _(
        "a text in quotes does not end; add the closing quote"
    ),
    r"unexpected document (indicator|separator)": _(
        "a line in a text in quotes begins with --- or ...; indent this line"
    ),
    r"escape|hexadecimal|hexdecimal": _(
        "a backslash in double quotes has a special meaning; write two of them, or use single quotes"
    ),
    r"block scalar|chomping|indentation indicator": _(
        "the text after | or > begins on the next line, indented; only +, - or a digit may follow in the same line"
    ),
    r"flow sequence": _("a list in [ ] does not end, or a comma is missing; add ] or a comma"),
    r"flow mapping": _("a mapping in { } does not end, or a comma is missing; add } or a comma"),
    r"block mapping": _(
        "this line does not fit the lines before; keys that belong together are indented equally far, and nothing "
        "follows a closing quote"
    ),
    r"block (collection|sequence)": _(
        "this line does not fit the list before; each entry begins with -, and all are indented equally far"
    ),
    r"node content": _("a value is missing, or begins with a character that needs quotes"),
    r"single document|document start": _("a text has one flow, or a list of flows; remove what follows after it"),
    r"unhashable key": _("a key must be a text, not a list or a mapping"),
    r"(control|special) characters are not allowed": _("a control character is not allowed; remove it"),
}
_UNKNOWN = _("the parser cannot read it: %(answer)s")
_LONGEST = 200
# Each sentence, and the one for texts that no row has.
SENTENCES = (*_SENTENCES.values(), _UNKNOWN)


def plain_problem(error: yaml.YAMLError) -> str:
    """The sentence for an error of the parser. A text that is not known follows in it as the parser wrote it."""
    parts = (getattr(error, "context", None), getattr(error, "problem", None) or error)
    text = " ".join(": ".join(str(part) for part in parts if part).split())
    for words, sentence in _patterns():
        if words.search(text):
            return sentence
    return _UNKNOWN % {"answer": text[:_LONGEST]}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(words), sentence) for words, sentence in _SENTENCES.items()]
