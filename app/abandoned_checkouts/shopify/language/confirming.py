"""graphql-core's rules confirm a document that ours accept: those that can reject it, by the marks in its text.

A rule takes time at every node, also in a document without the fragments or directives that it rejects.
"""

from functools import cache

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    specified_rules,
    validate,
)

# The rules that can only reject documents with a mark in their text. Names have no escapes, so a text without the mark
# has no such node; a mark in a string or comment only adds rules. A rule that is not here always runs.
MARKED = {
    "...": ("KnownFragmentNamesRule", "NoFragmentCyclesRule", "PossibleFragmentSpreadsRule"),
    "fragment": ("NoUnusedFragmentsRule", "UniqueFragmentNamesRule"),
    "@": (
        "DeferStreamDirectiveLabel",
        "DeferStreamDirectiveOnRootField",
        "DeferStreamDirectiveOnValidOperationsRule",
        "KnownDirectivesRule",
        "StreamDirectiveOnListField",
        "UniqueDirectivesPerLocationRule",
    ),
    "subscription": ("SingleFieldSubscriptionsRule",),
    "__": ("MaxIntrospectionDepthRule",),
}
# Ours replaces the rule that takes quadratic time.
RULES = tuple(rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule)


def confirm(schema: GraphQLSchema, tree: DocumentNode, text: str) -> list[GraphQLError]:
    """The errors that graphql-core finds in the document of a text."""
    return validate(schema, tree, rules_for(tuple(mark for mark in MARKED if mark in text)))


@cache
def rules_for(marks: tuple[str, ...]) -> tuple[type[ASTValidationRule], ...]:
    """The rules for a text with these marks and no others."""
    skipped = {name for mark, names in MARKED.items() if mark not in marks for name in names}
    return tuple(rule for rule in RULES if rule.__name__ not in skipped)
