"""A pause that can be ended early."""

import asyncio


class WakeSignal:
    """`send` ends the current `wait`, or else the next one.

    With `interval`, signals end waits at most once in that number of seconds, so that a worker that is woken by every
    message works for several messages at once. The first signal after a quiet time ends a wait immediately. Then each
    worker needs a signal of its own.
    """

    def __init__(self, interval: float = 0.0) -> None:
        self._sent = asyncio.Event()
        self._interval, self._next = interval, 0.0

    def send(self) -> None:
        self._sent.set()

    async def wait(self, seconds: float) -> None:
        """Wait for the signal, at most `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._sent.wait()
        except TimeoutError:
            return
        if self._interval:
            now = asyncio.get_running_loop().time()
            if now < self._next:
                await asyncio.sleep(self._next - now)
            self._next = max(now, self._next) + self._interval
        self._sent.clear()
