"""A server imports most of its modules after it has started."""

import subprocess
import sys

# Modules that the first response to a GraphQL query does not need, each with libraries that take long to import.
LATER = {
    "abandoned_checkouts.automations",
    "abandoned_checkouts.demo.fill",
    "abandoned_checkouts.documentation",
    "abandoned_checkouts.intake",
    "abandoned_checkouts.merchant",
    "abandoned_checkouts.server_routes",
    "abandoned_checkouts.wix",
    "abandoned_checkouts.work.workers",
    "aiohttp",
    "alembic",
    "jinja2",
    "jwt",
    "lark",
    "markdown_it",
    "sqlalchemy.dialects.postgresql",
    "yaml",
}


def test_a_server_on_sqlite_starts_without_the_modules_of_later_requests() -> None:
    program = "import sys, abandoned_checkouts.server; print('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    assert "abandoned_checkouts.shopify.schema.build" in imported
    assert not LATER & imported
