"""The root fields of a plan. The source of a field decides how the plan reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.resolved import ResolvedRoot
from abandoned_checkouts.shopify.execution.plan.root_lists import CountRoot, ListRoot
from abandoned_checkouts.shopify.execution.plan.root_lookups import LookupRoot, NodeRoot
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.schema.resolving.sources import AnyNode, Counted, Lookup, RootList, Source
from abandoned_checkouts.store.reading.queries import QuerySteps


class Root(Protocol):
    """A root field. It is answered in two steps, because inside a snapshot of SQLite nothing can be awaited.

    `prepared` evaluates the arguments and may await, for example to read a saved search. `ready` does the same without
    awaiting; it returns NOT_READY if that is impossible. `text` takes the result of either and returns the field's
    text, or chunks of it, from the snapshot that all root fields share.
    """

    async def prepared(self, run: Run) -> object: ...

    def ready(self, run: Run) -> object: ...

    def text(self, run: Run, prepared: Any) -> QuerySteps[str] | QuerySteps[list[bytes]]: ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that is the same for all requests."""

    value: str

    async def prepared(self, run: Run) -> None: ...

    def ready(self, run: Run) -> None: ...

    def text(self, run: Run, prepared: None) -> QuerySteps[str]:
        return self.value
        yield  # makes this a generator, like the others, although it has no queries


_KINDS: Mapping[type[object], Any] = {RootList: ListRoot, Counted: CountRoot, Lookup: LookupRoot, AnyNode: NodeRoot}


def root_of(compiler: Compiler, selected: Selected, source: Source | None) -> Root:
    """The root of a field: the kind for its source; its resolver if that cannot be planned."""
    if selected.name == "__typename":
        return Constant('"QueryRoot"')
    if selected.name.startswith("__"):
        raise UnplannedError("introspection")
    kind = _KINDS.get(type(source))
    root: Root | None = None
    if kind is not None:
        root = compiler.attempt(lambda: kind.of(compiler, selected, source))
    return root or ResolvedRoot.of(compiler, selected)
