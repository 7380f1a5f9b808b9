"""Events never reach this machine or private networks, in any notation of the address."""

from ipaddress import ip_address

import pytest

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.store.outbox.deliveries import Attempt
from abandoned_checkouts.work.sender import Message, Sender
from abandoned_checkouts.work.targets import is_public
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("192.0.0.9", False),
        ("192.0.0.192", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("198.51.100.1", False),
        ("203.0.113.1", False),
        ("240.0.0.1", False),
        ("fec0::1", False),
        ("64:ff9b:1::808:808", False),
        ("100::1", False),
        ("100:0:0:1::1", False),
        ("2001:2::1", False),
        ("2001:20::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("::127.0.0.1", False),
        ("::8.8.8.8", False),
        ("4000::1", False),
        ("2a00:1450:4001:80b::200e", True),
    ],
)
def test_addresses(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


async def attempt(address: str, *, reach: Reach = Reach.PUBLIC) -> Attempt:
    sender = Sender(reach=reach)
    try:
        return await sender.send(Message(address, {"Content-Type": "text/plain"}, b"x", 2.0), 0)
    finally:
        await sender.close()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0"],
)
async def test_nothing_is_sent_to_this_machine(host: str) -> None:
    async with Receiver() as receiver:
        made = await attempt(f"https://{host}:{receiver.port}/")
        assert made.problem is not None and "private network" in made.problem, made
        assert not receiver.received


async def test_all_addresses_of_a_name_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """One name has a public and a private address; the address of another changes."""
    import asyncio

    answers = [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]]

    async def resolve(host: str, port: int, **_: object) -> list[object]:
        return [(2, 1, 6, "", (address, port)) for address in answers.pop(0)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    made = await attempt("https://rebinding.example.com/")
    assert made.problem is not None and "private network" in made.problem
    # The name was resolved once, so the connection uses the address that was checked.
    assert len(answers) == 1


@pytest.mark.parametrize(
    "address",
    ["http://example.com/", "ftp://example.com", "pubsub://project:topic", "arn:aws:events:x", "", "https://"],
)
async def test_an_address_without_https_is_rejected(address: str) -> None:
    assert (await attempt(address)).problem is not None


async def test_an_unknown_name_is_a_problem_of_the_delivery() -> None:
    made = await attempt("https://no-such-name.invalid/")
    assert made.status is None and made.problem is not None and "no-such-name.invalid" in made.problem


async def test_redirects_are_not_followed() -> None:
    async with Receiver(lambda *_: 302) as receiver:
        made = await attempt(receiver.url(), reach=Reach.PRIVATE)
        assert made.status == 302 and made.problem is not None and "not followed" in made.problem
        assert len(receiver.received) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_twin_of_this_machine_sends_to_it_without_tls(host: str) -> None:
    async with Receiver() as receiver:
        made = await attempt(f"http://{host}:{receiver.port}/", reach=Reach.THIS_MACHINE)
        assert made.problem is None and len(receiver.received) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://10.0.0.1/", "private network"),
        ("https://169.254.169.254/", "private network"),
        ("https://0.0.0.0/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("http://10.0.0.1/", "must start with https://"),
        ("http://receiver.example/", "must start with https://"),
    ],
)
async def test_a_twin_of_this_machine_sends_to_no_other_private_address(address: str, words: str) -> None:
    made = await attempt(address, reach=Reach.THIS_MACHINE)
    assert made.problem is not None and words in made.problem
