"""A collector of this process, to which spans go soon after they end."""

from collections.abc import Iterator

import pytest

from tests.support.otlp_receiver import OtlpReceiver, otlp_receiver


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[OtlpReceiver]:
    """It listens; OTEL_… variables are those of a service that sends there, by `environment`."""
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    with otlp_receiver() as receiver:
        yield receiver
