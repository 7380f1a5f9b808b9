"""Reads the values of a flow's definition: mappings with known keys, texts, templates. Each raises FlowError."""

import reprlib
from collections.abc import Sequence
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError

from abandoned_checkouts.automations.flow_errors import FlowError, Place, Problem
from abandoned_checkouts.checkouts.shop_template import check_template

LONGEST_TEXT = 100_000
_LONGEST_NAME_SHOWN = 60


def shown(value: object) -> str:
    """A value for a message, shortened if it is long."""
    return reprlib.repr(value) if isinstance(value, str | int | float | bool | list | dict) else type(value).__name__


def mapping_of(value: object, place: Place, names: Sequence[str] | None = None) -> dict[str, object]:
    """A mapping; with `names`, one that has only these keys."""
    if not isinstance(value, dict):
        raise place.error(f" must be a mapping of names to values, not {type(value).__name__}")
    found = {str(name): item for name, item in value.items()}
    unknown = [] if names is None else [name for name in found if name not in names]
    if unknown:
        more = f" (and {len(unknown) - 1:,} more keys are unknown)" if len(unknown) > 1 else ""
        raise unknown_name(place / unknown[0], names or (), more)
    return found


def unknown_name(
    place: Place, names: Sequence[str], more: str = "", choices: str = "the allowed keys are"
) -> FlowError:
    """The error for a key that does not exist: all names, and the nearest one. `place` ends with the key."""
    name = str(place.path[-1])
    short = name if len(name) <= _LONGEST_NAME_SHOWN else f"{name[:_LONGEST_NAME_SHOWN]}…"
    text = Place((*place.path[:-1], short))
    message = f"{text} is unknown; {choices} {', '.join(names)}{_advice(name, names)}{more}"
    return FlowError(Problem(place, message, is_about_key=True))


def one_of(value: object, place: Place, names: Sequence[str]) -> str:
    if value not in names:
        advice = _advice(value, names) if isinstance(value, str) else ""
        raise place.error(f" is {shown(value)}; it must be one of {', '.join(names)}{advice}")
    return str(value)


def _advice(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name.lower()[:_LONGEST_NAME_SHOWN], names, 1, 0.65)
    return f". Did you mean {near[0]}?" if near else ""


def text_of(value: object, place: Place, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or not value.strip():
        raise place.error(" must be a text that is not empty")
    if "\0" in value:
        raise place.error(" contains a NUL character, which is not allowed")
    if len(value) > longest:
        raise place.error(f" has {len(value):,} characters; the maximum is {longest:,}")
    return value


def optional_text(value: object, place: Place) -> str | None:
    return None if value is None else text_of(value, place)


def template_of(value: object, place: Place, longest: int = LONGEST_TEXT) -> str:
    """A text that is a valid template."""
    text = text_of(value, place, longest)
    try:
        check_template(text)
    except TemplateSyntaxError as problem:
        raise place.error(f": line {problem.lineno} of the text: {problem.message}") from None
    return text
