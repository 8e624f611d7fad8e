"""The workers that have joined: which are alive, and whether they can send in one run."""

import time
from typing import Any

import gevent

_POLL_SECONDS = 0.1
_FIRST_MESSAGE_SECONDS = 5.0  # to wait for a connected worker's first message


class JoinedWorkers:
    """The senders of a runner: a master's workers, or the one process itself.

    `locust_version` and `scenario` are those of this process.
    """

    def __init__(self, runner: Any, locust_version: str, scenario: str) -> None:
        self._runner, self._version, self._scenario = runner, locust_version, scenario
        self._versions: dict[str, str] = {}

    def alive(self) -> tuple[str, ...]:
        """The ids of all that can send now, sorted."""
        clients = getattr(self._runner, "clients", None)  # a master's
        if clients is None:
            return (str(self._runner.client_id),)
        return tuple(sorted(x.id for x in (*clients.ready, *clients.spawning, *clients.running)))

    def worker_count(self) -> int:
        """How many workers there are now; 0 where the one process sends itself."""
        return 0 if getattr(self._runner, "clients", None) is None else len(self.alive())

    def with_users(self) -> tuple[str, ...]:
        """The ids of those whose users run, sorted."""
        clients = getattr(self._runner, "clients", None)
        if clients is None:
            return self.alive()
        return tuple(sorted(x.id for x in clients.running))

    def introduce(self, worker: str, locust_version: str, scenario: str) -> str:
        """A worker has said which version of Locust it runs, and which users it has.

        Why it cannot take part where they are others than the master's; otherwise nothing.
        """
        self._versions[worker] = locust_version
        if scenario == self._scenario:
            return ""
        return (
            f"a worker runs the scenario {scenario or 'of an older toolkit'}, and the master "
            f"{self._scenario}. Start both with the same one."
        )

    def refusal(self) -> str:
        """Wait for every worker's first message; why they cannot send in one run, or nothing."""
        deadline = time.monotonic() + _FIRST_MESSAGE_SECONDS
        while not (alive := set(self.alive())) <= self._versions.keys():
            if time.monotonic() > deadline:
                unknown = len(alive - self._versions.keys())
                return (
                    f"{unknown} of {len(alive)} workers do not run this scenario's code: they "
                    "send, and what they send is not counted. Start them with "
                    "`toolkit load … --worker`."
                )
            gevent.sleep(_POLL_SECONDS)
        others = {self._versions[worker] for worker in alive} - {self._version}
        if others:
            return (
                f"a worker runs Locust {', '.join(sorted(others))}, and the master "
                f"{self._version}: their messages need not fit. "
                "Install the same version on both."
            )
        return ""
