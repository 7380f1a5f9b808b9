"""Documents for tests: a list of instructive ones, and a generator that writes valid ones and then breaks some."""

from __future__ import annotations

from graphql import (
    GraphQLEnumType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_union_type,
)
from hypothesis import strategies as st

_ORDER = 'order(id: "gid://shopify/Order/1")'
_NODE = 'node(id: "gid://shopify/Product/1")'

EXAMPLES = [
    "{ shop { id } }",
    "{ shop { id id } shop { name } }",
    "{ shop { a: id a: name } }",
    "{ shop { a: id ...F } } fragment F on Shop { a: name }",
    f"{{ {_NODE} {{ ... on Product {{ x: id }} ... on Order {{ x: id }} }} }}",
    f"{{ {_NODE} {{ ... on Product {{ x: title }} ... on Order {{ x: name }} }} }}",
    f"{{ {_NODE} {{ ... on Product {{ x: title }} ... on Order {{ x: email }} }} }}",
    f"{{ {_NODE} {{ id ... on Product {{ id: title }} }} }}",
    f'{{ {_NODE} {{ ... on Product {{ m: metafield(key: "a") {{ x: id }} }} '
    f'... on Order {{ m: metafield(key: "b") {{ x: key }} }} }} }}',
    f'{{ {_NODE} {{ ... on Product {{ m: metafield(key: "a") {{ x: id }} }} '
    f'... on Order {{ m: metafield(key: "b") {{ x: id }} }} }} }}',
    f'{{ {_NODE} {{ ... on HasMetafields {{ m: metafield(key: "a") {{ id }} }} '
    f'... on Order {{ m: metafield(key: "b") {{ id }} }} }} }}',
    f"{{ {_ORDER} {{ c: customer {{ x: firstName }} }} o: {_ORDER} {{ c: customer {{ x: lastName }} }} }}",
    f"{{ {_ORDER} {{ c: customer {{ x: firstName }} ...F }} }} fragment F on Order {{ c: customer {{ x: lastName }} }}",
    "{ __typename __schema { types { name } } }",
    '{ __type(name: "Shop") { fields(includeDeprecated: true) { name } } }',
    "{ __type { name } }",
    "query ($a: Boolean!) { shop { id @include(if: $a) ... @skip(if: $a) { name } } }",
    "query ($a: Boolean) { shop { id @include(if: $a) } }",
    "query ($a: Boolean = true) { shop { id @include(if: $a) } }",
    "query ($a: Boolean = null) { shop { id @include(if: $a) } }",
    "query ($n: Int) { abandonedCheckouts(first: $n, reverse: null) { nodes { id } } }",
    "query ($n: Int, $n: Int) { abandonedCheckouts(first: $n) { nodes { id } } }",
    "query ($r: Boolean) { shop { metafields(first: 1, reverse: $r) { nodes { id } } } }",
    "query ($g: Boolean) { shop { id } a: shop { metafields(reverse: $g) { nodes { id } } } }",
    'mutation ($g: Boolean) { bulkOperationRunQuery(query: "", groupObjects: $g) { userErrors { field } } }',
    'mutation { bulkOperationRunQuery(query: "", query: "") { userErrors { field } } }',
    'mutation { savedSearchDelete(input: {id: "gid://shopify/SavedSearch/1", id: "gid://shopify/SavedSearch/2"}) '
    "{ shop { id } } }",
    "mutation { savedSearchDelete(input: []) { shop { id } } }",
    'mutation ($k: String!) { webhookSubscriptionUpdate(id: "gid://shopify/WebhookSubscription/1", '
    "webhookSubscription: {metafields: [{key: $k}, $k]}) { userErrors { field } } }",
    'mutation ($k: String) { webhookSubscriptionUpdate(id: "gid://shopify/WebhookSubscription/1", '
    "webhookSubscription: {metafields: {key: $k}}) { userErrors { field } } }",
    "{ webhookSubscriptions(first: 1) { nodes { endpoint "
    "{ __typename ... on WebhookHttpEndpoint { callbackUrl } } } } }",
    "{ webhookSubscriptions(first: 1) { nodes { endpoint { callbackUrl } } } }",
    "{ webhookSubscriptions(first: 1) { nodes { endpoint { ... on Node { id } } } } }",
    "{ shop { ... on Node { id } ... { name } } }",
    "{ shop { ...F } } fragment F on Node { id }",
    "{ shop { ...F } } fragment F on CurrencyCode { id }",
    "{ shop { ...F } } fragment F on Nope { id }",
    "{ shop { ...F } } fragment F on Shop { id } fragment F on Shop { name }",
    "fragment F on Shop { id }",
    "query A { shop { id } } query A { shop { id } }",
    "query A { shop { id } } { shop { id } }",
    "{ shop { id(a: 1) } }",
    "{ shop { currencyFormats { moneyFormat { a } } } }",
    "{ shop { currencyCode { a } } }",
    "{ shop @deprecated { id } }",
    "query Q($a: Int @include(if: true)) { abandonedCheckouts(first: $a) { nodes { id } } }",
]


