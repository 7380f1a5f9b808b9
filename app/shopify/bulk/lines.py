"""Lines by plan: for each list of a bulk query the columns it reads and the code that writes its nodes; then the
texts are put in the order of the file, each list's right after the node that it hangs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, NameNode, OperationDefinitionNode, SelectionSetNode

from app.shopify.bulk.ends import ended, ends_below
from app.shopify.bulk.expand import Expanding
from app.shopify.bulk.hung import Blocks, Hung, hung
from app.shopify.plan.arguments import given_in
from app.shopify.plan.compile import Compiling
from app.shopify.plan.run import Run
from app.shopify.plan.scope import Scope
from app.shopify.plan.writer import Writer

_ID = SelectionSetNode(selections=(FieldNode(name=NameNode(value="id")),))
# What is around the id in the text that a writer makes of it alone.
_BEFORE_ID = len('{"id":')


@dataclass(frozen=True, slots=True)
class Lines:
    """The nodes of a list: rows of `scope`, of which `writer` writes each node's own line."""

    scope: Scope
    writer: Writer
    ids: Writer | None
    hung: Sequence[Hung]

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        """For each node its own line, which ends like that, and those of all that hangs on it."""
        texts = yield from self.writer.texts(run, rows)
        blocks = list(map(ended, texts, ends))
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
        writer = self.objects(scope, kind, self.expanding.without_lists(type_, sets), path)
        lists = hung(self, scope, type_, sets, path)
        ids = self.objects(scope, kind, [_ID], path) if lists else None
        return Lines(scope, writer, ids, lists)
