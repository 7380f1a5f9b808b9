"""The plans of an operation, one for each outcome of its conditions, and the fallback to graphql-core."""

import logging
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

from abandoned_checkouts.shopify.execution.plan.plan import Plan, PlanResult, coerced, compiled
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import conditions_of
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.reading.snapshots import Snapshots, SqliteSnapshots

log = logging.getLogger(__name__)

# The number of fallbacks to graphql-core by reason: "error" for a correct error response, "unplanned" for an operation
# that plans do not support, "failed" for an unexpected exception.
FALLBACKS: Counter[str] = Counter()

_MOST_OUTCOMES = 32


class Plans:
    """The compiled plans of one operation. Keep this object with the operation."""

    __slots__ = ("_conditions", "_document", "_operation", "_plans", "_schema")

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._document = document
        self._operation = operation
        self._conditions = conditions_of(document)
        # By the values of the conditions' variables; None if there is no plan.
        self._plans: dict[tuple[object, ...], Plan | None] = {}

    async def run(
        self,
        request: Request,
        variables: Mapping[str, object],
        snapshots: Snapshots | None = None,
        *,
        explain: bool = False,
    ) -> PlanResult | None:
        """The result, or None if graphql-core must answer. `variables` include the defaults.

        With `explain`, the result has an explanation of the run.
        """
        plan = self.plan(variables)
        if plan is None:
            FALLBACKS["unplanned"] += 1
            return None
        try:
            values = partial(coerced, self._schema, self._operation, variables)
            run = Run(request, dict(variables), values, steps=[] if explain else None)
            return await plan.run(request, run, snapshots)
        except (GraphQLError, Refusal):
            FALLBACKS["error"] += 1
        except UnplannedError as reason:
            log.debug("no plan: %s", reason)
            FALLBACKS["unplanned"] += 1
        except StoreError:
            # Resolvers would meet the same failure.
            raise
        except Exception:
            log.warning("a plan failed; graphql-core answers instead", exc_info=True)
            FALLBACKS["failed"] += 1
        return None

    def run_at_once(
        self, request: Request, variables: dict[str, object], snapshots: SqliteSnapshots
    ) -> PlanResult | None:
        """The same without awaiting anything. None if that is impossible, or if the response has errors; then nothing
        has changed, and `run` has to answer."""
        plan = self.plan(variables)
        if plan is None:
            return None
        values = partial(coerced, self._schema, self._operation, variables)
        try:
            return plan.run_at_once(request, Run(request, variables, values), snapshots)
        except Exception:
            # It will happen again in `run`, which knows what to do.
            return None

    def plan(self, variables: Mapping[str, Any]) -> Plan | None:
        """The plan for these variables; None if there is none."""
        outcome = tuple([variables.get(name) for name in self._conditions]) if self._conditions else ()
        if outcome not in self._plans:
            if len(self._plans) >= _MOST_OUTCOMES:
                self._plans.clear()
            truths = {name: value for name, value in zip(self._conditions, outcome, strict=True) if value is not None}
            try:
                self._plans[outcome] = compiled(self._schema, self._document, self._operation, truths)
            except UnplannedError as reason:
                log.debug("no plan: %s", reason)
                self._plans[outcome] = None
        return self._plans[outcome]


def plans_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Plans:
    return Plans(schema, document, operation)
