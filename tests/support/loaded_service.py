"""A service as a process, loaded by every test of a module."""

import os
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.support import service_process
from tests.support.repository import ROOT
from toolkit.config import pyproject
from toolkit.load import definitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.load_target import LoadTarget
from toolkit.load.results import LoadOutcome
from toolkit.load.run import RunOptions, run

SendLoad = Callable[..., LoadOutcome]
# The stack's own: the default limits, and a proxy that may say who the client is.
LIMITED = {"EXECUTION_RATE_LIMIT_PER_MINUTE": "100", "EXECUTION_TRUSTED_PROXIES": "127.0.0.0/8"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with its default limits."""
    server = service_process.execution(tmp_path_factory.mktemp("service"), ready=True, **LIMITED)
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture(scope="module")
def load(service: str) -> SendLoad:
    """Load the service with plans, as `toolkit load` does, and give the outcome."""

    def send(
        *plans: Mapping[str, object],
        url: str = "",
        secret: str = service_process.SECRET,
        **options: object,
    ) -> LoadOutcome:
        settings = pyproject.load(ROOT)
        to = LoadTarget(
            url=url or service,
            prometheus="http://127.0.0.1:9",
            environment={**os.environ, "EXECUTION_WEBHOOK_SECRETS": secret},
        )
        made = tuple(LoadPlan(**{"url": to.url, **plan}) for plan in plans)  # type: ignore[arg-type]
        return run(
            settings,
            definitions.read(settings),
            to,
            made,
            RunOptions(**options),  # type: ignore[arg-type] # the caller names fields
            progress=lambda _: None,
        )

    return send
