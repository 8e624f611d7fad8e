"""Which proxy a request goes through: what the environment says, and never for this machine.

Go's programs, such as promtool, leave loopback addresses out too, whatever NO_PROXY says.
Source: https://pkg.go.dev/net/http#ProxyFromEnvironment
"""

import ipaddress
from urllib.parse import urlsplit

_DIRECT = {"http": "", "https": "", "all": ""}


def proxies_for(url: str, proxy: str = "") -> dict[str, str] | None:
    """The `proxies` argument of requests: `proxy` where one is named, else the environment's."""
    if proxy:
        return {"http": proxy, "https": proxy}
    return dict(_DIRECT) if _is_loopback(url) else None


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, or no address at all
        return False
