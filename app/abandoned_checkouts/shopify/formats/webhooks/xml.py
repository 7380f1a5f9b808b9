"""A webhook's payload as XML, for subscriptions with the format XML.

The form is that of Rails' Hash#to_xml, which Shopify's XML follows: names with hyphens, a type for everything that is
not text, and lists as `<line-items type="array"><line-item>…`. Unrecorded.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from abandoned_checkouts.checkouts.json_types import UntypedJson

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")
# XML 1.0 has no form for these characters.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[^\w.-]")
_SINGULARS = (("ies", "y"), ("sses", "ss"), ("s", ""))


def to_xml(root: str, payload: UntypedJson) -> str:
    """The payload as an XML document whose root element has that name (with underscores)."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_element(root, payload)) + "\n"


def root_of(topic: str) -> str:
    """CHECKOUTS_UPDATE → checkout."""
    return _singular(topic.partition("_")[0].lower())


def _element(name: str, value: object) -> Iterator[str]:
    tag = _NOT_IN_NAMES.sub("-", name.replace("_", "-")) or "value"
    tag = tag if tag[0].isalpha() else f"n{tag}"
    kind, content = _typed(name, value)
    if value is None:
        yield f'<{tag} nil="true"/>'
        return
    yield f"<{tag}{'' if kind is None else f' type={quoteattr(kind)}'}>"
    yield from content
    yield f"</{tag}>"


def _typed(name: str, value: object) -> tuple[str | None, Iterator[str]]:
    """The type attribute of a value, if it has one, and its content."""
    if isinstance(value, dict):
        return None, (text for key, part in value.items() for text in _element(str(key), part))
    if isinstance(value, list):
        return "array", (text for part in value for text in _element(_singular(name), part))
    if isinstance(value, bool):
        return "boolean", iter(("true" if value else "false",))
    if isinstance(value, int | float):
        return ("integer" if isinstance(value, int) else "float"), iter((str(value),))
    text = "" if value is None else _IMPOSSIBLE.sub("", str(value))
    is_moment = name.endswith("_at") and _MOMENT.fullmatch(text)
    return ("dateTime" if is_moment else None), iter((escape(text),))


def _singular(name: str) -> str:
    for ending, instead in _SINGULARS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + instead
    return name
