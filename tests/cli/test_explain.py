"""`explain` as people run it."""

from pathlib import Path

from tests.cli.test_bulk_command import run


def test_a_plan_is_told(sqlite_url: str, tmp_path: Path) -> None:
    assert run("demo", "--checkouts", "12", url=sqlite_url).returncode == 0
    query = tmp_path / "query.graphql"
    query.write_text(
        "query ($n: Int!) { abandonedCheckouts(first: $n) { nodes { name lineItems(first: 3) { nodes { title } } } } }"
    )
    shop = ("--shop", "demo-shop.myshopify.com")
    done = run("explain", str(query), *shop, "--variables", '{"n": 5}', url=sqlite_url)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    # One row more than the page has: whether there is another page.
    assert lines[0].startswith("1. 6 rows, ")
    assert lines[1].startswith("   SELECT abandoned_checkouts.name, ")
    assert any(line.startswith("   SELECT line_items.") for line in lines)
    assert any(line.startswith("line_items: ") and "title" in line for line in lines)
    assert lines[-1].startswith("answer: ")
    query.write_text('{ __type(name: "Shop") { name } }')
    assert "graphql-core" in run("explain", str(query), *shop, url=sqlite_url).stdout
    for text, variables, told in (
        ("{ nope }", "{}", "Field 'nope' doesn't exist"),
        ("query ($n: Int!) { abandonedCheckouts(first: $n) { nodes { id } } }", "{}", "$n"),
        ("{ shop { id } }", "[]", "has to be a JSON object"),
        ("{ shop { id } }", "{", "is no JSON"),
        (
            'mutation { bulkOperationCancel(id: "gid://shopify/BulkOperation/1") { userErrors { field } } }',
            "{}",
            "muta",
        ),
    ):
        query.write_text(text)
        refused = run("explain", str(query), *shop, "--variables", variables, url=sqlite_url)
        assert (refused.returncode, refused.stdout) == (2, ""), refused
        assert told in refused.stderr
    assert run("explain", str(tmp_path / "none"), *shop, url=sqlite_url).returncode == 4
    assert run("explain", str(query), "--shop", "no.shop", url=sqlite_url).returncode == 5
