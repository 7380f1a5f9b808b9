"""The random values of the twin: a sequence for requests, and one for each kind of background work.

The values in one sequence therefore do not depend on when other work runs.
"""

from threading import Lock

from abandoned_checkouts.checkouts.randomness import Seeded, source

REQUESTS = "requests"


class _Stream(Seeded):
    """A sequence for several threads: transactions draw on the store's thread, and requests in the event loop."""

    def __init__(self, seed: int, name: str) -> None:
        super().__init__(seed, name=name)
        self._turn = Lock()

    def __call__(self, count: int) -> bytes:
        with self._turn:
            return super().__call__(count)


class RandomStreams:
    """All sequences of one seed, by name. Its state belongs to a snapshot.

    `uses` is how often the seed has begun before in the same store: each time, the values are others, so that no id
    or token is created twice.
    """

    def __init__(self, seed: int) -> None:
        self._seed, self._uses = seed, 0
        self._streams: dict[str, _Stream] = {}

    @property
    def seed(self) -> int:
        return self._seed

    def use(self, name: str) -> None:
        """Use this sequence in the current context: a request, or tasks that it starts."""
        if name not in self._streams:
            self._streams[name] = _Stream(self._seed, self._full(name))
        source.set(self._streams[name])

    def restart(self, seed: int, uses: int = 0) -> None:
        """Begin all sequences again."""
        self.restore([seed, uses, {}])

    def state(self) -> object:
        return [self._seed, self._uses, {name: stream.position for name, stream in self._streams.items()}]

    def restore(self, state: object) -> None:
        positions: dict[str, int] = {}
        if isinstance(state, list):
            self._seed, self._uses, positions = state
        # The sequences stay the same objects, which running work holds.
        for name in {*self._streams, *positions}:
            stream = self._streams.setdefault(name, _Stream(self._seed, name))
            stream.seed, stream.name, stream.position = self._seed, self._full(name), positions.get(name, 0)

    def _full(self, name: str) -> str:
        return f"{name} {self._uses}" if self._uses else name