@st.composite
def generated_documents(draw: st.DrawFn, schema: GraphQLSchema) -> str:
    """A valid query; one time in two, one of its words is then exchanged for another."""
    root = schema.query_type
    assert root is not None
    text = "query Q " + _selections(draw, schema, root, 4)
    if draw(st.booleans()):
        words = [
            "id",
            "name",
            "title",
            "first",
            "1",
            "null",
            "true",
            '"x"',
            "node",
            "nodes",
            "Shop",
            "Product",
            "SENT",
            "a: id",
        ]
        parts = text.split(" ")
        places = [index for index, part in enumerate(parts) if part.strip("{}():,")]
        at = draw(st.sampled_from(places[2:] or places))
        parts[at] = draw(st.sampled_from(words))
        changed = " ".join(parts)
        if _parses(changed):
            return changed
    return text


def _parses(text: str) -> bool:
    from graphql import GraphQLSyntaxError, parse

    try:
        parse(text, allow_empty_selection_sets=False)
    except GraphQLSyntaxError:
        return False
    return True


def _selections(draw: st.DrawFn, schema: GraphQLSchema, parent: GraphQLNamedType, depth: int) -> str:
    chosen = []
    fields = {} if is_union_type(parent) else dict(getattr(parent, "fields", {}))
    leaves = [name for name, field in fields.items() if not is_composite_type(get_named_type(field.type))]
    inner = [name for name in fields if name not in leaves]
    names = draw(st.lists(st.sampled_from(leaves), max_size=3)) if leaves else []
    if depth and inner:
        names += draw(st.lists(st.sampled_from(inner), max_size=2))
    for name in names:
        field = fields[name]
        alias = draw(st.sampled_from(["", "", "a : ", "b : "]))
        arguments = " , ".join(
            f"{key} : {_literal(draw, argument.type)}"
            for key, argument in field.args.items()
            if is_required_argument(argument) or draw(st.integers(0, 4)) == 0
        )
        given = f" ( {arguments} )" if arguments else ""
        named = get_named_type(field.type)
        below = " " + _selections(draw, schema, named, depth - 1) if is_composite_type(named) else ""
        chosen.append(f"{alias}{name}{given}{below}")
    if not hasattr(parent, "interfaces") or is_union_type(parent):
        for possible in draw(st.lists(st.sampled_from(schema.get_possible_types(parent)), max_size=2)):  # type: ignore[arg-type]
            chosen.append(f"... on {possible.name} " + _selections(draw, schema, possible, max(0, depth - 1)))
    return "{ " + " ".join(chosen or ["__typename"]) + " }"


def _literal(draw: st.DrawFn, type_: GraphQLInputType) -> str:
    if not is_non_null_type(type_) and draw(st.integers(0, 5)) == 0:
        return "null"
    bare = type_.of_type if is_non_null_type(type_) else type_
    if is_list_type(bare):
        return "[ " + " , ".join(_literal(draw, bare.of_type) for _ in range(draw(st.integers(0, 2)))) + " ]"
    named = get_named_type(bare)
    if isinstance(named, GraphQLEnumType):
        return draw(st.sampled_from(list(named.values)))
    if hasattr(named, "fields"):
        given = (
            f"{name} : {_literal(draw, field.type)}" for name, field in named.fields.items() if draw(st.booleans())
        )
        return "{ " + " , ".join(given) + " }"
    samples = {
        "ID": '"gid://shopify/Product/1"',
        "Int": "5",
        "Boolean": "true",
        "Float": "1.5",
        "URL": '"https://a.test/b"',
        "DateTime": '"2026-01-01T00:00:00Z"',
    }
    return samples.get(named.name, '"x"')
