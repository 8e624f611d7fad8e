"""The folder of one session: `logs/events_*.jsonl`, `metrics/summary.json`, `settings.json`.

No session writes into the folder of another.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SETTINGS = "settings.json"
STACK_DUMP = "stackdump.txt"
EVENT_FILES = "events_*.jsonl"
_MOST_OF_ONE_SECOND = 1000


def make_folder(sessions: Path, now: float) -> Path:
    """A new folder `session_<time>` below `sessions`, with its sub-folders. Raises OSError."""
    stamp = time.strftime("%Y%m%d_%H%M%S", time.gmtime(now))
    sessions.mkdir(parents=True, exist_ok=True)
    for number in range(1, _MOST_OF_ONE_SECOND):
        folder = sessions / (f"session_{stamp}" if number == 1 else f"session_{stamp}_{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        (folder / "logs").mkdir()
        (folder / "metrics").mkdir()
        return folder
    raise FileExistsError(17, "a thousand sessions began in this second", str(sessions))


def write_settings(folder: Path, values: Mapping[str, Any]) -> None:
    """Write what the session was started with. Raises OSError."""
    text = json.dumps(values, indent=2, default=str) + "\n"
    (folder / SETTINGS).write_text(text, encoding="utf-8")
