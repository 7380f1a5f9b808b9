"""`explain`: the plan that it prints, and its errors."""

from pathlib import Path

from tests.cli.conftest import Run


def test_a_plan_is_printed(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    run("demo", "--checkouts", "12", "--database", sqlite_url)
    query = tmp_path / "query.graphql"
    query.write_text(
        "query ($n: Int!) { abandonedCheckouts(first: $n) { nodes { name lineItems(first: 3) { nodes { title } } } } }"
    )
    store = ("--database", sqlite_url)
    shop = ("--shop", "demo-shop.myshopify.com", *store)
    done = run("explain", str(query), *shop, "--variables", '{"n": 5}')
    lines = done.stdout.splitlines()
    # The query reads one row more than the page has, to know if there is a next page.
    assert lines[0].startswith("1. 6 rows, ")
    assert lines[1].startswith("   SELECT abandoned_checkouts.name, ")
    assert any(line.startswith("   SELECT line_items.") for line in lines)
    assert any(line.startswith("line_items: ") and "title" in line for line in lines)
    assert lines[-1].startswith("response: ")
    query.write_text('{ __type(name: "Shop") { name } }')
    assert "graphql-core" in run("explain", str(query), *shop).stdout
    for text, variables, message in (
        ("{ nope }", "{}", "Field 'nope' doesn't exist"),
        ("query ($n: Int!) { abandonedCheckouts(first: $n) { nodes { id } } }", "{}", "$n"),
        ("{ shop { id } }", "[]", "must be a JSON object"),
        ("{ shop { id } }", "{", "is not valid JSON"),
        (
            'mutation { bulkOperationCancel(id: "gid://shopify/BulkOperation/1") { userErrors { field } } }',
            "{}",
            "muta",
        ),
    ):
        query.write_text(text)
        refused = run("explain", str(query), *shop, "--variables", variables, code=2)
        assert refused.stdout == "" and message in refused.stderr, refused
    run("explain", str(tmp_path / "none"), *shop, code=4)
    run("explain", str(query), "--shop", "no.shop", *store, code=5)
