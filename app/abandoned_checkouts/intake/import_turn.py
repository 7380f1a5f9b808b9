"""The turn to write: the processes of an import write one after the other."""

from multiprocessing.synchronize import Lock


class Turn:
    """The turn of one process. The processes share `lock`; it is None if there is only one."""

    def __init__(self, lock: Lock | None) -> None:
        self._lock = lock

    def take_if_free(self) -> bool:
        """Take the turn. Returns False if another process has it."""
        return self._lock is None or self._lock.acquire(block=False)

    def take(self) -> None:
        """Wait for the turn and take it. Blocks."""
        if self._lock is not None:
            self._lock.acquire()

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()


NO_TURN = Turn(None)
