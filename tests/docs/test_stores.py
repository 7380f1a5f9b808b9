"""docs/stores.md: its command copies a demo shop, and the refusals that it lists exist."""

import asyncio
import re
import shlex

from abandoned_checkouts.store.engine.database import open_database
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.databases import Databases
from tests.places import DOCS

PAGE = (DOCS / "stores.md").read_text()
COMMAND = shlex.split(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[0].replace("\\\n", " "))


def test_the_command_copies_a_store(run: Run, databases: Databases) -> None:
    source, target = databases.new("sqlite"), databases.blank("postgresql")
    run("demo", "--checkouts", "10", "--database", source)
    urls = {COMMAND[COMMAND.index("--from") + 1]: source, COMMAND[COMMAND.index("--to") + 1]: target}
    command = [urls.get(word, word) for word in COMMAND[1:]]
    done = run(*command)
    assert "tables are copied, and both sides are equal; start the server with the new URL" in done.stderr
    assert "already has data" in run(*command, code=3).stderr
    assert "demo-shop.myshopify.com" in run("shop", "list", "--database", target).stdout
    assert asyncio.run(_in_use(source)) == "sqlite"


async def _in_use(url: str) -> str:
    """The store can be opened again after the copy."""
    store = await open_database(url)
    await store.close()
    return store.dialect


def test_the_command_of_the_refusal_exists(run: Run, sqlite_url: str) -> None:
    [command] = set(re.findall(r"`abandoned-checkouts (shop list)`", PAGE))
    run(*command.split(), "--database", sqlite_url)
