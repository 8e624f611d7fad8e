"""One run of a scenario as it was planned: the command line, without the scenario's defaults."""

import os
from dataclasses import dataclass, field

from toolkit.load.locust_process_messages import CREDENTIALS, PROXY, Instructions
from toolkit.load.workload import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """One run of `scenario` against `url`. What is 0 or empty is as the scenario says.

    `users` is how many requests may be under way at once; `timeout_seconds` is for a whole
    request. Requests that are due in the first `warm_up_seconds` are sent and not counted; the
    users of a closed loop come over `ramp_users_seconds`. Of several plans at once, it begins
    `start_seconds` after the first. `credentials` are `user:password`,
    which `url` does not hold. The secret is not here: it goes to the load generator in the
    environment variable that the project names.
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
    tags: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()
    abort: bool = False
    abort_after_seconds: float = 0.0
    warm_up_seconds: float = 0.0
    ramp_users_seconds: float = 0.0
    timeout_seconds: float = 0.0
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    insecure: bool = False
    proxy: str = field(default="", repr=False)
    credentials: str = field(default="", repr=False)
    targets_file: str = ""
    start_seconds: float = 0.0
    metrics_address: str = ""
    requests_file: str = ""

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
            "--timeout": self.timeout_seconds,
            "--warm-up": self.warm_up_seconds,
            "--ramp-users": self.ramp_users_seconds,
            "--ca-file": self.ca_file,
            "--client-certificate": self.client_certificate,
            "--client-key": self.client_key,
        }
        given = {name: value for name, value in chosen.items() if value}
        flags = ["--insecure"] if self.insecure else []
        for name, tags in (("--tags", self.tags), ("--exclude-tags", self.exclude_tags)):
            flags += [name, *tags] if tags else []
        return [*(text for name, value in given.items() for text in (name, f"{value}")), *flags]

    def variables(self) -> dict[str, str]:
        """What no list of processes may show, as environment variables."""
        secret = {CREDENTIALS: self.credentials, PROXY: self.proxy}
        return {name: value for name, value in secret.items() if value}

    def instructions(self, *, report: bool) -> Instructions:
        """What is not an option of Locust's, and whether to give a report."""
        return Instructions(
            scenario=self.scenario,
            report=report,
            parent=os.getpid(),
            targets_file=self.targets_file,
            thresholds=self.thresholds,
            abort=self.abort,
            abort_after_seconds=self.abort_after_seconds,
            progress=True,
            metrics_address=self.metrics_address,
            requests_file=self.requests_file,
        )
