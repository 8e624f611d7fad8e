"""Which scenarios one command runs, one after the other: what the flags select, as plans."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from toolkit.config.load_mixes import MixedScenario, Mixes
from toolkit.durations import seconds as in_seconds
from toolkit.errors import UsageError
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.option_values import shape
from toolkit.load.stages import require_alone
from toolkit.load.thresholds import combined
from toolkit.load.workload import Loop
from toolkit.unknown_name_did_you_mean import did_you_mean

CONCURRENT = 10  # users of a closed loop, where the command line does not say how many


def plans(
    definitions: LoadDefinitions,
    base: LoadPlan,
    *,
    known: Sequence[str] = (),
    load_test: bool = False,
    failures: bool = False,
    rate_limit: bool = False,
) -> tuple[LoadPlan, ...]:
    """The scenario that was named, or normal traffic or a sustained load, then the tests.

    `base` holds what was given; its scenario may be empty. `known` are those of the project.
    Thresholds that were given are for the first plan; the others have their own. Raises
    UsageError when nothing is to run.
    """
    base = _with_loop(base)
    tests = definitions.failures if failures else ()
    tests += definitions.rate_limit if rate_limit else ()
    chosen = []
    if base.scenario or base.requests or load_test:
        name = base.scenario or (definitions.sustained if load_test else definitions.normal)
        chosen.append(replace(base, scenario=name))
    chosen += (_test_plan(base, name, failures=name in definitions.failures) for name in tests)
    if not chosen:
        raise UsageError(
            "nothing to run: no scenario is named.",
            fix=f"name one of {', '.join(sorted(known))}."
            if known
            else "write one in the folder `loadtests`, or let `toolkit import openapi.json` do it.",
        )
    first = replace(chosen[0], thresholds=base.thresholds, abort=base.abort)
    return (first, *chosen[1:])


def _test_plan(base: LoadPlan, name: str, *, failures: bool) -> LoadPlan:
    """The plan of a test, which has a load of its own, sent to the same address in the same way.

    A test of failures sends as many requests as were asked for.
    """
    plain = replace(
        base,
        scenario=name,
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
    if failures:
        return replace(plain, loop=base.loop, users=base.users, requests=base.requests)
    return plain


def mixed(mixes: Mixes, name: str, base: LoadPlan) -> tuple[LoadPlan, ...]:
    """The plans of a mix, which run at once. `base` says where and how they are sent.

    Raises UsageError for an unknown mix, and for what the mix says itself.
    """
    if name not in mixes:
        known = ", ".join(sorted(mixes)) or "none"
        raise UsageError(
            f"unknown mix {name!r}{did_you_mean(name, mixes) if mixes else f' (known: {known})'}",
            fix="write it as a table, [tool.toolkit.mixes.NAME]: SCENARIO = { rate = 20 }.",
        )
    given = {
        "SCENARIO": base.scenario,
        "--rate": base.rate,
        "--concurrent": base.loop,
        "--users": base.users,
        "--shape": base.shape,
        "--stages": base.stages,
        "--requests": base.requests,
        "--tag or --exclude-tag": base.tags or base.exclude_tags,
    }
    doubled = ", ".join(option for option, value in given.items() if value)
    if doubled:
        raise UsageError(
            f"--mix {name}: {doubled} would be for one scenario, and a mix has several.",
            fix=f"write it for each scenario, in [tool.toolkit.mixes.{name}].",
        )
    of_each, _ = divided_thresholds(mixes[name], base.thresholds)
    return tuple(
        _mixed_plan(replace(base, scenario=scenario, thresholds=of_each[scenario]), entry)
        for scenario, entry in mixes[name].items()
    )


def divided_thresholds(
    scenarios: Iterable[str], texts: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The thresholds of each scenario of a mix, `SCENARIO: threshold`, and those of all."""
    of_each: dict[str, tuple[str, ...]] = dict.fromkeys(scenarios, ())
    of_all = []
    for text in texts:
        scenario, _, rest = text.partition(": ")
        if rest and scenario in of_each:
            of_each[scenario] += (rest,)
        else:
            of_all.append(text)
    return of_each, tuple(of_all)


def _mixed_plan(base: LoadPlan, entry: MixedScenario) -> LoadPlan:
    length = in_seconds(entry.duration) if entry.duration else base.seconds
    plan = replace(
        base,
        loop=Loop.CLOSED if entry.concurrent else None,
        users=entry.concurrent or entry.users,
        rate=float(entry.rate),
        shape=shape(f"{base.scenario}, in the mix", entry.shape),
        requests=entry.requests,
        seconds=round(length),
        start_seconds=in_seconds(entry.start) if entry.start else 0.0,
        thresholds=tuple(x.text for x in combined(entry.thresholds, base.thresholds)),
        tags=entry.tags,
        exclude_tags=entry.exclude_tags,
        # Prometheus reads a file of each load.
        targets_file=base.targets_file and base.targets_file + f".{base.scenario}.json",
    )
    return _with_loop(plan)


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
