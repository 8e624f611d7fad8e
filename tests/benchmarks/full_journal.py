"""A journal with as many settled orders as a busy month leaves."""

import json
import time
from pathlib import Path

from target_app.execution.orders.journal_file import JournalFile

_AT_ONCE = 1000


def write(path: Path, count: int) -> None:
    """Write so many orders to the journal at `path`."""
    intent = json.dumps(
        {
            "exchange": "paper",
            "symbol": "BTC/USDT",
            "side": "buy",
            "id": "x",
            "order_type": "market",
            "quantity": "0.001",
        }
    )
    answer = json.dumps({"duplicate": False, "order_id": "1", "status": "closed", "legs": []})
    file, now = JournalFile(path), time.time()
    for start in range(0, count, _AT_ONCE):
        keys = [f"i-{n}" for n in range(start, min(count, start + _AT_ONCE))]
        file.commit([(key, now, intent) for key in keys], [])
        file.commit([], [(key, "placed", now, 200, answer) for key in keys])
    file.close()
