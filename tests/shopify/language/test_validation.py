"""Validation errors in full: words, places, paths and extension keys, case by case."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import build_schema

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from tests.contract.schema import contract_schema

PRODUCT = '"gid://shopify/Product/1"'

# text, then per error: message, path, extensions
CASES: list[tuple[str, list[tuple[str, list[str | int], dict[str, Any]]]]] = [
    (
        "{ a: shop { nope } }",
        [
            (
                "Field 'nope' doesn't exist on type 'Shop'",
                ["query", "a", "nope"],
                {"code": "undefinedField", "typeName": "Shop", "fieldName": "nope"},
            )
        ],
    ),
    (
        "mutation M { webhookSubscriptionCreate { userErrors { field } } }",
        [
            (
                "Field 'webhookSubscriptionCreate' is missing required arguments: topic, webhookSubscription",
                ["mutation M", "webhookSubscriptionCreate"],
                {
                    "code": "missingRequiredArguments",
                    "className": "Field",
                    "name": "webhookSubscriptionCreate",
                    "arguments": "topic, webhookSubscription",
                },
            )
        ],
    ),
    (
        f"query Q($n: Int) {{ node(id: {PRODUCT}) "
        "{ ... on Product { variants(frist: $n) { nodes { id } } } } }",
        [
            (
                "Field 'variants' doesn't accept argument 'frist'",
                ["query Q", "node", "... on Product", "variants", "frist"],
                {
                    "code": "argumentNotAccepted",
                    "name": "variants",
                    "typeName": "Field",
                    "argumentName": "frist",
                },
            ),
            (
                "Variable $n is declared by Q but not used",
                ["query Q"],
                {"code": "variableNotUsed", "variableName": "n"},
            ),
        ],
    ),
    (
        "fragment F on Shop { nope } { shop { ...F } }",
        [
            (
                "Field 'nope' doesn't exist on type 'Shop'",
                ["fragment F", "nope"],
                {"code": "undefinedField", "typeName": "Shop", "fieldName": "nope"},
            )
        ],
    ),
    (
        'mutation M { webhookSubscriptionCreate(topic: SHOP_UPDATE, webhookSubscription: {metafields: [{key: "a"}, '
        '{namespace: "b"}]}) { userErrors { field } } }',
        [
            (
                "Argument 'key' on InputObject 'HasMetafieldsMetafieldIdentifierInput' is required. "
                "Expected type String!",
                ["mutation M", "webhookSubscriptionCreate", "webhookSubscription", "metafields", 1, "key"],
                {
                    "code": "missingRequiredInputObjectAttribute",
                    "argumentName": "key",
                    "argumentType": "String!",
                    "inputObjectType": "HasMetafieldsMetafieldIdentifierInput",
                },
            )
        ],
    ),
    (
        "{ webhookSubscriptions(first: 1, topics: [SHOP_UPDATE, NOPE]) { nodes { id } } }",
        [
            (
                "Argument 'topics' on Field 'webhookSubscriptions' has an invalid value ([SHOP_UPDATE, NOPE]). "
                "Expected type '[WebhookSubscriptionTopic!]'.",
                ["query", "webhookSubscriptions", "topics"],
                {"code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": "topics"},
            )
        ],
    ),
    (
        '{ nodes(ids: ["gid://shopify/Product/1", "nope"]) { id } }',
        [
            (
                "Invalid global id 'nope'",
                ["query", "nodes", "ids"],
                {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"},
            )
        ],
    ),
    (
        '{ node(id: "gid://shopify/Product") { id } }',
        [
            (
                "Invalid global id 'gid://shopify/Product'",
                ["query", "node", "id"],
                {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"},
            )
        ],
    ),
    (
        "{ webhookSubscriptions(first: 1.5) { nodes { id } } }",
        [
            (
                "Argument 'first' on Field 'webhookSubscriptions' has an invalid value (1.5). Expected type 'Int'.",
                ["query", "webhookSubscriptions", "first"],
                {"code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": "first"},
            )
        ],
    ),
    (
        "query ($id: String!, $n: Int!) "
        "{ order(id: $id) { id } abandonedCheckouts(first: $n, query: $m) { nodes { id } } }",
        [
            (
                "Type mismatch on variable $id and argument id (String! / ID!)",
                ["query", "order", "id"],
                {
                    "code": "variableMismatch",
                    "variableName": "id",
                    "typeName": "String!",
                    "argumentName": "id",
                    "errorMessage": "Type mismatch",
                },
            ),
            (
                "Variable $m is used by anonymous query but not declared",
                ["query", "abandonedCheckouts", "query"],
                {"code": "variableNotDefined", "variableName": "m"},
            ),
        ],
    ),
    (
        "query Q($id: ID) { order(id: $id) { id } }",
        [
            (
                "Nullability mismatch on variable $id and argument id (ID / ID!)",
                ["query Q", "order", "id"],
                {
                    "code": "variableMismatch",
                    "variableName": "id",
                    "typeName": "ID",
                    "argumentName": "id",
                    "errorMessage": "Nullability mismatch",
                },
            )
        ],
    ),
    (
        "query Q($ids: ID!) { nodes(ids: $ids) { id } }",
        [
            (
                "List dimension mismatch on variable $ids and argument ids (ID! / [ID!]!)",
                ["query Q", "nodes", "ids"],
                {
                    "code": "variableMismatch",
                    "variableName": "ids",
                    "typeName": "ID!",
                    "argumentName": "ids",
                    "errorMessage": "List dimension mismatch",
                },
            )
        ],
    ),
    (
        'query Q($a: Shop, $b: Nope, $c: Int = "x") { shop { id } }',
        [
            (
                "Shop isn't a valid input type (on $a)",
                ["query Q"],
                {"code": "variableRequiresValidType", "typeName": "Shop", "variableName": "a"},
            ),
            (
                "Nope isn't a defined input type (on $b)",
                ["query Q"],
                {"code": "variableRequiresValidType", "typeName": "Nope", "variableName": "b"},
            ),
            (
                "Default value for $c doesn't match type Int",
                ["query Q"],
                {"code": "defaultValueInvalidType", "variableName": "c", "typeName": "Int"},
            ),
            *(
                (
                    f"Variable ${name} is declared by Q but not used",
                    ["query Q"],
                    {"code": "variableNotUsed", "variableName": name},
                )
                for name in "abc"
            ),
        ],
    ),
    (
        "{ shop { id { a } } }",
        [
            (
                "Selections can't be made on scalars (field 'id' returns ID but has selections [\"a\"])",
                ["query", "shop", "id"],
                {"code": "selectionMismatch", "nodeName": "field 'id'", "typeName": "ID"},
            )
        ],
    ),
    (
        "{ shop { id: name id } }",
        [
            (
                "Field 'id' has a field conflict: name or id?",
                [],
                {"code": "fieldConflict", "fieldName": "id", "conflicts": "name or id"},
            )
        ],
    ),
    (
        '{ shop { metafield(key: "a") { id } ...F } } fragment F on Shop { metafield(key: "b") { id } }',
        [
            (
                'Field \'metafield\' has an argument conflict: {key:"\\"a\\""} or {key:"\\"b\\""}?',
                [],
                {
                    "code": "fieldConflict",
                    "fieldName": "metafield",
                    "conflicts": '{key:"\\"a\\""} or {key:"\\"b\\""}',
                },
            )
        ],
    ),
    (
        "{ shop { ...A ...Gone } } fragment A on Shop { ...B } fragment B on Shop { ...A } fragment C on Shop { id }",
        [
            (
                "Fragment A contains an infinite loop",
                ["fragment A"],
                {"code": "infiniteLoop", "fragmentName": "A"},
            ),
            (
                "Fragment B contains an infinite loop",
                ["fragment B"],
                {"code": "infiniteLoop", "fragmentName": "B"},
            ),
            (
                "Fragment Gone was used, but not defined",
                ["query", "shop", "... Gone"],
                {"code": "useAndDefineFragment", "fragmentName": "Gone"},
            ),
            (
                "Fragment C was defined, but not used",
                ["fragment C"],
                {"code": "useAndDefineFragment", "fragmentName": "C"},
            ),
        ],
    ),
    (
        "{ shop { ... on Order { id } } }",
        [
            (
                "Fragment on Order can't be spread inside Shop",
                ["query", "shop", "... on Order"],
                {"code": "cannotSpreadFragment", "typeName": "Order", "parentName": "Shop"},
            )
        ],
    ),
    (
        "query @skip(if: true) { shop @include(if: true) @include(if: true) { id } }",
        [
            (
                "'@skip' can't be applied to queries (allowed: fields, fragment spreads, inline fragments)",
                ["query"],
                {"code": "directiveCannotBeApplied", "targetName": "queries", "name": "skip"},
            ),
            (
                'The directive "include" can only be used once at this location.',
                ["query", "shop"],
                {"code": "directiveNotUniqueForLocation", "directiveName": "include"},
            ),
        ],
    ),
    (
        "subscription { shop { id } }",
        [
            (
                "Schema is not configured for subscriptions",
                ["subscription"],
                {"code": "missingSubscriptionConfiguration"},
            )
        ],
    ),
    (
        "{ shop { id } } type A { b: Int }",
        [("Query cannot contain schema definitions", [], {"code": "queryContainsSchemaDefinitions"})],
    ),
    # The document has no operation, but the error is about the rest of it.
    (
        "type A { b: Int }",
        [("Query cannot contain schema definitions", [], {"code": "queryContainsSchemaDefinitions"})],
    ),
    (
        "fragment F on Shop { id }",
        [
            (
                "Fragment F was defined, but not used",
                ["fragment F"],
                {"code": "useAndDefineFragment", "fragmentName": "F"},
            )
        ],
    ),
]


def errors(text: str, documents: Documents | None = None) -> list[dict[str, Any]]:
    found = (documents or Documents(contract_schema())).read(text).operation()
    assert not isinstance(found, Operation), f"no error in {text}"
    return list(found)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:60] for text, _ in CASES])
def test_case(text: str, expected: list[tuple[str, list[str | int], dict[str, Any]]]) -> None:
    ours = [(error["message"], error["path"], error["extensions"]) for error in errors(text)]
    assert ours == expected, f"{text}\n{json.dumps(ours, indent=1)}"
    for error in errors(text):
        assert list(error) == ["message", "locations", "path", "extensions"], f"{text}: keys in another order"


def test_place_of_an_argument_error_is_its_field() -> None:
    error = errors('query Op {\n  shop { id }\n  node(\n    id: "nope"\n  ) { id }\n}')[0]
    assert error["locations"] == [{"line": 3, "column": 3}]


def test_place_of_a_missing_input_field_is_its_object() -> None:
    error = errors("mutation M {\n  savedSearchDelete(input: {}) { shop { id } }\n}")[0]
    assert error["locations"] == [{"line": 2, "column": 28}]


SYNTAX = [
    ("{ shop { id }", "syntax error, unexpected end of file at [1, 13]"),
    ("", "syntax error, unexpected end of file at [1, 1]"),
    ("# only a comment", "syntax error, unexpected end of file at [1, 1]"),
    ("{ media {{ id } }", 'syntax error, unexpected LCURLY ("{") at [1, 10]'),
    ("query Q { people { name }", "syntax error, unexpected end of file at [1, 25]"),
    ("{ pe-ople { name } }", 'syntax error, unexpected invalid token ("-") at [1, 5]'),
    ("mutation (: CustomerInput!) { a }", 'syntax error, unexpected COLON (":"), expecting VAR_SIGN at [1, 11]'),
    ("shop { id }", 'syntax error, unexpected IDENTIFIER ("shop") at [1, 1]'),
    ("{ shop { } }", 'syntax error, unexpected RCURLY ("}") at [1, 10]'),
    ("{ shop(a 1) { id } }", 'syntax error, unexpected INT ("1"), expecting COLON at [1, 10]'),
    ("{ shop(a: ) { id } }", 'syntax error, unexpected RPAREN (")") at [1, 11]'),
    ('{ shop(a: "x) { id } }', 'syntax error, unexpected invalid token ("\\"") at [1, 11]'),
    ("{ a }\n\n  )", 'syntax error, unexpected RPAREN (")") at [3, 3]'),
]


@pytest.mark.parametrize(("text", "message"), SYNTAX, ids=[text for text, _ in SYNTAX])
def test_syntax(text: str, message: str) -> None:
    error = errors(text)[0]
    assert error["message"] == message
    line, column = (int(number) for number in message.rsplit("[", 1)[1].rstrip("]").split(", "))
    assert error["locations"] == [{"line": line, "column": column}]
    assert error["extensions"] == {"code": "PARSE_ERROR"}


def test_one_of_input_objects_and_arns() -> None:
    documents = Documents(
        build_schema(
            "scalar ARN input Which @oneOf { id: ID, handle: String } type Query { find(by: Which!, arn: ARN): Int }"
        )
    )
    assert [(error["message"], error["extensions"]) for error in errors("{ find(by: {}) }", documents)] == [
        (
            "OneOf Input Object 'Which' must specify exactly one key.",
            {"code": "invalidOneOfInputObject", "inputObjectType": "Which"},
        )
    ]
    error = errors('{ find(by: {handle: "a"}, arn: "not-an-arn") }', documents)[0]
    assert error["message"] == "Invalid ARN 'not-an-arn'"
    assert error["extensions"] == {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"}


def test_the_list_of_errors_is_bounded() -> None:
    text = "{ shop { " + " ".join(f"f{number}" for number in range(5_000)) + " } }"
    assert len(errors(text)) == 100
