"""A demo on a stack that nobody started: what was sent, what was counted, and the checks."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support import fake_servers, load_runs
from toolkit.config.pyproject import Addresses
from toolkit.demo import DemoOutcome
from toolkit.project import Project
from toolkit.stack.state import Phase, Running, RunningStack
from toolkit.validate import run_checks


def stack(root: Path, names: Sequence[str]) -> RunningStack:
    """A record of these servers, of which none runs."""
    urls = {name: f"http://127.0.0.1:{9000 + number}" for number, name in enumerate(names)}
    return RunningStack(
        state=root / ".toolkit",
        phase=Phase.RUNNING,
        secret="",
        environment={},
        addresses=Addresses(
            services={}, prometheus=urls["prometheus"], alertmanager=urls["alertmanager"]
        ),
        components=tuple(
            Running(
                name=name,
                pid=4000 + number,
                started=0.0,
                url=url,
                ready="/",
                log=f"ROOT/.toolkit/logs/{name}.log",
            )
            for number, (name, url) in enumerate(urls.items())
        ),
    )


def run(sent: int, counted: float, checks: Sequence[str]) -> Callable[..., DemoOutcome]:
    """What takes the place of `toolkit.demo.run`; fake servers answer the checks."""

    def ran(project: Project, *_: object, **__: object) -> DemoOutcome:
        known = run_checks.checks(project.config.validators)
        return DemoOutcome(
            load=load_runs.result(*[load_runs.judged()] * sent),
            counted=counted if project.requests else None,
            results=run_checks.run(
                fake_servers.stack(project=project), run_checks.select(known, checks)
            ),
        )

    return ran
