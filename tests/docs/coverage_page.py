"""Prints docs/coverage.md.

How we know a part is computed where it can be: recorded_names.json lists what recordings show, and the contract is what
Shopify publishes. Only what cannot be computed is declared here.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType

from abandoned_checkouts.shopify.formats.webhooks.topics import DELIVERED
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.contract.facts import facts_of
from tests.contract.schema import contract_schema
from tests.docs.access_page import table
from tests.docs.coverage_evidence import error_texts, known_names, schema_names

RECORDED, DOCUMENTED, OURS, NOT_MIRRORED = "recorded", "documented", "ours", "not mirrored"
KNOWN = (RECORDED, DOCUMENTED, OURS)

INTRODUCTION = """# Coverage

This page lists every type, field, argument, error and mutation that is served in the newest version, and how we know
that it behaves as Shopify's:

- **recorded**: a document that uses it was answered by a real shop, and we have the answer's costs or error.
- **documented**: Shopify's published schema has it, with the same type, arguments and default. Its values follow
  Shopify's descriptions.
- **ours**: Shopify does not say. We decided, and the page of its subject lists the decision.

Part of the "recorded" are names only: the field exists there with this type. A page of values that a real shop returned
for abandoned checkouts was never recorded; the recordings have empty lists."""

# The area of a type: the first pattern that matches its name.
AREAS = (
    ("Abandonments", r"Abandonment"),
    ("Abandoned checkouts", r"AbandonedCheckout|TaxLine|MailingAddress|Attribute"),
    ("Bulk operations", r"BulkOperation|BulkMutation"),
    ("Webhooks", r"Webhook"),
    ("Saved searches", r"SavedSearch|SearchFilter|SearchResultType"),
    ("Discounts", r"Discount|Pricing|Allocation"),
    ("Customers", r"Customer|Consent"),
    ("Shop, apps, locations", r"Shop|App|Access|ApiVersion|Location|Domain|Currency|Country|PaymentSettings"),
    ("Products and orders", r"Product|Order|Image|Media|Metafield|Inventory"),
    ("Roots", r"QueryRoot|Mutation"),
)
OTHERS = "Shared types"

# Not in the served schema, declared once, with the reason.
UNSERVED = (
    ("Other root fields and mutations of Shopify's Admin API", "Not about abandoned checkouts; documents are refused."),
    (
        "The rest of `Customer`, `Product`, `ProductVariant`, `Order`, `Shop`, `App`",
        "Few clients read it here.",
    ),
    ("REST: other resources than checkouts, shop, access scopes, webhooks", "404, as an unknown path is answered."),
    ("Subscriptions over GraphQL, `@defer`, `@stream`", "Shopify's Admin API has none."),
    ("ShopifyQL, segments, marketing activities as objects", "Not about abandoned checkouts."),
)
# Behaviour that no schema shows: what it is, how we know, and where it is described.
BEHAVIOUR = (
    ("Requested cost", RECORDED, "`tests/shopify/language/test_cost.py` counts the recordings that agree."),
    ("Actual cost", RECORDED, "As above; 98 of 100 recorded documents within the contract, 709 of 806 of all."),
    ("Cursors", RECORDED, "Their JSON, by sort key."),
    (
        "Search: grammar, precedence, warnings",
        RECORDED,
        "Shopify's page, and recorded `extensions.search`.",
    ),
    ("Search: which fields a bare word searches", OURS, "[search.md](search.md)"),
    ("Throttling: bucket and restore rate", RECORDED, "2000 points and 100 a second, by plan as documented."),
    ("Bulk operations: lines, states, errors", RECORDED, "[bulk.md](bulk.md)"),
    ("Bulk operations: order without `groupObjects`", OURS, "[bulk.md](bulk.md)"),
    ("Order of webhook topics in errors", RECORDED, "In 2026-04, with six that no schema publishes."),
    ("When a checkout is abandoned", DOCUMENTED, "Ten minutes after contact information."),
    ("Numbers of `Abandonment`", OURS, "No recording has one."),
    ("Columns of the admin's CSV", OURS, "[csv.md](csv.md)"),
    ("Wix: methods, filters, events", DOCUMENTED, "[wix.md](wix.md); nothing was recorded from a real site."),
)


def area_of(type_name: str) -> str:
    return next((area for area, pattern in AREAS if re.search(pattern, type_name)), OTHERS)


def schema_rows() -> list[tuple[str, str, str, str]]:
    """Area, kind, name and evidence of each part of the newest version, in the order of the page."""
    schema = schema_for("2026-10", graphql_schema())
    seen, published = schema_names(), _names_in(facts_of(contract_schema()))
    rows = []
    for name, type_ in sorted(schema.type_map.items()):
        if name.startswith("__"):
            continue
        parts = list(_parts(type_))
        evidence = [_evidence(part, seen, published) for _, part in parts]
        whole = RECORDED if RECORDED in evidence else _evidence(name, seen, published)
        rows.append((area_of(name), "type", name, whole))
        rows += [(area_of(name), kind, part, each) for (kind, part), each in zip(parts, evidence, strict=True)]
    return rows


def _names_in(facts: set[str]) -> set[str]:
    """The names of facts such as "Shop.name: String!", "enum CountryCode" and "Count.precision(a: Int)"."""
    found = set()
    for fact in facts:
        argument = re.match(r"(\w+\.\w+\(\w+): ", fact)
        found.add(f"{argument[1]})" if argument else re.split(r"[: ]", fact)[0])
        found.add(fact.split(" ")[1] if " " in fact else fact)
    return found


def _evidence(name: str, seen: set[str], published: set[str]) -> str:
    return RECORDED if name in seen else DOCUMENTED if name in published else OURS


def _parts(type_: object) -> Iterator[tuple[str, str]]:
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        kind = "mutation" if type_.name == "Mutation" else "field"
        for key, field in type_.fields.items():
            yield kind, f"{type_.name}.{key}"
            yield from (("argument", f"{type_.name}.{key}({argument})") for argument in field.args)
    elif isinstance(type_, GraphQLInputObjectType):
        yield from (("input field", f"{type_.name}.{key}") for key in type_.fields)
    elif isinstance(type_, GraphQLEnumType):
        yield from (("value", f"{type_.name}.{key}") for key in type_.values)
    else:
        assert isinstance(type_, GraphQLUnionType) or not hasattr(type_, "fields")


def error_rows() -> list[tuple[str, str, str]]:
    """Code, text and evidence of each error. The source marks those that follow the library of Shopify's server."""
    seen, source = set(known_names()["errors"]), inspect.getsource(texts)
    limits = source[source.index("# -- limits") : source.index("# --", source.index("# -- limits") + 5)]
    rows = []
    for name, text in error_texts().items():
        start = source.index(f"\n{name} = Text(")
        statement = source[start + 1 :].split("\n\n")[0]
        statement = re.split(r"\n(?=[A-Z#])", statement)[0]
        ours = "unrecorded" in statement or f"\n{name} = " in limits
        evidence = RECORDED if name in seen else OURS if ours else DOCUMENTED
        rows.append((f"`{text.code}`" if text.code else "–", cell_of(text.words), evidence))
    return sorted(rows)


