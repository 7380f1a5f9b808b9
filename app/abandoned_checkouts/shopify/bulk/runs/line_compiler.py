"""Lines by plan: for each list of a bulk query the columns it reads and the code that writes its nodes."""

from collections.abc import Iterable, Mapping

from graphql import DocumentNode, FieldNode, GraphQLSchema, NameNode, OperationDefinitionNode, SelectionSetNode

from abandoned_checkouts.shopify.bulk.runs.expand import Expanding
from abandoned_checkouts.shopify.bulk.runs.line_suffix import with_suffix
from abandoned_checkouts.shopify.bulk.runs.lines import Lines, LineSuffixes, NestedCompiler
from abandoned_checkouts.shopify.bulk.runs.nested import nested_in
from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.objects import ObjectTemplates
from abandoned_checkouts.shopify.execution.plan.writer import Code, Template, WriterBuilder

_ID = SelectionSetNode(selections=(FieldNode(name=NameNode(value="id")),))


class LineCompiler(Compiler, NestedCompiler):
    """A bulk query being made lines. The columns of a level are known when all that reads them is: `finish`
    makes the code."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        truths: Mapping[str, bool],
    ) -> None:
        super().__init__(schema, document, operation, truths)
        self.expanding = Expanding(schema, document, self.selections)

    def lines(self, level: Level, kind: str, sets: Iterable[SelectionSetNode], path: FieldPath) -> Lines:
        type_ = self.object_type(kind)
        writing, suffixes = WriterBuilder(level), LineSuffixes()
        template = ObjectTemplates(self, writing).of(kind, self.expanding.without_lists(type_, sets), level.own, path)
        writer = self._written(writing, _open(writing, template, writing.part(suffixes)))
        lists = nested_in(self, level, type_, sets, path)
        ids = self.objects(level, kind, [_ID], path) if lists else None
        return Lines(level, writer, suffixes, ids, lists)


def _open(writing: WriterBuilder, template: Template, suffix: Code) -> Template:
    """An object's text with the line's suffix in place of the brace that closes it."""
    *before, last = template
    assert isinstance(last, str) and last.endswith("}")
    if template == ["{}"]:
        # Nothing is selected of the node but lists: no comma goes before the id of its parent.
        return [Code(f"{writing.name(with_suffix)}({writing.name('{}')}, {suffix.expression})")]
    return [*before, last[:-1], suffix]
