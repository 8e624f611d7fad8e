"""`toolkit system-test`: the scenarios, against what is up, or against services of its own."""

import argparse
import asyncio
import contextlib
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from target_app.services.bus.by_address import MEMORY, open_bus
from target_app.services.bus.in_memory import MemoryBus
from target_app.services.system_test import running_stack
from target_app.services.system_test.report import FORMATS, WRITERS, listing
from target_app.services.system_test.run import SCENARIOS, run
from target_app.services.system_test.scenario import Limits, Scenario, ScenarioList
from target_app.services.system_test.system import SystemUnderTest
from target_app.tracing.start import open_tracer
from toolkit.cli.console import progress, result
from toolkit.errors import ExitStatus, UsageError
from toolkit.unknown_name_did_you_mean import did_you_mean

_TOKEN_OF_OUR_OWN = "system-test"  # noqa: S105 - of services that live as long as the command
_QUIET = {
    "ai": {"signals_per_second": 0.0},
    "exec-risk": {"hold_seconds": 0.0},
    "analytics-os": {"watch_seconds": 0.2},
}


def main(words: Sequence[str]) -> int:
    """Try the three trading services: ten integration and eight end-to-end scenarios."""
    options, unknown = _parser().parse_known_args(list(words))
    for word in unknown:
        known = {"--list", "--only", "--bus", "--format", "--output", "--patience"}
        raise UsageError(f"toolkit system-test: unknown option {word!r}{did_you_mean(word, known)}")
    chosen = _chosen(options.scenarios, options.only)
    if options.list:
        result(listing(chosen))
        return int(ExitStatus.CLEAN)
    return asyncio.run(_run(chosen, options))


async def _run(chosen: Sequence[Scenario], options: argparse.Namespace) -> int:
    async with _system(options) as (system, bus):
        results = await run(system, chosen, limits=Limits(), progress=progress)
    output = Path(options.output) if options.output else None
    result(WRITERS[options.format](results, bus), output)
    passed = all(x.passed for x in results)
    return int(ExitStatus.CLEAN if passed else ExitStatus.FINDINGS)


@contextlib.asynccontextmanager
async def _system(options: argparse.Namespace) -> AsyncIterator[tuple[SystemUnderTest, str]]:
    """What is up here; else services of our own, on the bus that was asked for."""
    if not options.bus:
        found = running_stack.found(Path.cwd(), options.patience)
        if found is not None:
            progress("testing the stack that runs here")
            yield found, "the running stack"
            return
        progress("no stack with the three services runs here: testing them in this process")
    url = options.bus or MEMORY
    # ccxt and the services take a second to import
    from target_app.services.all_in_one_process import EmbeddedSystem

    logging.basicConfig(level=logging.CRITICAL)
    shared = MemoryBus()
    with tempfile.TemporaryDirectory(prefix="system-test-") as folder:
        embedded = EmbeddedSystem(
            Path(folder),
            lambda: shared if url == MEMORY else open_bus(url),
            _TOKEN_OF_OUR_OWN,
            _QUIET,
            lambda name: open_tracer(name, os.environ),
        )
        async with embedded.up():
            system = SystemUnderTest(embedded.urls, _TOKEN_OF_OUR_OWN, embedded, options.patience)
            await system.ready()
            yield system, "a bus in memory" if url == MEMORY else "Redis"


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="toolkit system-test", description=main.__doc__, allow_abbrev=False
    )
    made.add_argument("scenarios", nargs="*", help="scenarios to run; left out, all")
    made.add_argument("--list", action="store_true", help="list the scenarios, and run none")
    made.add_argument(
        "--only", choices=[x.value for x in ScenarioList], help="run one of the two lists"
    )
    made.add_argument(
        "--bus",
        metavar="URL",
        help="test services of the command's own on this bus: memory:, redis://… or unix://…; "
        "left out, the stack that runs here is tested, or else memory:",
    )
    made.add_argument(
        "--patience",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long anything is waited for (default: 30)",
    )
    made.add_argument("--format", default="text", choices=FORMATS, help="how to show the results")
    made.add_argument("--output", metavar="FILE", help="write the results to this file")
    return made


def _chosen(names: Sequence[str], only: str | None) -> tuple[Scenario, ...]:
    known = {scenario.name: scenario for scenario in SCENARIOS}
    for name in names:
        if name not in known:
            raise UsageError(
                f"toolkit system-test: there is no scenario {name!r}{did_you_mean(name, known)}"
            )
    chosen = [known[name] for name in names] or list(SCENARIOS)
    found = tuple(x for x in chosen if only in {None, x.of.value})
    if not found:
        raise UsageError(
            f"toolkit system-test: none of {', '.join(names)} is of the list {only}.",
            fix="leave --only out.",
        )
    return found
