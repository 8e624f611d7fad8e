"""What a load is sent to, and the Prometheus that saw it: the stack here, or an environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig
from toolkit.config.targets import TargetConfig
from toolkit.errors import ConfigurationError, UsageError
from toolkit.http_client import NO_CREDENTIALS, Access
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.reachability import without_credentials
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.write_config import LOAD_TARGETS
from toolkit.stack import start_and_stop
from toolkit.stack.server_commands import environment_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One of `[tool.toolkit.targets]`: its name, what it says, and the way into its servers.

    `hint` is the fix where one of them does not answer.
    """

    name: str
    addresses: TargetConfig
    access: Access
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTarget:
    """What is loaded, and what is known about it. `targets_file` is empty without a stack.

    `credentials` are the `user:password` that its address had. `metrics` is the path of the
    service's metrics, `job` its scrape job. `access` is the way into Prometheus and to the metrics,
    `hint` the fix where Prometheus does not answer; empty for the stack here.
    """

    url: str
    prometheus: str
    environment: Mapping[str, str]
    targets_file: str = ""
    metrics: str = "/metrics"
    job: str = "service"
    access: Access = NO_CREDENTIALS
    hint: str = ""
    credentials: str = field(default="", repr=False)

    @property
    def server(self) -> Prometheus:
        """The Prometheus that scrapes the service."""
        if self.hint:
            return Prometheus(self.prometheus.rstrip("/"), self.hint, access=self.access)
        return Prometheus(self.prometheus, access=self.access)


def load_target(
    config: Config,
    definitions: LoadDefinitions,
    *,
    url: str,
    secret: str,
    environment: Mapping[str, str],
    service: str = "",
    elsewhere: Environment | None = None,
) -> LoadTarget:
    """The service at `url`, else that `elsewhere`, of the running stack, or the configured one.

    Where `service` names none, it is the project's primary one. Raises UsageError for an
    unknown service, and when the project has no variable for the secret; ConfigurationError for
    an environment that does not say where the service is.
    """
    loaded = config.service(service) if service else config.primary
    if secret and not definitions.secret:
        raise UsageError(
            "--secret: the project does not say where its scenarios take a secret from.",
            fix='name the variable in its load definitions: LoadDefinitions(secret="…").',
        )
    given = {definitions.secret: secret} if secret else {}
    if elsewhere is not None:
        address = without_credentials(url or _address(config, elsewhere, loaded))
        return LoadTarget(
            url=address.url,
            credentials=address.credentials,
            prometheus=elsewhere.addresses.prometheus,
            environment={**environment, **given},
            metrics=loaded.metrics,
            job=loaded.job,
            access=elsewhere.access,
            hint=elsewhere.hint,
        )
    return _here(config, loaded, url, environment, given)


def _here(
    config: Config,
    loaded: ServiceConfig,
    url: str,
    environment: Mapping[str, str],
    given: Mapping[str, str],
) -> LoadTarget:
    """The service of the stack that runs here, or at its configured address."""
    stack = start_and_stop.running(config.state)
    if stack is None:
        address = without_credentials(url or loaded.urls[0])
        return LoadTarget(
            url=address.url,
            credentials=address.credentials,
            prometheus=config.stack.prometheus,
            environment={**environment, **given},
            metrics=loaded.metrics,
            job=loaded.job,
        )
    address = without_credentials(url or stack.addresses.of_service(loaded))
    return LoadTarget(
        url=address.url,
        credentials=address.credentials,
        prometheus=stack.addresses.prometheus,
        environment={**environment, **environment_in(config, stack, loaded), **given},
        # Several loads may run at once; Prometheus reads a file of each.
        targets_file=str(config.state / LOAD_TARGETS.replace("*", f"load-{os.getpid()}")),
        metrics=loaded.metrics,
        job=loaded.job,
    )


def _address(config: Config, elsewhere: Environment, service: ServiceConfig) -> str:
    """Where a service of the environment is: by its name, or the one that the environment has."""
    addresses = elsewhere.addresses
    found = addresses.services.get(service.name, "")
    if not found and service.name == config.primary.name:
        found = addresses.service
    if not found:
        where = f"[tool.toolkit.targets.{elsewhere.name}]"
        raise ConfigurationError(
            f"{where} does not say where {service.name} is.",
            fix=f'add services = {{ {service.name} = "https://…" }} there, or name it with --url.',
        )
    return found
