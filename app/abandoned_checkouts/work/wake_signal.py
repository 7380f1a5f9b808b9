"""A pause that can be ended early."""

import asyncio


class WakeSignal:
    """`send` ends the `wait` that is under way, or the next one."""

    def __init__(self) -> None:
        self._sent = asyncio.Event()

    def send(self) -> None:
        self._sent.set()

    async def wait(self, seconds: float) -> None:
        """Until the signal is sent, but no longer than that."""
        try:
            async with asyncio.timeout(seconds):
                await self._sent.wait()
        except TimeoutError:
            return
        self._sent.clear()
