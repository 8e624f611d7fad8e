"""An ASGI application, such as the simulated exchange, served from a thread on its own port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.support.wait_until import eventually


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Its address, `http://127.0.0.1:PORT`; the server is gone at the end."""
    server = uvicorn.Server(
        uvicorn.Config(application, port=0, log_level="error", ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started, "the simulator serves")
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.force_exit = server.should_exit = True
        thread.join()
