"""Compiles a bulk query into plans for lines: for each list the columns to read and the code that writes its nodes."""

from collections.abc import Iterable, Mapping

from graphql import DocumentNode, FieldNode, GraphQLSchema, NameNode, OperationDefinitionNode, SelectionSetNode

from abandoned_checkouts.shopify.bulk.runs.line_selections import LineSelections
from abandoned_checkouts.shopify.bulk.runs.line_suffix import with_suffix
from abandoned_checkouts.shopify.bulk.runs.lines import Lines, LineSuffixes, NestedCompiler
from abandoned_checkouts.shopify.bulk.runs.nested import nested_in
from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.objects import ObjectTemplates
from abandoned_checkouts.shopify.execution.plan.templates import Code, Template
from abandoned_checkouts.shopify.execution.plan.writer import WriterBuilder

_ID = SelectionSetNode(selections=(FieldNode(name=NameNode(value="id")),))


class LineCompiler(Compiler, NestedCompiler):
    """Compiles one bulk query. `finish` generates the code when the columns of all levels are known."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        truths: Mapping[str, bool],
    ) -> None:
        super().__init__(schema, document, operation, truths)
        self.line_selections = LineSelections(schema, document, self.selections)

    def lines(self, level: Level, kind: str, sets: Iterable[SelectionSetNode], path: FieldPath) -> Lines:
        type_ = self.object_type(kind)
        builder, suffixes = WriterBuilder(level), LineSuffixes()
        template = ObjectTemplates(self, builder).of(
            kind, self.line_selections.without_lists(type_, sets), level.own, path
        )
        writer = self._written(builder, _open(builder, template, builder.part(suffixes)))
        lists = nested_in(self, level, type_, sets, path)
        ids = self.objects(level, kind, [_ID], path) if lists else None
        return Lines(level, writer, suffixes, ids, lists)


def _open(builder: WriterBuilder, template: Template, suffix: Code) -> Template:
    """The template of an object with the line's suffix instead of the closing brace."""
    *before, last = template
    assert isinstance(last, str) and last.endswith("}")
    if template == ["{}"]:
        # Only lists are selected in the node, so there is no comma before the parent's id.
        return [Code(f"{builder.name(with_suffix)}({builder.name('{}')}, {suffix.expression})")]
    return [*before, last[:-1], suffix]
