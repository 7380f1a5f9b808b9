"""Lines by plan: for each list of a bulk query the columns it reads and the code that writes its nodes; then the
texts are put in the order of the file, each list's right after the node that it hangs on."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, NameNode, OperationDefinitionNode, SelectionSetNode

from app.shopify.bulk.ends import ended, ends_below
from app.shopify.bulk.expand import Expanding
from app.shopify.bulk.hung import Blocks, Hung, hung
from app.shopify.plan.arguments import given_in
from app.shopify.plan.compile import Compiling
from app.shopify.plan.objects import Objects
from app.shopify.plan.run import Run
from app.shopify.plan.scope import Scope
from app.shopify.plan.writer import Code, Template, Writer, Writing

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
    """The nodes of a list: rows of `scope`, of which `writer` writes each node's own line."""

    scope: Scope
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


class LineCompiling(Compiling):
    """A bulk query being made lines. A scope's rows are known when all that reads them is: `finish` ends it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        truths: Mapping[str, bool],
    ) -> None:
        self.given = given_in(document)
        super().__init__(schema, document, operation, self.given, truths)
        self.expanding = Expanding(schema, document, self.selections)

    def lines(self, scope: Scope, kind: str, sets: list[SelectionSetNode], path: tuple[str, ...]) -> Lines:
        """Raises UnplannedError for what resolvers have to answer."""
        type_ = self.object_type(kind)
        writing, ends = Writing(scope), Ends()
        template = Objects(self, writing).of(kind, self.expanding.without_lists(type_, sets), scope.own, path)
        writer = self._written(writing, _open(writing, template, writing.part(ends)))
        lists = hung(self, scope, type_, sets, path)
        ids = self.objects(scope, kind, [_ID], path) if lists else None
        return Lines(scope, writer, ends, ids, lists)


def _open(writing: Writing, template: Template, end: Code) -> Template:
    """An object's text with the line's end in place of the brace that closes it."""
    *before, last = template
    assert isinstance(last, str) and last.endswith("}")
    if template == ["{}"]:
        # Nothing is selected of the node but lists: no comma goes before what it hangs on.
        return [Code(f"{writing.name(ended)}({writing.name('{}')}, {end.expression})")]
    return [*before, last[:-1], end]
