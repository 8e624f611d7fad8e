"""Puts a ccxt client on its exchange's test network, and sees for itself that it is there.

ccxt's word is not enough: half of its exchanges have no test network, some simulate at the
live address, some lists of test addresses repeat a live one, and one is another company's. A
client whose orders could still be real, or go to a stranger, is refused. Nothing here asks the
network, so nothing says whether the test network works.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from toolkit.errors import ConfigurationError

# Ours; they have no other mode than simulating.
SIMULATED = ("paper", "venue_sim")
# These simulate at their live address whatever carries this header, set to 1.
# Source: ccxt 4.5.90, `sign` of bitget and `set_sandbox_mode` of okx.
_DEMO_HEADERS = {
    "bitget": "PAPTRADING",
    **dict.fromkeys(("okx", "myokx", "okxus"), "x-simulated-trading"),
}
# Exchange → a host that ccxt takes for its test network, and whose it is. There is no rule to
# find them by: many real test networks are at a domain of their own, such as binance.vision.
# Source: ccxt 4.5.90, `describe` of blockchaincom and of delta.
_STRANGERS = {"blockchaincom": ("testnet-api.delta.exchange", "Delta Exchange")}
_VERBS = frozenset({"get", "post", "put", "patch", "delete"})


def enter_sandbox(client: Any) -> None:
    """Switch `client` to its test network.

    Raises ConfigurationError where an order could be real all the same.
    """
    try:
        client.set_sandbox_mode(True)
    except Exception:  # noqa: BLE001 - ccxt means NotSupported; 4.5.90 trips into a TypeError
        raise _refusal(f"{client.id} has no test network that ccxt knows") from None
    header = _DEMO_HEADERS.get(client.id)
    if header is not None:
        if _headers(client).get(header) != "1":
            raise _refusal(f"ccxt's sandbox of {client.id} does not send '{header}: 1'")
        return
    # Those of the class, not of the client: its keys may have switched it already.
    live = {_host(client, address) for _, address in _addresses(client.describe()["urls"]["api"])}
    orders = [
        address
        for section, address in _addresses(client.urls["api"])
        if not _only_reads(client.api.get(section))
    ]
    if not orders:
        raise _refusal(f"{client.id} has no test network that ccxt knows")
    stranger, owner = _STRANGERS.get(client.id, ("", ""))
    for address in orders:
        shown, host = client.implode_hostname(address), _host(client, address)
        if host in live:
            raise _refusal(f"ccxt's sandbox of {client.id} leaves orders at {shown}")
        if host == stranger:
            raise _refusal(
                f"ccxt's sandbox of {client.id} is {shown}, which belongs to {owner}",
                "another company would get its keys and its orders.",
            )


def _refusal(
    what: str, therefore: str = "its orders would be real, with real money."
) -> ConfigurationError:
    return ConfigurationError(
        f"EXCHANGES, SANDBOX: {what}: {therefore}",
        fix="choose an exchange with a test network, such as binance, or a simulated "
        f"one, {' or '.join(SIMULATED)}; or set EXECUTION_SANDBOX=false, as a decision to trade "
        "for real.",
    )


def _headers(client: Any) -> dict[str, str]:
    """The headers that every request of `client` carries, found by signing one."""
    signed = client.sign("any", ["public", "spot"], "GET", {})
    return {**client.headers, **(signed["headers"] or {})}


def _addresses(urls: Any, section: str = "") -> Iterator[tuple[str, str]]:
    """Each address below ccxt's `urls["api"]`, with the section of `api` that it serves."""
    if isinstance(urls, str):
        yield section, urls
    elif urls is not None:
        for name, below in urls.items():
            yield from _addresses(below, section or name)


def _host(client: Any, address: str) -> str:
    whole: str = client.implode_hostname(address)
    return urlsplit(whole).netloc


def _only_reads(endpoints: Any) -> bool:
    """Whether a section of ccxt's `api` is known, and places no orders: it GETs, no more."""
    if not isinstance(endpoints, dict) or not endpoints:
        return False
    return all(
        name == "get" if name in _VERBS else _only_reads(below) for name, below in endpoints.items()
    )
