"""Who may look up which ids."""

from typing import cast

import pytest

from abandoned_checkouts.shopify.permissions.scopes import TYPE_ACCESS
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.root_fields import LOOKUPS
from abandoned_checkouts.shopify.schema.roots.nodes import FINDERS, may_read_all, only_the_resolver_decides
from abandoned_checkouts.shopify.values.gid import Gid
from abandoned_checkouts.store.tenants.access_tokens import Access

BY_TABLE = sorted(LOOKUPS.keys() - FINDERS.keys())


@pytest.mark.parametrize("hidden", [None, *TYPE_ACCESS])
def test_a_type_is_read_without_its_resolver_if_the_resolver_would_allow_every_id(hidden: str | None) -> None:
    refusals = {} if hidden is None else {hidden: PermissionError(hidden)}
    request = Request(access=cast(Access, None), now=0, version="2026-10", hidden=refusals)
    for type_name in BY_TABLE:
        decides = only_the_resolver_decides(request, Gid(type_name, "1", ""))
        assert may_read_all(request, type_name) == (not decides), (hidden, type_name)
    if hidden in BY_TABLE:
        assert not may_read_all(request, hidden or "")
