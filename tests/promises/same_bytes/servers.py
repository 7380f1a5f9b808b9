"""The servers of a recording: applications of this process with different settings."""

import asyncio
import contextlib
import importlib
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.promises.same_bytes.program import find_program

SERVERS: dict[str, dict[str, str]] = {
    "open": {"THROTTLE": "false"},
    "private": {"THROTTLE": "false", "ALLOW_PRIVATE_TARGETS": "true"},
    "throttled": {},
    "core": {"THROTTLE": "false", "EXECUTOR": "core"},
    "extended": {"THROTTLE": "false", "EXTENDED_SEARCH": "true"},
    "strict": {"THROTTLE": "false", "STRICT_SEARCH": "true"},
    "public": {"THROTTLE": "false", "PUBLIC_URL": "https://server.example/"},
    "limited": {"THROTTLE": "false", "WIX_REQUESTS_PER_MINUTE": "2"},
}


class Servers:
    """Applications by their names in SERVERS, each started with its first request."""

    def __init__(self, environment: Mapping[str, str], smtp_port: int, clock: Callable[[], int]) -> None:
        self._environment, self._smtp_port, self._clock = environment, smtp_port, clock
        self._apps: dict[str, Any] = {}
        self._open = contextlib.AsyncExitStack()
        self._wix_key: Any = None

    async def app(self, name: str) -> Any:
        if name not in self._apps:
            self._apps[name] = app = self.create(SERVERS[name])
            await self._open.enter_async_context(app.router.lifespan_context(app))
        return self._apps[name]

    async def close(self) -> None:
        await self._open.aclose()
        self._apps.clear()

    def create(self, settings: Mapping[str, str]) -> Any:
        package = find_program(Path.cwd()).__name__
        create_app = importlib.import_module(f"{package}.server").create_app
        settings_from = importlib.import_module(f"{package}.config").settings_from
        given = {"WORK": "false", "WIX_PUBLIC_KEY": self._wix_public_key(), **settings}
        if settings.get("WORK") == "true":
            given["SMTP_URL"] = f"smtp://127.0.0.1:{self._smtp_port}"
        environment = {f"ABANDONED_CHECKOUTS_{key}": text for key, text in given.items()}
        return create_app(settings_from({**self._environment, **environment}), clock=self._clock)

    def signed_by_wix(self, signed: bytes) -> bytes:
        """A JWT, signed with the Wix key that the servers know."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        signature: bytes = self._wix_key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return signature

    def _wix_public_key(self) -> str:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        if self._wix_key is None:
            self._wix_key = rsa.generate_private_key(65537, 2048)
        shape = serialization.PublicFormat.SubjectPublicKeyInfo
        pem: bytes = self._wix_key.public_key().public_bytes(serialization.Encoding.PEM, shape)
        return pem.decode()


def are_all_idle() -> bool:
    """Whether every other task pauses or waits to be woken, and none for the store, a thread or the network."""
    return all(_is_idle(task.get_coro()) for task in asyncio.all_tasks() if task is not asyncio.current_task())


def _is_idle(innermost: Any) -> bool:
    while inspect.iscoroutine(getattr(innermost, "cr_await", None)):
        innermost = innermost.cr_await
    code = getattr(innermost, "cr_code", None)
    return code in (asyncio.sleep.__code__, asyncio.Event.wait.__code__)
