"""Documents that select every field."""

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from abandoned_checkouts.shopify.schema.build import graphql_schema

# How the arguments are filled in that fields cannot do without.
_REQUIRED = {"key": '"care.instructions"'}


def everything(type_name: str, depth: int) -> str:
    """The selection of every field of a type, `depth` levels deep. A type is not selected again within itself."""
    return _selection(graphql_schema().type_map[type_name], depth, (type_name,))


def _selection(type_: GraphQLNamedType, depth: int, around: tuple[str, ...]) -> str:
    parts = ["__typename"]
    if isinstance(type_, GraphQLUnionType):
        parts += [f"... on {each.name} {_selection(each, depth, around)}" for each in type_.types]
    elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            inner = get_named_type(field.type)
            arguments = {key: _REQUIRED[key] for key, each in field.args.items() if is_required_argument(each)}
            if "first" in field.args and "after" in field.args:
                arguments["first"] = "3"
            written = ", ".join(f"{key}: {value}" for key, value in arguments.items())
            call = f"{name}({written})" if written else name
            if is_leaf_type(inner):
                parts.append(call)
            elif depth > 0 and inner.name not in around:
                parts.append(f"{call} {_selection(inner, depth - 1, (*around, inner.name))}")
    return "{" + " ".join(parts) + "}"
