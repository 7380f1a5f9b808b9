"""GraphQL documents that select every field of a schema."""

from collections.abc import Iterator

from tests.promises.same_bytes.records import Json

INTROSPECTION = (
    "{ __schema { queryType { name } mutationType { name } types { kind name description "
    "fields(includeDeprecated: true) { name description isDeprecated deprecationReason "
    "args { name defaultValue type { ...T } } type { ...T } } "
    "inputFields { name defaultValue type { ...T } } interfaces { name } possibleTypes { name } "
    "enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } } "
    "directives { name locations args { name type { ...T } } } } } "
    "fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
)


class Selections:
    """Documents that select all fields of a type: its leaves at once, and what is under it field by field."""

    def __init__(self, schema: Json) -> None:
        self._types: dict[str, Json] = {each["name"]: each for each in schema["types"]}

    def documents(self, lookup: str, kind: str) -> Iterator[str]:
        """`lookup` is a field with its arguments, such as node(id: "…"); `kind` the type that is found there."""
        fields = self._types[kind]["fields"]
        yield self._document(lookup, kind, " ".join(filter(None, map(self._leaf, fields))) or "__typename")
        for each in fields:
            inner = self._composite(each, 2)
            if inner:
                yield self._document(lookup, kind, inner)

    def _document(self, lookup: str, kind: str, selected: str) -> str:
        before, _, after = lookup.partition("…")
        inner = f"... on {kind} {{ {selected} }}" if lookup.startswith("node") else selected
        return f"{{ {before} {{ {inner} }} {after} }}"

    def _leaf(self, each: Json) -> str:
        return each["name"] if self._named(each)["kind"] in ("SCALAR", "ENUM") and not _required(each) else ""

    def _composite(self, each: Json, depth: int) -> str:
        kind = self._named(each)
        if kind["kind"] in ("SCALAR", "ENUM") or _required(each):
            return ""
        given = "(first: 2)" if any(argument["name"] == "first" for argument in each["args"]) else ""
        inner = self._selected(kind, depth - 1)
        return f"{each['name']}{given} {{ {inner} }}"

    def _selected(self, kind: Json, depth: int) -> str:
        if kind["kind"] != "OBJECT":
            return "__typename"
        parts = list(filter(None, map(self._leaf, kind["fields"])))
        # A connection, its edges and their nodes are one step.
        thin = kind["name"].endswith(("Connection", "Edge", "MoneyBag", "PageInfo"))
        if depth or thin:
            below = (self._composite(each, depth if thin else depth - 1) for each in kind["fields"] if depth >= 0)
            parts += [each for each in below if each] if depth >= 0 else []
        return " ".join(parts) or "__typename"

    def _named(self, each: Json) -> Json:
        found = each["type"]
        while found.get("ofType"):
            found = found["ofType"]
        return self._types[found["name"]]


def _required(each: Json) -> bool:
    return any(argument["type"]["kind"] == "NON_NULL" and argument["defaultValue"] is None for argument in each["args"])
