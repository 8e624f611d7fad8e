"""Who may ask for what is not the webhook: `/metrics` and `/admin` by lists of their own.

Judged before anything of the request is read. The webhook's list and limit are in
`webhook_admission`.
"""

from collections.abc import Sequence

from target_app.execution.http.client_address import Access, site
from target_app.execution.http.rate_limit_per_process import LocalLimiter
from target_app.execution.response_bodies import RefusalError


class EndpointAccess:
    """Lets requests for other endpoints in, or refuses them.

    `per_minute` is how often an address may ask, which bounds how much of the loop it can have.
    """

    def __init__(
        self,
        *,
        metrics_ips: Sequence[str],
        admin_ips: Sequence[str],
        proxies: Sequence[str],
        per_minute: int,
    ) -> None:
        self._everyone = Access((), proxies)
        self._lists = {
            "/metrics": Access(metrics_ips, proxies, where="METRICS_IPS"),
            "/admin": Access(admin_ips, proxies, where="ADMIN_IPS"),
        }
        self._per_minute = per_minute
        self._limiter = LocalLimiter(per_minute, burst=0)

    def check(
        self, peer: tuple[str, int] | None, headers: Sequence[tuple[bytes, bytes]], path: str
    ) -> None:
        """Judge the address for `path`, and how often it asks. Raises RefusalError."""
        forwarded = [value for name, value in headers if name == b"x-forwarded-for"]
        client = self._everyone.client(peer[0] if peer else "unknown", forwarded)
        if wait := self._limiter.take(site(client)):
            raise RefusalError(
                "rate_limited", f"The limit is {self._per_minute} a minute.", retry_after=wait
            )
        for start, access in self._lists.items():
            if path == start or path.startswith(f"{start}/"):
                if not access.allows(client):
                    raise RefusalError("forbidden", f"{client} may not ask for {start}.")
                return
