"""Which scenarios one command runs, one after the other: the short form's flags as plans."""

from dataclasses import replace

from toolkit.errors import UsageError
from toolkit.load.definitions import LoadBook
from toolkit.load.locust_process import Plan
from toolkit.load.workload import Loop

CONCURRENT = 10  # users of a closed loop, where nobody says how many


def plans(
    book: LoadBook,
    base: Plan,
    *,
    load_test: bool = False,
    failures: bool = False,
    rate_limit: bool = False,
) -> tuple[Plan, ...]:
    """The scenario that was named, or normal traffic or a sustained load, then the tests.

    `base` holds what was given; its scenario may be empty. Thresholds that were given are
    for the first plan; the others have their own. Raises UsageError when nothing is to run.
    """
    base = _looped(base)
    tests = (*(book.failures if failures else ()), *(book.rate_limit if rate_limit else ()))
    chosen = []
    if base.scenario or base.requests or load_test:
        name = base.scenario or (book.sustained if load_test else book.normal)
        chosen.append(replace(base, scenario=name))
    plain = Plan(scenario="", url=base.url, seed=base.seed, targets=base.targets)
    for name in tests:
        if name in book.failures:
            plan = replace(plain, loop=base.loop, users=base.users, requests=base.requests)
        else:
            plan = plain
        chosen.append(replace(plan, scenario=name))
    if not chosen:
        raise UsageError(
            "nothing to run: no scenario is named.",
            fix=f"name one, like `toolkit load {book.normal}`, or give --webhooks or --load-test.",
        )
    first = replace(chosen[0], thresholds=base.thresholds, abort=base.abort)
    return (first, *chosen[1:])


def _looped(base: Plan) -> Plan:
    """So many requests without a rate are sent by users who wait for their answers."""
    if base.loop is Loop.CLOSED and (base.rate or base.shape or base.stages):
        raise UsageError(
            "--concurrent is a closed loop, where answers set the pace; --rate, --shape and "
            "--stages are for an open one.",
            fix="give one or the other; --users bounds what an open loop has under way.",
        )
    if base.requests and base.loop is None and not (base.rate or base.shape or base.stages):
        return replace(base, loop=Loop.CLOSED, users=base.users or CONCURRENT)
    return base
