"""Code that breaks each rule, to test that the rule finds it.

A case is a rule, a part of what it must report, and files: each begins with `## path`, its path inside of the import
package or from the root of the repository. Every line that ends in `# here` must be in the report with its file.
"""

from textwrap import dedent

from tests.walls.imports import Source
from tests.walls.rules import Rule, bodies, circles, layers, lengths, libraries, packages, purity, unknown_imports
from tests.walls.tables import LONGEST_FILE

PLANTED: list[tuple[Rule, str, str]] = [
    (
        packages,
        "checkouts may not import store",
        """
        ## checkouts/planted.py
        import os
        import abandoned_checkouts.store.engine.database  # here
        """,
    ),
    (
        packages,
        "wix may not import shopify",
        """
        ## wix/planted.py
        def late():
            from abandoned_checkouts.shopify.values import gid  # here
        """,
    ),
    (
        packages,
        "demo may not import intake",
        """
        ## demo/planted.py
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from abandoned_checkouts.intake.record import FileRecord  # here
        """,
    ),
    (
        packages,
        "explorer may not import store",
        """
        ## explorer/planted.py
        from ..store import tables  # here
        """,
    ),
    (
        packages,
        "intake may not import server",
        """
        ## intake/planted.py
        uvicorn.run("abandoned_checkouts.server:create_app")  # here
        """,
    ),
    (
        packages,
        "work may not import cli",
        """
        ## work/planted.py
        command = import_module(f"abandoned_checkouts.cli.{name}")  # here
        """,
    ),
    (
        packages,
        "search_syntax may not import checkouts",
        """
        ## search_syntax/planted.py
        from abandoned_checkouts.checkouts import money  # here
        """,
    ),
    (
        packages,
        "novel is not in the table of packages",
        """
        ## novel.py
        import os  # here
        """,
    ),
    (
        packages,
        "other is not in the table of packages",
        """
        ## other/inside.py
        import os  # here
        """,
    ),
    (
        layers,
        "shopify.bulk.rules may not import shopify.schema.build",
        """
        ## shopify/bulk/rules/planted.py
        from abandoned_checkouts.shopify.schema import build  # here
        """,
    ),
    (
        layers,
        "store.engine may not import store.outbox",
        """
        ## store/engine/planted.py
        from abandoned_checkouts.store.outbox.events import Event  # here
        """,
    ),
    (
        layers,
        "store.privacy may not import store.migrations",
        """
        ## store/privacy/planted.py
        from abandoned_checkouts.store.migrations import env  # here
        """,
    ),
    (
        layers,
        "shopify.formats may not import shopify.language",
        """
        ## shopify/formats/webhooks/planted.py
        from abandoned_checkouts.shopify.language import lexer  # here
        """,
    ),
    (
        layers,
        "shopify.language may not import store",
        """
        ## shopify/language/planted.py
        import abandoned_checkouts.store.tables.shops  # here
        """,
    ),
    (
        layers,
        "shopify.execution may not import shopify.bulk",
        """
        ## shopify/execution/planted.py
        from abandoned_checkouts.shopify import bulk  # here
        """,
    ),
    (
        layers,
        "store.planted is in no layer of store",
        """
        ## store/planted.py
        import os  # here
        """,
    ),
    (
        layers,
        "shopify only holds layers: it may import nothing of ours",
        """
        ## shopify/__init__.py
        from abandoned_checkouts.shopify.values import gid  # here
        """,
    ),
    (
        libraries,
        "sqlalchemy belongs in store",
        """
        ## shopify/http/planted.py
        def late():
            import sqlalchemy as sa  # here
        """,
    ),
    (
        libraries,
        "strawberry belongs in shopify.schema",
        """
        ## shopify/execution/planted.py
        from strawberry.types import arguments  # here
        """,
    ),
    (
        libraries,
        "starlette belongs in agents, busy, control, documentation",
        """
        ## store/engine/planted.py
        from starlette.requests import Request  # here
        """,
    ),
    (
        libraries,
        "sqlite3 belongs in store",
        """
        ## work/planted.py
        import sqlite3  # here
        """,
    ),
    (
        libraries,
        "orjson belongs in",
        """
        ## search_syntax/planted.py
        import orjson  # here
        """,
    ),
    (
        libraries,
        "numpy is not in the table of libraries",
        """
        ## work/planted.py
        import numpy.linalg  # here
        """,
    ),
    (
        libraries,
        "pandas is not in the table of libraries",
        """
        ## work/planted.py
        frames = importlib.import_module("pandas.core")  # here
        """,
    ),
    (
        circles,
        "imports demo.second",
        """
        ## demo/first.py
        from abandoned_checkouts.demo.second import thing  # here
        ## demo/second.py
        def late():
            import abandoned_checkouts.demo.first  # here
        """,
    ),
    (
        circles,
        "imports demo.third",
        """
        ## demo/third.py
        from abandoned_checkouts.demo.fourth import thing  # here
        ## demo/fourth.py
        import typing
        if typing.TYPE_CHECKING:
            from abandoned_checkouts.demo.third import Thing  # here
        """,
    ),
    (
        # An import of demo.catalog runs the package demo first.
        circles,
        "imports demo.catalog",
        """
        ## demo/__init__.py
        from abandoned_checkouts.demo.first import thing  # here
        ## demo/first.py
        import abandoned_checkouts.wix.first  # here
        ## wix/first.py
        import abandoned_checkouts.demo.catalog  # here
        """,
    ),
    (
        circles,
        "imports shopify.schema.types.first",
        """
        ## shopify/schema/types/first.py
        from abandoned_checkouts.shopify.schema.types.second import thing  # here
        ## shopify/schema/types/second.py
        def late():
            from abandoned_checkouts.shopify.schema.types.first import thing  # here
        """,
    ),
    (
        unknown_imports,
        "what this imports is known only when it runs",
        """
        ## cli/planted.py
        command = importlib.import_module(name)  # here
        """,
    ),
    (
        purity,
        "checkouts.planted is pure: it may not import time",
        """
        ## checkouts/planted.py
        import time  # here
        """,
    ),
    (
        purity,
        "automations.planted is pure: the time is passed in",
        """
        ## automations/planted.py
        def due(flow):
            return datetime.now(UTC) > flow.at  # here
        """,
    ),
    (
        bodies,
        "only http_kit reads bodies: by a BodyReader",
        """
        ## control/planted.py
        from starlette.requests import Request


        async def endpoint(request: Request) -> None:
            await request.json()  # here
        """,
    ),
    (
        lengths,
        f"{LONGEST_FILE + 1} lines are more than {LONGEST_FILE}",
        "## demo/planted.py\n" + "number = 1\n" * LONGEST_FILE + "number = 2  # here\n",
    ),
]

# Not a violation: types that name each other, by an import for type checking and a name that Strawberry loads later.
TYPES = """
    ## shopify/schema/types/first.py
    import abandoned_checkouts.shopify.schema.types.second
    ## shopify/schema/types/second.py
    if TYPE_CHECKING:
        import abandoned_checkouts.shopify.schema.types.first
    else:
        Thing = Annotated["Thing", strawberry.lazy("abandoned_checkouts.shopify.schema.types.first")]
"""


def modules_in(case: str) -> dict[str, Source]:
    """The modules of a case by their full names."""
    modules = {}
    for file in dedent(case).split("## ")[1:]:
        name, _, text = file.partition("\n")
        parts = name.removesuffix(".py").removesuffix("/__init__").split("/")
        if parts[0] == "search_syntax":
            modules[".".join(parts)] = Source(name, text)
        else:
            modules[".".join(["abandoned_checkouts", *parts])] = Source(f"app/abandoned_checkouts/{name}", text)
    return modules


def places_in(modules: dict[str, Source]) -> set[str]:
    """The lines that a report must name, as path:line."""
    return {
        f"{source.path}:{number}"
        for source in modules.values()
        for number, line in enumerate(source.text.splitlines(), 1)
        if line.endswith("# here")
    }
