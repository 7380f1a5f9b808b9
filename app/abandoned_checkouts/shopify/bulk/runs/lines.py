"""Lines by plan: for each list of a bulk query the columns it reads and the code that writes its nodes; then the
texts are put in the order of the file, each list's right after the node that it hangs on."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, NameNode, OperationDefinitionNode, SelectionSetNode

from abandoned_checkouts.shopify.bulk.runs.expand import Expanding
from abandoned_checkouts.shopify.bulk.runs.line_suffix import ended, ends_below
from abandoned_checkouts.shopify.bulk.runs.nested import Blocks, Hung, hung
from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.field_at import Path
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.objects import ObjectTemplates
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.writer import Code, Template, Writer, WriterBuilder

_ID = SelectionSetNode(selections=(FieldNode(name=NameNode(value="id")),))
# What is around the id in the text that a writer makes of it alone.
_BEFORE_ID = len('{"id":')


@dataclass(slots=True)
class Ends:
    """A part of the writer's text that is not in the rows: how each line ends."""

    given: Sequence[str] = ()

    def texts(self, run: Run, rows: Sequence[Any]) -> Generator[Any, Any, list[str]]:
        return self.given  # type: ignore[return-value]
        yield


@dataclass(frozen=True, slots=True)
class Lines:
    """The nodes of a list: rows of `level`, of which `writer` writes each node's own line."""

    level: Level
    writer: Writer
    ends: Ends
    ids: Writer | None
    hung: Sequence[Hung]

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        """For each node its own line, which ends like that, and those of all that hangs on it."""
        self.ends.given = ends
        blocks = yield from self.writer.texts(run, rows)
        if self.ids is not None:
            ids = yield from self.ids.texts(run, rows)
            below = [ends_below(text[_BEFORE_ID:-1]) for text in ids]
            for each in self.hung:
                blocks = list(map(str.__add__, blocks, (yield from each.blocks(run, rows, below))))
        return blocks


class LineCompiler(Compiler):
    """A bulk query being made lines. A level's rows are known when all that reads them is: `finish` ends it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        truths: Mapping[str, bool],
    ) -> None:
        super().__init__(schema, document, operation, truths)
        self.expanding = Expanding(schema, document, self.selections)

    def lines(self, level: Level, kind: str, sets: list[SelectionSetNode], path: Path) -> Lines:
        """Raises UnplannedError for what resolvers have to answer."""
        type_ = self.object_type(kind)
        writing, ends = WriterBuilder(level), Ends()
        template = ObjectTemplates(self, writing).of(kind, self.expanding.without_lists(type_, sets), level.own, path)
        writer = self._written(writing, _open(writing, template, writing.part(ends)))
        lists = hung(self, level, type_, sets, path)
        ids = self.objects(level, kind, [_ID], path) if lists else None
        return Lines(level, writer, ends, ids, lists)


def _open(writing: WriterBuilder, template: Template, end: Code) -> Template:
    """An object's text with the line's end in place of the brace that closes it."""
    *before, last = template
    assert isinstance(last, str) and last.endswith("}")
    if template == ["{}"]:
        # Nothing is selected of the node but lists: no comma goes before what it hangs on.
        return [Code(f"{writing.name(ended)}({writing.name('{}')}, {end.expression})")]
    return [*before, last[:-1], end]
