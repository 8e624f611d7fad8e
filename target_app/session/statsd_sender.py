"""The figures as StatsD datagrams, each as it happens, through the library python-statsd.

Nothing here blocks and nothing raises once it is made: what cannot be sent at once is lost, and
counted. UDP loses what the receiver's buffer cannot hold without saying so.
"""

import logging
from contextlib import suppress

from statsd.client import Client
from statsd.connection import Connection
from statsd.counter import Counter
from statsd.gauge import Gauge
from statsd.timer import Timer

from toolkit.errors import ConfigurationError

PREFIX = "trading_bot"


class _Datagrams(Connection):
    """python-statsd's connection, which waits for nobody and says nothing of what was lost.

    The library writes a traceback for each datagram that nobody takes.
    """

    lost = 0

    def send(self, data: dict[str, object], sample_rate: float | None = None) -> bool:
        del sample_rate  # every event is sent
        for name, value in data.items():
            packet = f"{name}:{value}".encode()
            # A send fails for the datagram before it, which found no listener: this one may
            # find one.
            with suppress(ConnectionRefusedError):
                self._put(packet)
                continue
            with suppress(ConnectionRefusedError):
                self._put(packet)
                continue
            self.lost += 1
        return True

    def _put(self, packet: bytes) -> None:
        try:
            self.udp_sock.send(packet)
        except ConnectionRefusedError:
            raise
        except OSError:  # the buffer is full, or the network is away
            self.lost += 1


class StatsdSender:
    """Sends counters, gauges and timers with the prefix `trading_bot.`.

    Raises ConfigurationError where the host has no address.
    """

    def __init__(self, host: str, port: int) -> None:
        try:
            self._connection = _Datagrams(host, port)
        except OSError as error:
            raise ConfigurationError(
                f"statsd_host: {host!r} has no address: {error.strerror}.",
                fix="correct the name, or write the address, such as 127.0.0.1.",
            ) from None
        self._connection.udp_sock.setblocking(False)  # noqa: FBT003 - the socket's own signature
        # The library logs every figure, which would cost the loop more than the datagram does.
        logging.getLogger("statsd.client").setLevel(logging.WARNING)
        client = Client(PREFIX, self._connection)
        self._counter = client.get_client(class_=Counter)
        self._gauge = client.get_client(class_=Gauge)
        self._timer = client.get_client(class_=Timer)

    @property
    def lost(self) -> int:
        """Datagrams that could not be sent."""
        return self._connection.lost

    def count(self, name: str) -> None:
        """One more of `name`."""
        self._counter.increment(name)

    def gauge(self, name: str, value: float) -> None:
        """The value of `name` is now so much. Gauges below 0 do not exist here."""
        self._gauge.send(name, value)

    def timing(self, name: str, milliseconds: float) -> None:
        """`name` took so long. The library wants seconds, and sends milliseconds."""
        self._timer.send(name, milliseconds / 1000)

    def close(self) -> None:
        """Close the socket."""
        self._connection.udp_sock.close()
