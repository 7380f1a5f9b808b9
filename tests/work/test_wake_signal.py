"""A wait ends when the signal is sent, at once if it was sent before, or after its time."""

import asyncio

import pytest

from abandoned_checkouts.work.wake_signal import WakeSignal

LONG, SHORT = 60.0, 0.01


@pytest.mark.anyio
async def test_a_signal_ends_all_current_waits() -> None:
    wake = WakeSignal()
    waiting = [asyncio.create_task(wake.wait(LONG)) for _ in range(2)]
    await asyncio.sleep(0)
    wake.send()
    ended, still_waiting = await asyncio.wait(waiting, timeout=LONG / 2)
    assert ended == set(waiting) and not still_waiting


@pytest.mark.anyio
async def test_a_signal_without_a_wait_ends_the_next_one() -> None:
    wake = WakeSignal()
    wake.send()
    async with asyncio.timeout(LONG / 2):
        await wake.wait(LONG)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SHORT):
            await wake.wait(LONG)


@pytest.mark.anyio
async def test_a_wait_ends_after_its_time() -> None:
    started = asyncio.get_running_loop().time()
    async with asyncio.timeout(LONG / 2):
        await WakeSignal().wait(SHORT)
    assert asyncio.get_running_loop().time() - started >= SHORT


@pytest.mark.anyio
async def test_signals_within_an_interval_end_one_wait() -> None:
    wake, time = WakeSignal(SHORT), asyncio.get_running_loop().time
    wake.send()
    await wake.wait(LONG)
    started = time()
    for _ in range(5):
        wake.send()
        await wake.wait(LONG)
    assert time() - started >= 4 * SHORT
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SHORT):
            await wake.wait(LONG)
