"""The three services as processes on a real Redis, with a venue that outlives them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.support.redis_server import RedisServer
from tests.support.service_process import Server, venue_sim
from tests.support.wait_until import PATIENCE_SECONDS

TOKEN = "a-token-made-for-tests"
_CODE = "import sys; from target_app.services.{}.main import main; sys.exit(main(sys.argv[1:]))"
_PREFIXES = {"ai": "AI_SERVICE_", "exec-risk": "EXEC_RISK_", "analytics-os": "ANALYTICS_OS_"}


class TradingProcesses:
    """Redis and the venue are started at once, services by `start`; `close` ends everything."""

    def __init__(self, folder: Path, **settings: dict[str, str]) -> None:
        self.folder, self._settings = folder, settings
        self.redis = RedisServer()
        self.redis.start()
        self.venue = venue_sim(folder)
        self.servers: dict[str, Server] = {}
        self._count = 0

    def start(self, name: str, **settings: str) -> Server:
        """Start a service, and wait until it is ready."""
        given = {
            "bus_url": self.redis.url,
            "store": str(self.folder / f"{name}.db"),
            "admin_token": TOKEN,
            **self._settings.get(name.replace("-", "_"), {}),
            **settings,
        }
        if name == "exec-risk":
            given |= {
                "exchanges": "venue_sim",
                "venue_sim_url": f"http://127.0.0.1:{self.venue.port}",
                "settle_seconds": "0.3",
                "journal": str(self.folder / "journal.db"),
                "audit_log": str(self.folder / "audit.jsonl"),
            }
        variables = {_PREFIXES[name] + key.upper(): text for key, text in given.items()}
        self._count += 1
        log = self.folder / f"{name}-{self._count}.log"
        code = _CODE.format(name.replace("-", "_"))
        server = self.servers[name] = Server(code, (), log, **variables)
        server.wait_until(lambda: server.get("/ready")[0] == 200)
        return server

    def rows(self, store: str, sql: str) -> list[tuple[Any, ...]]:
        """What a query of a store (ai, exec-risk, analytics-os, journal) gives."""
        connection = sqlite3.connect(self.folder / f"{store}.db", timeout=PATIENCE_SECONDS)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def orders(self) -> list[str]:
        """The client's id of every order at the venue."""
        return [x["clientOrderId"] for x in json.loads(self.venue.get("/sim/orders")[1])]

    def close(self) -> None:
        """End everything."""
        for server in (*self.servers.values(), self.venue):
            server.kill()
        self.redis.close()
