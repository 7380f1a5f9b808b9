"""Parses the documents that most clients send, in a third of the time that graphql-core needs.

The tree is the same. One regular expression splits a text into tokens, and a node is created without its constructor,
which takes longer than everything else. A text with anything unusual is left to graphql-core, which also reports the
errors: descriptions, block strings, strings with escapes, decimals, definitions of types, and syntax errors.
"""

from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
)

from abandoned_checkouts.shopify.language.places import DocumentSource, Place
from abandoned_checkouts.shopify.language.quick_tokens import TokenReader, UnusualError

_OPERATIONS = {each.value: each for each in OperationType}
# What can follow the name of a field and belongs to it.
_MORE = frozenset(":(@{")

# The attribute of selections that are only names and braces: their tokens. It is not part of the tree.
_PLAIN = "plain_tokens"
_MOST_PLAIN_TOKENS = 24

_new: Any = object.__new__


def plain_tokens(node: SelectionSetNode) -> tuple[str, ...] | None:
    """The tokens of selections that are only names and braces, for example `{ shopMoney { amount currencyCode } }`;
    None for other ones, for long ones, and for those that graphql-core has parsed.

    They decide everything about the selections except their place in the text. Documents repeat them, so what is found
    out about such selections can be cached by their tokens.
    """
    found: tuple[str, ...] | None = node.__dict__.get(_PLAIN)
    return found


def plain_selections(tokens: tuple[str, ...]) -> SelectionSetNode:
    """The selections with these `plain_tokens`."""
    return _Parser(DocumentSource(" ".join(tokens)))._selections()


def parsed_quickly(source: DocumentSource) -> DocumentNode | None:
    """The tree of a document, equal to graphql-core's; None if graphql-core has to parse it."""
    try:
        return _Parser(source).document()
    except UnusualError:
        return None


class _Parser(TokenReader):
    def document(self) -> DocumentNode:
        definitions: list[DefinitionNode] = []
        count = len(self.tokens) - 1
        while self.at < count:
            definitions.append(self._definition())
        if not definitions:
            raise UnusualError
        whole = Place(0, len(self.source.body), self.source)
        document = DocumentNode(definitions=tuple(definitions), loc=whole)
        # As graphql-core's parser does it: an attribute that is not part of the tree.
        object.__setattr__(document, "token_count", count + self.comments)
        return document

    def _definition(self) -> DefinitionNode:
        start, token = self.at, self.tokens[self.at]
        if token == "{":
            operation, selections = OperationType.QUERY, self._selections()
            return OperationDefinitionNode(operation=operation, selection_set=selections, loc=self.place_from(start))
        if token == "fragment":
            self.at += 1
            return self._fragment_definition(start)
        kind = _OPERATIONS.get(token)
        if kind is None:
            raise UnusualError
        self.at += 1
        return OperationDefinitionNode(
            operation=kind,
            description=None,
            name=None if self.tokens[self.at] in ("(", "@", "{") else self.name(),
            variable_definitions=self._variable_definitions(),
            directives=self.directives(),
            selection_set=self._selections(),
            loc=self.place_from(start),
        )

    def _fragment_definition(self, start: int) -> FragmentDefinitionNode:
        if self.tokens[self.at] == "on":
            raise UnusualError
        name = self.name()
        self.expect("on")
        return FragmentDefinitionNode(
            description=None,
            name=name,
            variable_definitions=(),
            type_condition=self.named_type(),
            directives=self.directives(),
            selection_set=self._selections(),
            loc=self.place_from(start),
        )

    def _selections(self) -> SelectionSetNode:
        """The selections in braces. Most nodes are created here, so they are created without their constructors."""
        tokens, starts, ends, source = self.tokens, self.starts, self.ends, self.source
        start = at = self.at
        self.expect("{")
        self.enter()
        found: list[SelectionNode] = []
        is_plain = True
        at += 1
        token = tokens[at]
        while token != "}":
            if not token.isidentifier():
                self.at = at
                found.append(self._fragment())
                at = self.at
                token = tokens[at]
                is_plain = False
                continue
            name = _new(NameNode)
            values = name.__dict__
            values["loc"] = place = Place(starts[at], ends[at], source)
            values["value"] = token
            at += 1
            token = tokens[at]
            alias = arguments = directives = below = None
            if token in _MORE:
                self.at = at
                if token != "{":
                    is_plain = False
                    if token == ":":
                        self.at += 1
                        alias, name = name, self.name()
                    arguments, directives = self.arguments(), self.directives()
                if tokens[self.at] == "{":
                    below = self._selections()
                    is_plain = is_plain and _PLAIN in below.__dict__
                at = self.at
                token = tokens[at]
                place = Place(place.start, ends[at - 1], source)
            field = _new(FieldNode)
            values = field.__dict__
            values["loc"] = place
            values["directives"] = directives
            values["name"] = name
            values["alias"] = alias
            values["arguments"] = arguments
            values["selection_set"] = below
            found.append(field)
        if not found:
            raise UnusualError
        self.depth -= 1
        self.at = at = at + 1
        selections: SelectionSetNode = _new(SelectionSetNode)
        values = selections.__dict__
        values["loc"] = Place(starts[start], ends[at - 1], source)
        values["selections"] = tuple(found)
        if is_plain and at - start <= _MOST_PLAIN_TOKENS:
            values[_PLAIN] = tuple(tokens[start:at])
        return selections

    def _fragment(self) -> FragmentSpreadNode | InlineFragmentNode:
        start = self.at
        self.expect("...")
        token = self.tokens[self.at]
        if token != "on" and token.isidentifier():
            return FragmentSpreadNode(name=self.name(), directives=self.directives(), loc=self.place_from(start))
        condition = None
        if token == "on":
            self.at += 1
            condition = self.named_type()
        return InlineFragmentNode(
            type_condition=condition,
            directives=self.directives(),
            selection_set=self._selections(),
            loc=self.place_from(start),
        )

    def _variable_definitions(self) -> tuple[VariableDefinitionNode, ...] | None:
        if self.tokens[self.at] != "(":
            return None
        self.at += 1
        found = [self._variable_definition()]
        while self.tokens[self.at] != ")":
            found.append(self._variable_definition())
        self.at += 1
        return tuple(found)

    def _variable_definition(self) -> VariableDefinitionNode:
        start, variable = self.at, self.variable()
        self.expect(":")
        type_ = self.type()
        default: Any = None
        if self.tokens[self.at] == "=":
            self.at += 1
            default = self.value(is_constant=True)
        return VariableDefinitionNode(
            description=None,
            variable=variable,
            type=type_,
            default_value=default,
            directives=self.directives(is_constant=True),  # type: ignore[arg-type]
            loc=self.place_from(start),
        )
