"""What was refused for a stranger's higher id is added again behind it, and only that."""

import asyncio
from typing import Any

import pytest
from redis.exceptions import ResponseError

from target_app.services.bus.redis_appends import RedisAppends

OUTRUN = "The ID specified in XADD is equal or smaller than the target stream top item"


class MadeUpRedis:
    """The stream `busy` has a stranger, who is ahead by the next of `times` at each look."""

    def __init__(self, *times: int, refuses: str = OUTRUN) -> None:
        self.times, self.refuses = list(times), refuses
        self.asked: list[tuple[str, str]] = []
        self.queued: list[tuple[str, str]] = []
        self.expired: list[tuple[str, int]] = []
        self.is_whole = False

    def pipeline(self, *, transaction: bool) -> "MadeUpRedis":
        self.queued, self.is_whole = [], transaction
        return self

    def xadd(self, key: str, _data: object, **options: Any) -> None:
        assert (options["maxlen"], options["approximate"]) == (100, False)
        self.queued.append((key, options["id"]))

    def pexpire(self, key: str, milliseconds: int) -> None:
        self.expired.append((key, milliseconds))

    async def execute(self, *, raise_on_error: bool) -> list[Any]:
        assert not raise_on_error
        self.asked += self.queued
        return [self.answer(key, entry) for key, entry in self.queued]

    def answer(self, key: str, entry: str) -> object:
        time = int(entry.partition("-")[0])
        if key == "trading:busy" and self.times and time < self.times[0]:
            return ResponseError(self.refuses)
        return b"0-1"

    async def xinfo_stream(self, _key: str) -> dict[str, bytes]:
        time = self.times[0]
        if len(self.times) > 1:
            self.times.pop(0)
        return {"last-generated-id": b"%d-5" % time}


def add(redis: MadeUpRedis, *streams: str) -> None:
    asyncio.run(RedisAppends(redis, 100).add([(stream, b"x") for stream in streams]))


def test_redis_numbers_an_entry_behind_the_highest() -> None:
    redis = MadeUpRedis()
    add(redis, "calm", "busy")
    assert redis.asked == [("trading:calm", "0-*"), ("trading:busy", "0-*")]


def test_only_what_was_refused_is_added_again() -> None:
    redis = MadeUpRedis(7)
    add(redis, "busy", "calm")
    assert redis.asked == [
        ("trading:busy", "0-*"),
        ("trading:calm", "0-*"),
        ("trading:busy", "7-*"),
    ]


def test_a_stranger_who_is_always_ahead_ends_in_what_redis_says() -> None:
    redis = MadeUpRedis(7, 8, 9, 10)
    with pytest.raises(ResponseError, match="equal or smaller"):
        add(redis, "busy")
    assert [entry for _, entry in redis.asked] == ["0-*", "7-*", "8-*"]


def test_another_refusal_is_not_tried_again() -> None:
    redis = MadeUpRedis(7, refuses="OOM command not allowed")
    with pytest.raises(ResponseError, match="OOM"):
        add(redis, "busy")
    assert redis.asked == [("trading:busy", "0-*")]


def test_an_entry_that_expires_is_added_whole_each_time() -> None:
    redis = MadeUpRedis(7)
    asyncio.run(RedisAppends(redis, 100).add_expiring("busy", b"x", 1.5))
    assert redis.is_whole
    assert redis.asked == [("trading:busy", "0-*"), ("trading:busy", "7-*")]
    assert redis.expired == [("trading:busy", 1500)] * 2
