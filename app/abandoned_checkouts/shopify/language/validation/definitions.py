"""Rules for whole documents: names of operations, use of fragments, use of variables."""

from __future__ import annotations

from graphql import DocumentNode, FragmentDefinitionNode, Node, OperationDefinitionNode

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.validation.context import Context, Definition, Usage, operation_label
from abandoned_checkouts.shopify.language.validation.variable_usage import check_usage

__all__ = ["check_fragments", "check_operation_names", "check_variables"]


def check_operation_names(context: Context, document: DocumentNode) -> None:
    named: dict[str, list[Node]] = {}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            named.setdefault(node.name.value if node.name else "", []).append(node)
    if "" in named and sum(map(len, named.values())) > 1:
        context.add(texts.OPERATION_WITHOUT_NAME, *named.pop(""), path=())
    for name, nodes in named.items():
        if len(nodes) > 1:
            context.add(texts.OPERATION_NAME_TAKEN, *nodes, path=(), operationName=name)


def check_fragments(context: Context, document: DocumentNode) -> None:
    """Names taken twice, loops, and fragments unused or undefined."""
    places: dict[str, list[Node]] = {}
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            places.setdefault(node.name.value, []).append(node)
    for name, nodes in places.items():
        if len(nodes) > 1:
            context.add(texts.FRAGMENT_NAME_TAKEN, *nodes, path=(), fragmentName=name)
    for name in _looping(context):
        context.add(texts.FRAGMENT_CYCLE, context.fragments[name].node, path=(f"fragment {name}",), fragmentName=name)
    used = {
        spread.node.name.value
        for definition in (*context.operations, *context.fragments.values())
        for spread in definition.spreads
    }
    for definition in (*context.operations, *context.fragments.values()):
        for spread in definition.spreads:
            name = spread.node.name.value
            if name not in context.fragments:
                context.add(texts.FRAGMENT_UNDEFINED, spread.node, path=spread.path, fragmentName=name)
    reached = {name for operation in context.operations for name in reachable(context, operation)}
    for name, definition in context.fragments.items():
        # A fragment that only unused fragments spread is as unused as they are.
        if name not in used or name not in reached:
            context.add(texts.FRAGMENT_UNUSED, definition.node, path=(f"fragment {name}",), fragmentName=name)


def reachable(context: Context, start: Definition) -> dict[str, Definition]:
    """The fragments a definition spreads, directly or through others."""
    found: dict[str, Definition] = {}
    waiting = [start]
    while waiting:
        for spread in waiting.pop().spreads:
            name = spread.node.name.value
            if name in context.fragments and name not in found:
                found[name] = context.fragments[name]
                waiting.append(found[name])
    return found


def _looping(context: Context) -> list[str]:
    """Fragments that spread themselves, directly or through others. Found by removing all that do not."""
    waits_for = {
        name: {spread.node.name.value for spread in definition.spreads} & context.fragments.keys()
        for name, definition in context.fragments.items()
    }
    spread_by: dict[str, list[str]] = {name: [] for name in waits_for}
    for name, others in waits_for.items():
        for other in others:
            spread_by[other].append(name)
    ready = [name for name, others in waits_for.items() if not others]
    while ready:
        done = ready.pop()
        for name in spread_by[done]:
            waits_for[name].discard(done)
            if not waits_for[name]:
                ready.append(name)
    return [name for name, others in waits_for.items() if others]


def check_variables(context: Context) -> None:
    """For each operation: variables that are unused, undeclared, or of the wrong type for their place."""
    for operation in context.operations:
        node = operation.node
        assert isinstance(node, OperationDefinitionNode)
        declared = {item.variable.name.value: item for item in node.variable_definitions or ()}
        usages: list[Usage] = list(operation.usages)
        for fragment in reachable(context, operation).values():
            usages += fragment.usages
        used = {usage.node.name.value for usage in usages}
        label = operation_label(node)
        path = (f"{node.operation.value} {node.name.value if node.name else ''}".strip(),)
        for name in declared:
            if name not in used:
                context.add(texts.VARIABLE_UNUSED, node, path=path, variableName=name, operation=label)
        reported = set()
        for usage in usages:
            name = usage.node.name.value
            if name in declared:
                check_usage(context, declared[name], usage)
            elif name not in reported:
                reported.add(name)
                context.add(texts.VARIABLE_UNDEFINED, usage.node, path=usage.path, variableName=name, operation=label)
