"""`app create` and `app key`."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.cli.conftest import Run


def test_an_app_has_a_date_and_a_key(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    public = rsa.generate_private_key(65537, 2048).public_key()
    file = tmp_path / "app.pub"
    file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    shop = ("--shop", "acme.myshopify.com", "--database", sqlite_url)
    made = run("app", "create", *shop, "--kind", "public", "--created-at", "2026-03-31", "--public-key", str(file))
    client_id = made.stdout.split("\n")[0].partition("\t")[2]
    run("app", "key", client_id, str(file), *shop)
    assert "has no app nobody" in run("app", "key", "nobody", str(file), *shop, code=5).stderr


def test_wrong_values_are_refused(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    shop = ("--shop", "acme.myshopify.com", "--database", sqlite_url)
    file = tmp_path / "key"
    file.write_text("nonsense")
    for more, message in (
        (("--created-at", "yesterday"), "'yesterday' is not a date or time"),
        (("--public-key", str(file)), "it is not a public key in PEM"),
        (("--public-key", str(tmp_path / "nothing")), "cannot be read"),
        (("--scopes", "read_everything"), "Did you mean 'read_orders'?"),
    ):
        assert message in run("app", "create", *shop, *more, code=2).stderr


def test_a_compliance_url_is_set_and_removed(run: Run, sqlite_url: str) -> None:
    shop = ("--shop", "acme.myshopify.com", "--database", sqlite_url)
    client_id = run("app", "create", *shop).stdout.split("\n")[0].partition("\t")[2]
    run("app", "compliance", client_id, "https://app.example/webhooks", *shop)
    run("app", "compliance", client_id, *shop)
    refused = run("app", "compliance", client_id, "http://app.example/", *shop, code=5).stderr
    assert "it must start with https://" in refused
    assert "has no app nobody" in run("app", "compliance", "nobody", *shop, code=5).stderr
