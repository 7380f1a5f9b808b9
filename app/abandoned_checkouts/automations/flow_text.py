"""Parses the YAML or JSON of flows to plain values: texts, numbers, booleans, lists and mappings.

The text is untrusted, so YAML is limited to what flows need: no aliases, tags, merge keys or dates. Aliases can make a
short text expand to gigabytes, and tags can create values that JSON cannot represent.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import Reader

from abandoned_checkouts.automations.yaml_problems import plain_problem
from abandoned_checkouts.checkouts.json_types import JsonValue

# libyaml parses 64 KiB in about 50 ms.
LARGEST_TEXT = 64 * 1024
DEEPEST = 20

# JSON escapes a character beyond U+FFFF, for example an emoji, as two surrogates. YAML does not allow them.
# An even number of backslashes before them are backslashes.
_ESCAPED_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = "half of a surrogate pair is not a valid character"
_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNUSED_TAGS = frozenset(("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge"))


class FlowTextError(ValueError):
    """The text is not valid YAML or JSON. The message is one line, and names the line and column of the text."""


class _Loader(_Fast):  # type: ignore[misc]
    """As in YAML 1.2, only true and false are booleans: `no` is the language code of Norwegian. A date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _UNUSED_TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))


@dataclass(frozen=True, slots=True)
class FlowText:
    """The value of a text, and where each part of it is."""

    value: JsonValue
    root: Any

    def position(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Line and column, from 1, of a value, or of its key if the value is a list or mapping.

        For a part that is missing, those of the part that it is missing in.
        """
        node, found = self.root, self.root
        for part in path:
            if isinstance(node, yaml.MappingNode):
                # Texts with repeated keys were refused before.
                pairs = [pair for pair in node.value if pair[0].value == str(part)]
                if not pairs:
                    break
                key, node = pairs[-1]
                found = node if isinstance(node, yaml.ScalarNode) and node.value else key
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                found = node = node.value[part]
            else:
                break
        return (1, 1) if found is None else (found.start_mark.line + 1, found.start_mark.column + 1)

    def key_position(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """As `position`, but always that of the key."""
        parent = self.root
        for part in path[:-1]:
            if isinstance(parent, yaml.MappingNode):
                parent = next((value for key, value in parent.value if key.value == str(part)), None)
            elif isinstance(parent, yaml.SequenceNode):
                parent = parent.value[int(part)]
        pairs = parent.value if path and isinstance(parent, yaml.MappingNode) else []
        key = next((key for key, _ in pairs if key.value == str(path[-1])), None)
        return self.position(path) if key is None else (key.start_mark.line + 1, key.start_mark.column + 1)


def parse_flow_text(text: str) -> FlowText:
    """The value of the text. Raises FlowTextError."""
    size = _size_of(text)
    if size > LARGEST_TEXT:
        raise FlowTextError(f"the text has {size:,} bytes; the maximum is {LARGEST_TEXT:,}")
    if _ESCAPED_PAIR.search(text):
        text = _without_escapes(text)
    try:
        _check_events(text)
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            _check_keys(root)
            value: JsonValue = None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise FlowTextError(f"{_place(error, text)}not valid YAML or JSON: {plain_problem(error)}") from None
    except (ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, FlowTextError):
            raise
        # The texts of these errors are about Python.
        raise FlowTextError("not valid YAML or JSON: a number or date in it is not possible") from None
    return FlowText(value, root)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines are written as lines, which people can edit."""

    def represent_text(self, text: str) -> yaml.Node:
        style = "|" if "\n" in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def ignore_aliases(self, data: object) -> bool:
        return True


_Dumper.add_representer(str, _Dumper.represent_text)


def flow_text_of(definition: JsonValue) -> str:
    """A definition as YAML, which `parse_flow_text` reads."""
    return str(yaml.dump(definition, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def _size_of(text: str) -> int:
    """Bytes in UTF-8."""
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise FlowTextError(f"{_position(text, error.start)}{_HALF}") from None


def _without_escapes(text: str) -> str:
    """JSON with its escaped pairs as the characters that they are; its lines stay. Other texts are unchanged."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _ESCAPED_PAIR.sub(lambda found: found[1] + json.loads(f'"{found[2]}"'), text)


def _check_events(text: str) -> None:
    """Reject YAML that flows do not need, before any value is created."""
    depth = 0
    for event in yaml.parse(text, _Fast):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise FlowTextError(f"{_line(event)}anchors (&) and aliases (*) are not allowed; write the value again")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise FlowTextError(f"{_line(event)}nested more than {DEEPEST} levels deep")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        if getattr(event, "tag", None) is not None:
            raise FlowTextError(f"{_line(event)}tags (!) are not allowed; write a plain value")
        if isinstance(event, yaml.ScalarEvent) and not _is_unicode(event.value):
            raise FlowTextError(f"{_line(event)}{_HALF}")


def _check_keys(node: Any) -> None:
    """Reject a key that occurs twice: YAML parsers silently ignore the first one."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_keys(item)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                raise FlowTextError(f"{_line(key)}the key {key.value[:60]!r} occurs twice; remove one")
            seen.add(key.value)
        _check_keys(value)


def _is_unicode(text: str) -> bool:
    return text.isascii() or _SURROGATE.search(text) is None


def _line(event: Any) -> str:
    return f"line {event.start_mark.line + 1}, column {event.start_mark.column + 1}: "


def _place(error: yaml.YAMLError, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}, column {mark.column + 1}: "
    # A character that YAML does not allow is rejected before lines are counted.
    found = Reader.NON_PRINTABLE.search(text)
    return "" if found is None else _position(text, found.start())


def _position(text: str, start: int) -> str:
    return f"line {text.count(chr(10), 0, start) + 1}, column {start - text.rfind(chr(10), 0, start)}: "
