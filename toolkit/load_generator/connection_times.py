"""How long new connections take, TCP and TLS apart.

geventhttpclient tells neither; its pool makes each connection in two steps, timed here.
"""

import time
from collections.abc import Callable
from typing import Any

Observe = Callable[[float], None]
"""Is told a time in seconds."""


class _TimedHandshakes:
    """Stands for the TLS settings of a pool, which are shared by all pools of the process."""

    def __init__(self, context: Any, observe: Observe) -> None:
        self._context, self._observe = context, observe
        self.began = 0.0

    def wrap_socket(self, sock: Any, **options: Any) -> Any:
        self.began = time.perf_counter()
        wrapped = self._context.wrap_socket(sock, **options)
        self._observe(time.perf_counter() - self.began)
        return wrapped


def measure(pool: Any, connected: Observe, shaken_hands: Observe) -> None:
    """Tell of each connection that this pool makes from now on."""
    connect = pool._connect_socket  # noqa: SLF001
    handshakes = None
    if hasattr(pool, "ssl_context"):
        handshakes = pool.ssl_context = _TimedHandshakes(pool.ssl_context, shaken_hands)

    def timed_connect(sock: Any, address: Any) -> Any:
        began = time.perf_counter()
        made = connect(sock, address)
        # With TLS the connection was there when the handshake began.
        connected((handshakes.began if handshakes else time.perf_counter()) - began)
        return made

    pool._connect_socket = timed_connect  # noqa: SLF001
