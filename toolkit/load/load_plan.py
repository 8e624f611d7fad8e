"""One run of a scenario as it was planned: the command line, without the scenario's defaults."""

from dataclasses import dataclass

from toolkit.load.process_messages import Instructions
from toolkit.load.workload import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """One run of `scenario` against `url`. What is 0 or empty is as the scenario says.

    `users` is how many requests may be under way at once. The secret is not here: it goes to
    the load generator in the environment variable that the project names.
    """

    scenario: str
    url: str
    loop: Loop | None = None
    users: int = 0
    rate: float = 0.0
    seconds: int = 0  # whole ones: Locust reads no others
    requests: int = 0
    shape: str = ""
    stages: str = ""
    seed: int = 1
    thresholds: tuple[str, ...] = ()
    abort: bool = False
    targets_file: str = ""
    metrics_port: int = 0

    def options(self) -> list[str]:
        """As Locust's options."""
        chosen = {
            "--host": self.url,
            "--users": self.users,
            "--run-time": f"{self.seconds}s" if self.seconds else "",
            "--loop": self.loop or "",
            "--rate": self.rate,
            "--requests": self.requests,
            "--shape": self.shape,
            "--stages": self.stages,
            "--seed": self.seed,
        }
        given = {name: value for name, value in chosen.items() if value}
        return [text for name, value in given.items() for text in (name, f"{value}")]

    def instructions(self, report: str) -> Instructions:
        """What is not an option of Locust's, and where to write the report."""
        return Instructions(
            scenario=self.scenario,
            report=report,
            targets_file=self.targets_file,
            thresholds=self.thresholds,
            abort=self.abort,
            progress=True,
            metrics_port=self.metrics_port,
        )
