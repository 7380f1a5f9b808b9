"""The fields of the root: which kind each is, by its source."""

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
    """A field of the root, answered in two steps, because on SQLite nothing can be awaited inside a snapshot.

    `prepared` works out from the arguments what is wanted; it may await, a saved search for instance. `text` is given
    that and makes the field's text, or chunks of it, on the snapshot that all fields of the answer share.
    """

    async def prepared(self, run: Run) -> object: ...

    def text(self, run: Run, prepared: Any) -> QuerySteps[str] | QuerySteps[list[bytes]]: ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that no request changes."""

    value: str

    async def prepared(self, run: Run) -> None: ...

    def text(self, run: Run, prepared: None) -> QuerySteps[str]:
        return self.value
        yield  # a generator like the others, though it has nothing to ask


_KINDS: Mapping[type[object], Any] = {RootList: ListRoot, Counted: CountRoot, Lookup: LookupRoot, AnyNode: NodeRoot}


def root_of(compiler: Compiler, selected: Selected, source: Source | None) -> Root:
    """How a field of the root is answered: by the plan's kind for its source, else by its resolver."""
    if selected.name == "__typename":
        return Constant('"QueryRoot"')
    if selected.name.startswith("__"):
        raise UnplannedError("introspection")
    kind = _KINDS.get(type(source))
    root: Root | None = None
    if kind is not None:
        root = compiler.tried(lambda: kind.of(compiler, selected, source))
    return root or ResolvedRoot.of(compiler, selected)
