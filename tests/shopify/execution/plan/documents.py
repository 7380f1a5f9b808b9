"""Valid queries over the whole schema, with arguments that find something in the test's store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_union_type,
)
from hypothesis import strategies as st

QUERIES = (
    "",
    "status:open",
    "email_state:sent OR recovery_state:recovered",
    "-status:closed id:>1",
    "lamp",
    "mu*",
    "nonsense:1 created_at:>2020-01-01",
    "created_at:bad",
    "(",
)
KEYS = ("material", "care", "custom.material")


@dataclass(frozen=True, slots=True)
class Pool:
    """Values that exist in the store: global ids by type, and cursors from which a list can continue."""

    ids: dict[str, Sequence[str]]
    cursors: Sequence[str]


@dataclass(slots=True)
class Document:
    text: str
    variables: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.text}\nwith {self.variables}"


class _Writing:
    """One document while it is being drawn. Aliases are never used twice, so that fields with different arguments
    merge nowhere; fields without arguments keep their names and do merge."""

    def __init__(self, draw: st.DrawFn, schema: GraphQLSchema, pool: Pool) -> None:
        self.draw = draw
        self.schema = schema
        self.pool = pool
        self.aliases = 0
        self.left = 40
        self.variables: dict[str, tuple[str, Any]] = {}
        self.fragments: list[str] = []

    def one(self, values: Sequence[Any]) -> Any:
        return values[self.draw(st.integers(0, len(values) - 1))]

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def selections(self, parent: Any, depth: int) -> str:
        chosen = []
        fields = {} if is_union_type(parent) else parent.fields
        for name in self._names(fields, depth):
            self.left -= 1
            chosen.append(self._field(name, fields[name], depth))
        if is_abstract_type(parent):
            possible = self.schema.get_possible_types(parent)
            for _ in range(self.draw(st.integers(1, 2))):
                chosen.append(self._fragment(self.one(possible), depth))
        elif self.chance(6):
            chosen.append(self._fragment(self.one([parent, *getattr(parent, "interfaces", ())]), depth))
        if not chosen or self.chance(8):
            self.aliases += 1
            chosen.append(self.one(["__typename", f"a{self.aliases}: __typename"]))
        return "{ " + " ".join(chosen) + " }"

    def _names(self, fields: dict[str, GraphQLField], depth: int) -> list[str]:
        leaves = [name for name, each in fields.items() if not is_composite_type(get_named_type(each.type))]
        inner = [name for name in fields if name not in leaves]
        names = [self.one(leaves) for _ in range(self.draw(st.integers(1, 4)))] if leaves else []
        if inner and depth and self.left > 0:
            names += [self.one(inner) for _ in range(self.draw(st.integers(1, 3)))]
        return names

    def _field(self, name: str, definition: GraphQLField, depth: int) -> str:
        given = [
            f"{key}: {self._value(key, argument, name)}"
            for key, argument in definition.args.items()
            if is_required_argument(argument) or self._is_given(key)
        ]
        if "first" in definition.args and not any(each.startswith(("first:", "last:")) for each in given):
            given.append(f"first: {self._number()}")
        alias = ""
        if given or self.chance(10):
            self.aliases += 1
            alias = f"a{self.aliases}: "
        named = get_named_type(definition.type)
        below = f" {self.selections(named, depth - 1)}" if is_composite_type(named) else ""
        return f"{alias}{name}{'(' + ', '.join(given) + ')' if given else ''}{self._directive()}{below}"

    def _is_given(self, key: str) -> bool:
        return self.chance({"last": 8, "savedSearchId": 12, "before": 6, "limit": 3}.get(key, 4))

    def _fragment(self, kind: GraphQLNamedType, depth: int) -> str:
        below = self.selections(kind, max(0, depth - 1))
        if self.chance(3):
            self.fragments.append(f"fragment F{len(self.fragments)} on {kind.name} {below}")
            return f"...F{len(self.fragments) - 1}" + self._directive()
        return f"... on {kind.name}{self._directive()} {below}"

    def _directive(self) -> str:
        if not self.chance(12):
            return ""
        truth = self.draw(st.booleans())
        condition = self._variable("Boolean!", truth) if self.draw(st.booleans()) else str(truth).lower()
        return f" @{self.one(['include', 'skip'])}(if: {condition})"

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, value)
        return f"${name}"

    def _number(self) -> int:
        return int(self.one([3, 2, 1, 10, 0, 250]))

    def _value(self, key: str, argument: GraphQLArgument, field_name: str) -> str:
        if not is_non_null_type(argument.type) and self.chance(10):
            return "null"
        literal, value = self._given(key, argument, field_name)
        if self.chance(3):
            return self._variable(str(argument.type), value)
        return literal

    def _given(self, key: str, argument: GraphQLArgument, field_name: str) -> tuple[str, Any]:
        bare: Any = get_nullable_type(argument.type)
        if is_list_type(bare):
            inner = GraphQLArgument(bare.of_type)
            made = [self._given(key, inner, field_name) for _ in range(self.draw(st.integers(0, 3)))]
            return f"[{', '.join(literal for literal, _ in made)}]", [value for _, value in made]
        if isinstance(bare, GraphQLEnumType):
            value = self.one(list(bare.values))
            return value, value
        if is_input_object_type(bare):
            return "{}", {}
        if bare.name == "Boolean":
            truth = self.draw(st.booleans())
            return str(truth).lower(), truth
        if bare.name == "Int":
            number = self._number()
            return str(number), number
        text = self._text(key, bare.name, field_name)
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', text

    def _text(self, key: str, kind: str, field_name: str) -> str:
        if kind == "ID":
            kinds = {"node": None, "nodes": None, "productVariant": "ProductVariant"}
            type_name = kinds.get(field_name, key[0].upper() + key[1:-2] if key != "id" else _capital(field_name))
            anything = [each for known in self.pool.ids.values() for each in known]
            return str(self.one(self.pool.ids.get(type_name or "", ()) or anything))
        if key in ("after", "before"):
            return str(self.one([*self.pool.cursors, *self.pool.cursors, "bad cursor"]))
        if key == "query":
            return str(self.one(QUERIES))
        if kind == "URL":
            return "https://shop.test/hook"
        return str(self.one(KEYS)) if key in ("key", "keys") else "custom"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


@st.composite
def documents(draw: st.DrawFn, schema: GraphQLSchema, pool: Pool) -> Document:
    """Queries whose root fields mostly have plans."""
    writing = _Writing(draw, schema, pool)
    root = schema.query_type
    assert root is not None
    likely = ["abandonedCheckouts", "abandonedCheckouts", "node", "nodes", "abandonedCheckoutsCount"]
    roots = []
    for _ in range(draw(st.integers(1, 2))):
        name = writing.one(likely if draw(st.booleans()) else list(root.fields))
        roots.append(writing._field(name, root.fields[name], 5))
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in writing.variables.items())
    text = f"query Q{f'({declared})' if declared else ''} {{ {' '.join(roots)} __typename }}"
    values = {name: value for name, (_, value) in writing.variables.items()}
    return Document("\n".join([text, *writing.fragments]), values)
