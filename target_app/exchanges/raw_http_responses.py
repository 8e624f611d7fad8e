"""What only the raw HTTP answer of an exchange says: how long to wait, and whether it is one.

ccxt makes an order structure of anything, of `{}` and of a web page too, and keeps no header.
"""

import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from target_app.exchanges.order_ids_and_error_codes_by_exchange import VenueProfile

_OK = 200
_ASKS_FOR_QUIET = frozenset({418, 429, 503})
# Binance: "…banned until 1718000000000."; Kraken: "EService: Throttled: 1718000000".
_UNTIL = re.compile(r"(?:banned until|Throttled:)\s*(\d{10,13})")
_MILLISECONDS = 10**11
_LONGEST_WAIT_SECONDS = 3 * 24 * 3600.0  # Binance's longest ban


class NotAnAnswerError(Exception):
    """The exchange answered 200 with something that answers nothing."""


class ExchangeResponses:
    """Sees each HTTP answer that `client` gets; `wait(seconds)` hears of the quiet asked for."""

    def __init__(self, client: Any, profile: VenueProfile, wait: Callable[[float], None]) -> None:
        self._shapes, self._wait, self._name = profile.shapes, wait, profile.name
        self._before = client.on_rest_response
        client.on_rest_response = self._seen

    def _seen(self, status: int, reason: str, url: str, *rest: Any) -> Any:
        """Ccxt's hook. Raises NotAnAnswerError for a 200 that is not what was asked for."""
        _method, headers, body = rest[:3]
        wait = seconds_to_wait(status, headers, body)
        if wait:
            self._wait(wait)
        if status == _OK and self._shapes:
            self._check(url.partition("?")[0], body)
        return self._before(status, reason, url, *rest)

    def _check(self, path: str, body: str) -> None:
        try:
            document = msgspec.json.decode(body)
        except msgspec.DecodeError:
            raise NotAnAnswerError(f"{self._name} answered 200 without JSON") from None
        if not isinstance(document, dict | list):
            raise NotAnAnswerError(f"{self._name} answered 200 without an object")
        if isinstance(document, dict) and document.get("error"):
            return  # an error that ccxt knows how to raise
        for ending, name in self._shapes:
            if path.endswith(ending) and not _has(document, name):
                wanted = f"`{name}`" if name else "a list"
                raise NotAnAnswerError(f"{self._name} answered 200 without {wanted}")


def seconds_to_wait(status: int, headers: Mapping[str, str], body: str) -> float:
    """The quiet that an answer asks for, by its header or in its text; 0 where it asks for none."""
    found = _UNTIL.search(body or "")
    if found:
        until = int(found[1]) / (1000 if int(found[1]) > _MILLISECONDS else 1)
        return min(max(0.0, until - time.time()), _LONGEST_WAIT_SECONDS)
    if status not in _ASKS_FOR_QUIET:
        return 0.0
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT_SECONDS)
    try:
        left = parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0
    return min(max(0.0, left), _LONGEST_WAIT_SECONDS)


def _has(document: object, name: str) -> bool:
    """Whether `document` has what the dotted `name` says; it must be a list where that is empty."""
    if not name:
        return isinstance(document, list)
    for part in name.split("."):
        if not isinstance(document, dict) or document.get(part) is None:
            return False
        document = document[part]
    return True
