"""The commands put together."""

import typer

from app.cli import (
    apps,
    bulk,
    demo,
    events,
    explain,
    exporting,
    flows,
    importing,
    people,
    saved_searches,
    serve,
    shops,
    tokens,
)
from app.cli.problems import DONE, told_in_one_line

HELP = "Abandoned checkouts behind Shopify's Admin GraphQL and Wix eCommerce, over one store."
EPILOG = (
    "Exit codes: 0 done, 1 some records rejected, 2 wrong use, 3 no store, 4 no file, 5 no such shop or token, "
    "6 no such address to listen on, 130 interrupted."
)

application = typer.Typer(
    help=HELP, epilog=EPILOG, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
application.command("serve")(serve.serve)
application.command("demo")(demo.demo)
application.command("import")(importing.import_files)
application.command("export")(exporting.export)
application.command("schema")(serve.schema)
application.command("explain")(explain.explain)
application.add_typer(shops.application, name="shop")
application.add_typer(tokens.application, name="token")
application.add_typer(apps.application, name="app")
application.add_typer(bulk.application, name="bulk")
application.add_typer(events.application, name="event")
application.add_typer(flows.application, name="flow")
application.add_typer(saved_searches.application, name="search")
application.command("erase")(people.erase)
shops.application.command("set")(people.set_setting)


def main() -> None:
    with told_in_one_line():
        # Not by itself, for it would tell wrong use in a box of five lines.
        raise SystemExit(application(standalone_mode=False) or DONE)
