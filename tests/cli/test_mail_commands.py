"""`mail …`."""

from pathlib import Path

from abandoned_checkouts.checkouts.dkim_key import read_dkim_key
from tests.cli.conftest import Within


def test_a_dkim_key_is_generated_and_its_record_printed(within: Within, tmp_path: Path) -> None:
    within("mail", "dkim", code=5)
    record, warning = within("mail", "dkim", "--domain", "shop.example", "--selector", "s2")
    assert record.startswith('s2._domainkey.shop.example. IN TXT "v=DKIM1; k=rsa; p=') and "DMARC" in warning
    assert within("mail", "dkim")[0] == record
    file, key = tmp_path / "key.pem", read_dkim_key("shop.example", "cart1")
    file.write_text(key.private_key)
    assert within("mail", "dkim", "--domain", "shop.example", "--key", str(file))[0] == key.zone_line + "\n"
    within("mail", "dkim", "--off")
    within("mail", "dkim", code=5)


def test_mistakes(within: Within, tmp_path: Path) -> None:
    assert "not a domain" in within("mail", "dkim", "--domain", "shop", code=2)[1]
    assert "needs --domain" in within("mail", "dkim", "--key", str(tmp_path), code=2)[1]
    assert "cannot be used" in within("mail", "dkim", "--off", "--domain", "shop.example", code=2)[1]
    assert "is not one of" in within("mail", "events", "--provider", "nobody", code=2)[1]
    assert "does not sign" in within("mail", "events", "--provider", "brevo", "--signing-key", "x", code=2)[1]
    assert "needs --provider" in within("mail", "events", "--signing-key", "x", code=2)[1]
    within("mail", "unblock", "--email", "ada@example.com", code=5)


def test_the_urls_of_mail_providers(within: Within) -> None:
    before = within("mail", "events")[0].splitlines()
    assert len(before) == 6 and all("/intake/mail/" in each for each in before)
    [one] = within("mail", "events", "--provider", "mailgun", "--signing-key", "secret")[0].splitlines()
    assert one in before
    after = within("mail", "events", "--new-urls")[0].splitlines()
    assert len(set(before) & set(after)) == 0
