"""DKIM keys: which are accepted, and the DNS record."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from abandoned_checkouts.checkouts.dkim_key import DkimError, dkim_key_of, dkim_setting, read_dkim_key
from abandoned_checkouts.checkouts.shop import Shop


def _pem(bits: int = 1024, form: str = "PKCS8") -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    no_password = serialization.NoEncryption()
    return key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), no_password
    ).decode()


def test_a_generated_key_has_2048_bits_and_its_record_has_the_public_half() -> None:
    key = read_dkim_key("Shop.Example.", "Cart1")
    assert (key.domain, key.selector, key.record_name) == ("shop.example", "cart1", "cart1._domainkey.shop.example")
    public = serialization.load_der_public_key(base64.b64decode(key.record.removeprefix("v=DKIM1; k=rsa; p=")))
    assert isinstance(public, rsa.RSAPublicKey) and public.key_size == 2048
    private = serialization.load_pem_private_key(key.private_key.encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.public_key().public_numbers() == public.public_numbers()


def test_the_line_of_a_zone_file_has_strings_of_at_most_255_bytes() -> None:
    key = read_dkim_key("shop.example", "cart1")
    name, _, rest = key.zone_line.partition(". IN TXT ")
    strings = rest.strip('"').split('" "')
    assert name == key.record_name and "".join(strings) == key.record and max(map(len, strings)) == 255


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_both_forms_of_pem_are_accepted(form: str) -> None:
    text = _pem(form=form)
    key = read_dkim_key("shop.example", "cart1", text.replace("\n", "\\n"))
    assert key == read_dkim_key("shop.example", "cart1", text) and "BEGIN RSA PRIVATE KEY" in key.private_key


@pytest.mark.parametrize(
    ("domain", "selector", "problem"),
    [
        ("shop", "cart1", "domain"),
        ("", "cart1", "domain"),
        ("-shop.example", "cart1", "domain"),
        ("shop.example", "", "selector"),
        ("shop.example", "cart 1", "selector"),
        ("shop.example", "x" * 64, "selector"),
    ],
)
def test_names_that_are_none(domain: str, selector: str, problem: str) -> None:
    with pytest.raises(DkimError, match=problem):
        read_dkim_key(domain, selector, _pem())


def test_a_domain_in_other_letters_is_stored_in_ascii() -> None:
    assert read_dkim_key("bücher.example", "cart1", _pem()).domain == "xn--bcher-kva.example"


def test_keys_that_cannot_sign() -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    text = other.private_bytes(serialization.Encoding.PEM, form, no_password).decode()
    for wrong in ("", "no key", text):
        with pytest.raises(DkimError, match="RSA private key as PEM"):
            read_dkim_key("shop.example", "cart1", wrong)


@pytest.mark.parametrize(
    ("address", "covered"),
    [("a@shop.example", True), ("a@Mail.shop.example", True), ("a@myshop.example", False), ("a@example", False)],
)
def test_whether_the_sender_is_in_the_domain(address: str, covered: bool) -> None:
    assert read_dkim_key("shop.example", "cart1", _pem()).covers(address) is covered


def test_a_shop_stores_the_key() -> None:
    texts = dict.fromkeys(("uuid", "name", "email", "owner_name", "platform", "secret"), "x")
    shop = Shop(id=1, currency="USD", timezone="UTC", domain="acme.myshopify.com", **texts)
    key = read_dkim_key("shop.example", "cart1", _pem())
    assert dkim_key_of(shop) is None
    assert dkim_key_of(replace(shop, settings={"dkim": dkim_setting(key)})) == key
