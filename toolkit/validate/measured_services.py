"""The services of one environment that are scraped, instance by instance."""

from collections.abc import Mapping

from toolkit.config.pyproject import Config
from toolkit.http_client import NO_CREDENTIALS, Access
from toolkit.prometheus.exposition import MeasuredService

_HINT = "start it with `toolkit up`, or correct its address in pyproject.toml."


def measured(
    config: Config,
    addresses: Mapping[str, tuple[str, ...]],
    hint: str = _HINT,
    access: Access = NO_CREDENTIALS,
) -> tuple[MeasuredService, ...]:
    """An entry for each address of each service that exports metrics.

    A service without an address is not in this environment on purpose. A finding says which
    service it speaks of where there are several to tell apart.
    """
    found = []
    for service in config.all_services:
        urls = addresses.get(service.name, ()) if service.is_scraped else ()
        for number, url in enumerate(urls, 1):
            label = service.name if len(urls) == 1 else f"{service.name}-{number}"
            found.append(
                MeasuredService(
                    url,
                    hint,
                    access,
                    name=service.name,
                    label=label if config.services else "",
                    metrics=service.metrics,
                    constant=service.is_constant,
                )
            )
    return tuple(found)
