"""Adds entries to Redis streams under ids of our own: `0-*`, or `<time>-*` after a stranger's.

Redis refuses an id below the highest of its stream, which somebody else may have made. Then the
time of that one is taken from there on, and what was refused is added again.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from redis.exceptions import ResponseError

from target_app.services.bus.redis_entry_ids import entry_id, key_of, number_of, time_of

# Two strangers at once are unlikely; more tries would only repeat what Redis said.
_MOST_TRIES = 3
# In a script an error ends what follows; in a transaction an acknowledgement would be executed
# although its letter was refused, and an event would be in neither place.
# Source: https://redis.io/docs/latest/develop/using-commands/transactions/
_BURY = """
redis.call('XADD', KEYS[1], 'MAXLEN', '=', ARGV[1], ARGV[2], 'data', ARGV[3])
redis.call('XACK', KEYS[2], ARGV[4], ARGV[5])
"""


class RedisAppends:
    """Every method raises what the client raises; `most_entries` is kept of each stream."""

    # Any: redis' own types cover every protocol and decoding at once.
    def __init__(self, redis: Any, most_entries: int) -> None:
        self._redis, self._most = redis, most_entries
        self._times: dict[str, int] = {}  # of streams in which a stranger's id is the highest

    async def add(self, entries: Sequence[tuple[str, bytes]]) -> None:
        """Add each entry to its stream; those that were added stay so where others fail."""
        left = list(entries)

        def add(pipeline: Any) -> None:
            for stream, data in left:
                self._add(pipeline, stream, data)

        for _ in range(_MOST_TRIES):
            answers = await self._added({stream for stream, _ in left}, add, transaction=False)
            left = [x for x, answer in zip(left, answers, strict=True) if _is_outrun(answer)]
            if not left:
                return
        raise answers[-1]

    async def add_expiring(self, stream: str, data: bytes, expire_seconds: float) -> None:
        """Add an entry to a stream that is gone after so long: both, or neither."""

        def add(pipeline: Any) -> None:
            self._add(pipeline, stream, data)
            pipeline.pexpire(key_of(stream), int(expire_seconds * 1000))

        for _ in range(_MOST_TRIES):
            answers = await self._added({stream}, add, transaction=True)
            if not any(_is_outrun(answer) for answer in answers):
                return
        raise next(answer for answer in answers if _is_outrun(answer))

    async def add_and_acknowledge(
        self, letters: str, letter: bytes, stream: str, group: str, number: int
    ) -> None:
        """Add a letter to one stream, and acknowledge an entry of another: both, or neither."""
        keys = key_of(letters), key_of(stream)
        for _ in range(_MOST_TRIES):
            own = self._next_id(letters)
            acknowledged = group, entry_id(number)
            try:
                await self._redis.eval(
                    _BURY, len(keys), *keys, self._most, own, letter, *acknowledged
                )
            except ResponseError as error:
                if not _is_outrun(error):
                    raise
                outrun = error
                await self._follow([letters])
            else:
                return
        raise outrun

    def _add(self, pipeline: Any, stream: str, data: bytes) -> None:
        own = self._next_id(stream)
        pipeline.xadd(key_of(stream), {"data": data}, id=own, maxlen=self._most, approximate=False)

    def _next_id(self, stream: str) -> str:
        return f"{self._times.get(stream, 0)}-*"

    async def _added(
        self, streams: Iterable[str], add: Callable[[Any], None], *, transaction: bool
    ) -> list[Any]:
        """The answers. Where an id was too small, that of the stream is followed from now on."""
        pipeline = self._redis.pipeline(transaction=transaction)
        add(pipeline)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        for answer in answers:
            if isinstance(answer, Exception) and not _is_outrun(answer):
                raise answer
        if any(_is_outrun(answer) for answer in answers):
            await self._follow(streams)
        return answers

    async def _follow(self, streams: Iterable[str]) -> None:
        """Add after the highest id that each stream has now."""
        for stream in streams:
            about = await self._redis.xinfo_stream(key_of(stream))
            self._times[stream] = time_of(number_of(about["last-generated-id"]))


def _is_outrun(answer: object) -> bool:
    """Whether an entry was refused because its stream has one with a higher id."""
    return isinstance(answer, ResponseError) and "equal or smaller" in str(answer)