def cell_of(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def topic_rows() -> list[tuple[str, str]]:
    topics = schema_for("2026-10", graphql_schema()).type_map["WebhookSubscriptionTopic"]
    assert isinstance(topics, GraphQLEnumType)
    sent = sorted(name for name in topics.values if name in DELIVERED)
    return [
        ("sent", f"{len(sent)}: " + ", ".join(f"`{name}`" for name in sent)),
        ("accepted, never sent", str(len(topics.values) - len(sent))),
    ]


def coverage_page() -> str:
    rows = schema_rows()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for area, _, _, evidence in rows:
        counts[area][evidence] += 1
    areas = [*(area for area, _ in AREAS), OTHERS]
    summary = [(area, *(str(counts[area][known]) for known in KNOWN)) for area in areas if counts[area]]
    errors = error_rows()
    by_evidence = Counter(evidence for *_, evidence in errors)
    summary.append(("Errors", *(str(by_evidence[known]) for known in KNOWN)))
    total = [str(sum(int(row[place]) for row in summary)) for place in (1, 2, 3)]
    summary.append(("**All**", *total))
    sections = [
        INTRODUCTION,
        "## Counts\n\n" + table(("area", *KNOWN), summary),
        "## Behaviour\n\n" + table(("behaviour", "how we know", "where"), list(BEHAVIOUR)),
        f"## {NOT_MIRRORED.capitalize()}\n\n" + table(("part", "why"), list(UNSERVED)),
        "## Webhook topics\n\n" + table(("topics", "which"), topic_rows()),
        "## Errors\n\n" + table(("code", "message", "how we know"), errors),
    ]
    for area in areas:
        names: dict[str, list[str]] = defaultdict(list)
        for _, kind, name, evidence in (row for row in rows if row[0] == area):
            names[f"{kind}, {evidence}"].append(f"`{name}`")
        if names:
            body = [(f"{label} ({len(found)})", " ".join(found)) for label, found in sorted(names.items())]
            sections.append(f"## {area}\n\n" + table(("part, how we know", "names"), body))
    return "\n\n".join(sections) + "\n"
