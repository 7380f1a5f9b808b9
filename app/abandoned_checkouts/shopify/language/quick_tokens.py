"""The tokens of a usual document, and the nodes below its fields: names, types, arguments, values and directives.

See quick_parser.
"""

import re
from itertools import accumulate

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    EnumValueNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    VariableNode,
)

from abandoned_checkouts.shopify.language.places import DocumentSource, Place

# Names, punctuation, strings without escapes, integers. Quantifiers are possessive, so that there is no backtracking.
_TOKEN = re.compile(
    r"""(
      [_A-Za-z][_0-9A-Za-z]*+
    | [!$():=@\[\]{}]
    | \.\.\.
    | "[^"\\\x00-\x1f\ud800-\udfff]*+"(?!")
    | -?(?:0|[1-9][0-9]*+)(?![\w.])
    )""",
    re.VERBOSE,
)
# A string, in which there is no comment, or a comment as group 1.
_COMMENT = re.compile(r'"[^"\n\r]*+"|(\#[^\n\r\ud800-\udfff]*+)')
_IGNORED = " \t\n\r,\ufeff"
# Deeper documents are refused before they are parsed (see lexer.Limits).
_DEEPEST = 64


class UnusualError(Exception):
    """graphql-core has to parse the text."""


def _without_comments(body: str) -> tuple[str, int]:
    """The text with spaces in the place of comments, and the number of comments. Raises UnusualError."""
    if "#" not in body:
        return body, 0
    if "\\" in body or '"""' in body:
        # These strings can contain quotation marks.
        raise UnusualError
    comments = 0

    def blank(match: re.Match[str]) -> str:
        nonlocal comments
        if match.lastindex is None:
            return match[0]
        comments += 1
        return " " * len(match[0])

    return _COMMENT.sub(blank, body), comments


class TokenReader:
    """Reads the tokens one after the other: `at` is the index of the next one. `starts` and `ends` are their places.
    `comments` is the number of comments.

    Raises UnusualError.
    """

    def __init__(self, source: DocumentSource) -> None:
        body, self.comments = _without_comments(source.body)
        # The tokens, with the text before, between and after them.
        parts = _TOKEN.split(body)
        if "".join(parts[::2]).strip(_IGNORED):
            raise UnusualError
        ends = list(accumulate(map(len, parts)))
        self.source = source
        self.starts, self.ends = ends[::2], ends[1::2]
        # No token is empty, so an empty text ends them.
        self.tokens = [*parts[1::2], ""]
        self.at = 0
        self.depth = 0

    def name(self) -> NameNode:
        start, token = self.at, self.tokens[self.at]
        if not token.isidentifier():
            raise UnusualError
        self.at += 1
        return NameNode(value=token, loc=self.place_from(start))

    def expect(self, token: str) -> None:
        if self.tokens[self.at] != token:
            raise UnusualError
        self.at += 1

    def enter(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnusualError

    def place_from(self, start: int) -> Place:
        """The place of a node that starts with that token and ends before the current one."""
        return Place(self.starts[start], self.ends[self.at - 1], self.source)

    def type(self) -> TypeNode:
        start = self.at
        type_: NamedTypeNode | ListTypeNode
        if self.tokens[start] == "[":
            self.enter()
            self.at += 1
            inner = self.type()
            self.expect("]")
            self.depth -= 1
            type_ = ListTypeNode(type=inner, loc=self.place_from(start))
        else:
            type_ = self.named_type()
        if self.tokens[self.at] != "!":
            return type_
        self.at += 1
        return NonNullTypeNode(type=type_, loc=self.place_from(start))

    def named_type(self) -> NamedTypeNode:
        name = self.name()
        return NamedTypeNode(name=name, loc=name.loc)

    def arguments(self, *, is_constant: bool = False) -> tuple[ArgumentNode, ...] | None:
        if self.tokens[self.at] != "(":
            return None
        self.at += 1
        found: list[ArgumentNode] = []
        while not found or self.tokens[self.at] != ")":
            start, name = self.at, self.name()
            self.expect(":")
            found.append(ArgumentNode(name=name, value=self.value(is_constant=is_constant), loc=self.place_from(start)))
        self.at += 1
        return tuple(found)

    def directives(self, *, is_constant: bool = False) -> tuple[DirectiveNode, ...] | None:
        found: list[DirectiveNode] = []
        while self.tokens[self.at] == "@":
            start = self.at
            self.at += 1
            name, arguments = self.name(), self.arguments(is_constant=is_constant)
            found.append(DirectiveNode(name=name, arguments=arguments, loc=self.place_from(start)))
        return tuple(found) or None

    def value(self, *, is_constant: bool) -> ValueNode:
        start, token = self.at, self.tokens[self.at]
        if token == "$" and not is_constant:
            return self.variable()
        if token == "[":
            return self._list(is_constant=is_constant)
        if token == "{":
            return self._object(is_constant=is_constant)
        if not token:
            raise UnusualError
        self.at += 1
        place = self.place_from(start)
        if token[:1] == '"':
            return StringValueNode(value=token[1:-1], block=False, loc=place)
        if token in ("true", "false"):
            return BooleanValueNode(value=token == "true", loc=place)
        if token == "null":
            return NullValueNode(loc=place)
        if token.isidentifier():
            return EnumValueNode(value=token, loc=place)
        if token[-1:].isdecimal():
            return IntValueNode(value=token, loc=place)
        raise UnusualError

    def _list(self, *, is_constant: bool) -> ListValueNode:
        start, values = self.at, []
        self.enter()
        self.at += 1
        while self.tokens[self.at] != "]":
            values.append(self.value(is_constant=is_constant))
        self.at += 1
        self.depth -= 1
        return ListValueNode(values=tuple(values), loc=self.place_from(start))

    def _object(self, *, is_constant: bool) -> ObjectValueNode:
        start, fields = self.at, []
        self.enter()
        self.at += 1
        while self.tokens[self.at] != "}":
            first, name = self.at, self.name()
            self.expect(":")
            value = self.value(is_constant=is_constant)
            fields.append(ObjectFieldNode(name=name, value=value, loc=self.place_from(first)))
        self.at += 1
        self.depth -= 1
        return ObjectValueNode(fields=tuple(fields), loc=self.place_from(start))

    def variable(self) -> VariableNode:
        start = self.at
        self.expect("$")
        return VariableNode(name=self.name(), loc=self.place_from(start))
