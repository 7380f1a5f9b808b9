"""`explain` as people run it."""

from pathlib import Path

from tests.cli.conftest import Run


def test_a_plan_is_told(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    run("demo", "--checkouts", "12", "--database", sqlite_url)
    query = tmp_path / "query.graphql"
    query.write_text(
        "query ($n: Int!) { abandonedCheckouts(first: $n) { nodes { name lineItems(first: 3) { nodes { title } } } } }"
    )
    store = ("--database", sqlite_url)
    shop = ("--shop", "demo-shop.myshopify.com", *store)
    done = run("explain", str(query), *shop, "--variables", '{"n": 5}')
    lines = done.stdout.splitlines()
    # One row more than the page has: whether there is another page.
    assert lines[0].startswith("1. 6 rows, ")
    assert lines[1].startswith("   SELECT abandoned_checkouts.name, ")
    assert any(line.startswith("   SELECT line_items.") for line in lines)
    assert any(line.startswith("line_items: ") and "title" in line for line in lines)
    assert lines[-1].startswith("answer: ")
    query.write_text('{ __type(name: "Shop") { name } }')
    assert "graphql-core" in run("explain", str(query), *shop).stdout
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
        refused = run("explain", str(query), *shop, "--variables", variables, code=2)
        assert refused.stdout == "" and told in refused.stderr, refused
    run("explain", str(tmp_path / "none"), *shop, code=4)
    run("explain", str(query), "--shop", "no.shop", *store, code=5)
