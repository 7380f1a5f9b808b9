"""A pause that can be ended early."""

import asyncio


class WakeSignal:
    """`send` ends the current `wait`, or else the next one."""

    def __init__(self) -> None:
        self._sent = asyncio.Event()

    def send(self) -> None:
        self._sent.set()

    async def wait(self, seconds: float) -> None:
        """Wait for the signal, at most `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._sent.wait()
        except TimeoutError:
            return
        self._sent.clear()
