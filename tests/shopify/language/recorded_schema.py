"""A schema for a recorded document, whose types are mostly not in our contract.

Types and fields are read off the document itself: a field with selections returns an object named after the field,
`nodes` or `edges` make it a connection, a fragment's condition names a type. Where the contract has a field of that
name its type's name is used, and money is known by its fields; nothing else is taken from outside.
"""

from __future__ import annotations

from collections import defaultdict

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

_LEAF = GraphQLScalarType("JSON")
_EVERY = frozenset({"HasMetafields", "LegacyInteroperability", "Navigable", "Node"})
_BY_FIELDS = {
    frozenset({"amount", "currencyCode"}): "MoneyV2",
    frozenset({"shopMoney", "presentmentMoney"}): "MoneyBag",
}
_BY_NAME = {"pageInfo": "PageInfo", "userErrors": "DisplayableError"}


class Known:
    """The type that a field returns, from the contract: by owner and name, or by name alone if all types have it with
    the same return type."""

    def __init__(self, contract: GraphQLSchema) -> None:
        self._exact: dict[tuple[str, str], str] = {}
        by_name: dict[str, set[str]] = defaultdict(set)
        for type_ in contract.type_map.values():
            if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__"):
                for name, field in type_.fields.items():
                    named = get_named_type(field.type)
                    if is_composite_type(named):
                        self._exact[type_.name, name] = named.name
                        by_name[name].add(named.name)
        for name in ("nodes", "edges", "node"):
            by_name.pop(name, None)
        self._by_name = {name: types.pop() for name, types in by_name.items() if len(types) == 1}

    def type_of(self, owner: str, name: str) -> str | None:
        return self._exact.get((owner, name)) or self._by_name.get(name)


def recorded_schema(document: DocumentNode, known: Known) -> GraphQLSchema:
    return _Reader(document, known).schema()


class _Reader:
    def __init__(self, document: DocumentNode, known: Known) -> None:
        self._known = known
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._fields: dict[str, dict[str, str]] = defaultdict(dict)
        self._narrowed: dict[str, set[str]] = defaultdict(set)
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                root = "Mutation" if node.operation.value == "mutation" else "QueryRoot"
                self._read(root, [node.selection_set])

    def _read(self, owner: str, sets: list[SelectionSetNode]) -> None:
        fields = self._fields[owner]
        below: dict[str, list[SelectionSetNode]] = defaultdict(list)
        for name, selections in self._flat(owner, sets):
            fields.setdefault(name, "")
            if selections:
                below[name].append(selections)
        for name, children in below.items():
            fields[name] = fields[name] or self._named(owner, name, children)
            self._read(fields[name], children)

    def _flat(self, owner: str, sets: list[SelectionSetNode]) -> list[tuple[str, SelectionSetNode | None]]:
        found: list[tuple[str, SelectionSetNode | None]] = []
        for selections in sets:
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    found.append((node.name.value, node.selection_set))
                    continue
                name = getattr(node, "name", None)
                body = self._fragments[name.value] if name else node
                condition = body.type_condition.name.value if body.type_condition else owner
                if condition == owner or condition in _EVERY or owner in ("QueryRoot", "Mutation"):
                    found += self._flat(owner, [body.selection_set])
                else:
                    self._narrowed[owner].add(condition)
                    self._read(condition, [body.selection_set])
        return found

    def _inside(self, selections: SelectionSetNode) -> set[str]:
        found: set[str] = set()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            else:
                name = getattr(node, "name", None)
                found |= self._inside((self._fragments[name.value] if name else node).selection_set)
        return found

    def _named(self, owner: str, name: str, children: list[SelectionSetNode]) -> str:
        inside = {field for selections in children for field in self._inside(selections)} - {"__typename"}
        known = self._known.type_of(owner, name)
        page = bool(inside & {"nodes", "edges"}) or inside == {"pageInfo"}
        if known and page == known.endswith("Connection"):
            return known
        if name in _BY_NAME:
            return _BY_NAME[name]
        if inside and inside <= {"count", "precision"} and name.endswith("Count"):
            return "Count"
        for fields, type_name in _BY_FIELDS.items():
            if inside and inside <= fields and inside != {"currencyCode"}:
                return type_name
        singular = name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")
        singular = singular[0].upper() + singular[1:]
        if page:
            return f"{singular}Connection"
        element = owner.removesuffix("Edge").removesuffix("Connection")
        if name in ("nodes", "node") and element != owner:
            return element
        return f"{element}Edge" if name == "edges" else f"{owner}{name}" if name in ("node", "nodes") else singular

    def schema(self) -> GraphQLSchema:
        types: dict[str, GraphQLObjectType | GraphQLInterfaceType] = {}
        above: dict[str, list[str]] = defaultdict(list)
        for owner, conditions in self._narrowed.items():
            for condition in (*conditions, f"{owner}Other"):
                above[condition].append(owner)
                self._fields[condition]
        self._fields["QueryRoot"].setdefault("shop", "")
        for name in _EVERY - self._narrowed.keys():
            types[name] = GraphQLInterfaceType(name, {"id": GraphQLField(_LEAF)})
        for name in list(self._fields):
            if self._fields[name] or name in above or name in self._narrowed:
                types[name] = self._type(name, types, above)
        mutation = types.get("Mutation")
        assert mutation is None or isinstance(mutation, GraphQLObjectType)
        query = types["QueryRoot"]
        assert isinstance(query, GraphQLObjectType)
        every: list[GraphQLNamedType] = [*types.values()]
        return GraphQLSchema(query, mutation, types=every, assume_valid=True)

    def _type(
        self,
        name: str,
        types: dict[str, GraphQLObjectType | GraphQLInterfaceType],
        above: dict[str, list[str]],
    ) -> GraphQLObjectType | GraphQLInterfaceType:
        def fields() -> dict[str, GraphQLField]:
            own: dict[str, str] = {"id": ""}
            for owner in (*above[name], name):
                own |= self._fields[owner]
            if name.endswith("Connection"):
                own.setdefault("pageInfo", "")
            return {key: GraphQLField(types.get(inner, _LEAF)) for key, inner in own.items()}

        if name in self._narrowed:
            return GraphQLInterfaceType(name, fields)
        return GraphQLObjectType(name, fields, interfaces=lambda: [types[owner] for owner in {*above[name], *_EVERY}])
