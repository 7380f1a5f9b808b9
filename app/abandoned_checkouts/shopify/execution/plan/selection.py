"""The selections of a document on an object, with fragments expanded, conditions decided and equal keys merged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
)

from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.language.field_facts import fields_of

# The value of each variable in @include and @skip.
Truths = Mapping[str, bool]


# Not frozen: creating a frozen object takes three times as long, and a new document needs one for each field.
@dataclass(slots=True)
class Selected:
    """A field of an object in the response. `nodes` are all selections of the field. Do not change it."""

    key: str
    name: str
    field: GraphQLField
    nodes: tuple[FieldNode, ...]

    @property
    def below(self) -> list[SelectionSetNode]:
        nodes = self.nodes
        if len(nodes) == 1:
            return [] if nodes[0].selection_set is None else [nodes[0].selection_set]
        return [node.selection_set for node in nodes if node.selection_set is not None]


class Selections:
    """The selections of one operation."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, truths: Truths) -> None:
        self.schema = schema
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._truths = truths

    def of(self, kind: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> list[Selected]:
        """The fields of an object of that type, in the order of the response."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selections in sets:
            self._collect(kind, selections, found, spread)
        fields, known = [], fields_of(self.schema, kind)
        for key, nodes in found.items():
            name = nodes[0].name.value
            facts = known.get(name)
            if facts is None:
                raise UnplannedError(f"{kind.name} has no field {name}")
            fields.append(Selected(key, name, facts.definition, tuple(nodes)))
        return fields

    def _collect(
        self, kind: GraphQLObjectType, selections: SelectionSetNode, found: dict[str, list[FieldNode]], spread: set[str]
    ) -> None:
        for node in selections.selections:
            if node.directives and not self._included(node.directives):
                continue
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                if key in found:
                    found[key].append(node)
                else:
                    found[key] = [node]
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node, kind):
                    self._collect(kind, node.selection_set, found, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(fragment, kind):
                    self._collect(kind, fragment.selection_set, found, spread)

    def _applies(self, fragment: FragmentDefinitionNode | InlineFragmentNode, kind: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition: object = self.schema.get_type(fragment.type_condition.name.value)
        return condition is kind or (is_abstract_type(condition) and self.schema.is_sub_type(condition, kind))

    def _included(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            required = {"include": True, "skip": False}.get(directive.name.value)
            if directive.name.value == "idempotent":
                # It has a meaning for mutations alone.
                continue
            if required is None:
                raise UnplannedError(f"the directive @{directive.name.value}")
            (condition,) = (each.value for each in directive.arguments or () if each.name.value == "if")
            if isinstance(condition, VariableNode):
                if condition.name.value not in self._truths:
                    raise UnplannedError(f"${condition.name.value} has no value")
                truth = self._truths[condition.name.value]
            elif isinstance(condition, BooleanValueNode):
                truth = condition.value
            else:
                raise UnplannedError("a condition that is neither a variable nor a boolean")
            if truth is not required:
                return False
        return True


def object_type(type_: GraphQLOutputType) -> GraphQLObjectType:
    """The object type inside of lists and non-null types. Raises UnplannedError for an interface, a union or a leaf."""
    named = get_named_type(type_)
    if not isinstance(named, GraphQLObjectType):
        raise UnplannedError(f"{named} is not an object type")
    return named


def conditions_of(document: DocumentNode) -> tuple[str, ...]:
    """The names of the variables in @include and @skip anywhere in the document."""
    if document.loc is not None and "@" not in document.loc.source.body:
        return ()
    found: dict[str, None] = {}
    waiting: list[Node] = list(reversed(document.definitions))
    while waiting:
        node = waiting.pop()
        for directive in getattr(node, "directives", None) or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found.setdefault(argument.value.name.value)
        below: SelectionSetNode | None = getattr(node, "selection_set", None)
        if below is not None:
            waiting += [each for each in reversed(below.selections) if _has_more(each)]
    return tuple(found)


def _has_more(node: SelectionNode) -> bool:
    """Whether a selection has directives or selections; a field mostly has neither."""
    return not isinstance(node, FieldNode) or node.selection_set is not None or node.directives is not None
