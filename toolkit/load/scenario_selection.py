"""Which scenarios one command runs, one after the other: what the flags select, as plans."""

from dataclasses import replace

from toolkit.errors import UsageError
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.stages import require_alone
from toolkit.load.workload import Loop

CONCURRENT = 10  # users of a closed loop, where the command line does not say how many


def plans(
    definitions: LoadDefinitions,
    base: LoadPlan,
    *,
    load_test: bool = False,
    failures: bool = False,
    rate_limit: bool = False,
) -> tuple[LoadPlan, ...]:
    """The scenario that was named, or normal traffic or a sustained load, then the tests.

    `base` holds what was given; its scenario may be empty. Thresholds that were given are
    for the first plan; the others have their own. Raises UsageError when nothing is to run.
    """
    base = _with_loop(base)
    tests = definitions.failures if failures else ()
    tests += definitions.rate_limit if rate_limit else ()
    chosen = []
    if base.scenario or base.requests or load_test:
        name = base.scenario or (definitions.sustained if load_test else definitions.normal)
        chosen.append(replace(base, scenario=name))
    # The others have loads of their own, sent to the same address in the same way.
    plain = replace(
        base,
        scenario="",
        loop=None,
        users=0,
        rate=0.0,
        seconds=0,
        requests=0,
        shape="",
        stages="",
        thresholds=(),
        abort=False,
    )
    for name in tests:
        if name in definitions.failures:
            plan = replace(plain, loop=base.loop, users=base.users, requests=base.requests)
        else:
            plan = plain
        chosen.append(replace(plan, scenario=name))
    if not chosen:
        raise UsageError(
            "nothing to run: no scenario is named.",
            fix=f"name one, like `toolkit load {definitions.normal}`, "
            "or give --webhooks or --load-test.",
        )
    first = replace(chosen[0], thresholds=base.thresholds, abort=base.abort)
    return (first, *chosen[1:])


def _with_loop(base: LoadPlan) -> LoadPlan:
    """So many requests without a rate are sent by users who wait for their answers."""
    if base.loop is Loop.CLOSED and (base.rate or base.shape or base.stages):
        raise UsageError(
            "--concurrent is a closed loop, where answers set the pace; --rate, --shape and "
            "--stages are for an open one.",
            fix="give one or the other; --users bounds what an open loop has under way.",
        )
    if base.stages:
        require_alone(rate=base.rate, shape=base.shape, seconds=base.seconds)

    if base.requests and base.loop is None and not (base.rate or base.shape or base.stages):
        return replace(base, loop=Loop.CLOSED, users=base.users or CONCURRENT)
    return base
