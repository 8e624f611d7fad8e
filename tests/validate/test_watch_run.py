"""A watch ends at once with what goes wrong meanwhile, and is green only for what was seen."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.support.wait_until import eventually
from tests.support.watched_stack import PROJECT, WatchedStack, watched_stack
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.errors import ExitStatus
from toolkit.validate import run_checks as validation
from toolkit.validate import watch_run
from toolkit.validate.check import CheckOutcome, CheckResult
from toolkit.validate.watch_run import WatchOptions

pytestmark = pytest.mark.programs

# No test waits so long: what goes wrong ends the watch.
LONG = WatchOptions(seconds=120, every_seconds=0.2)
SHORT = WatchOptions(seconds=4, every_seconds=0.5)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    with watched_stack(tmp_path_factory.mktemp("watched")) as made:
        yield made


@pytest.fixture
def watched(running: WatchedStack) -> WatchedStack:
    running.reset()
    return running


def watch(
    watched: WatchedStack,
    meanwhile: Callable[[], None],
    options: WatchOptions = LONG,
    *,
    only: str = "",
) -> dict[str, CheckResult]:
    """Watch, and do something once the first look is over.

    `only` is the check to watch with: on a machine so busy that scrapes time out, another one may
    rightly find a target lost, and end the watch before.
    """
    said: list[str] = []

    def progress(line: str) -> None:
        if not said:
            meanwhile()
        said.append(line)

    selection = [check for check in watch_run.checks() if only in {"", check.id}]
    results = watch_run.run(watched.stack(), selection, options, progress)
    return {result.check.id: result for result in results}


def failed(results: dict[str, CheckResult]) -> dict[str, list[str]]:
    """By check, what it has found."""
    return {
        name: [f"{f.subject}: {f.message}\n{f.fix}" for f in result.findings]
        for name, result in results.items()
        if result.outcome is CheckOutcome.FAILED
    }


def test_a_watch_in_which_nothing_goes_wrong_is_green(watched: WatchedStack) -> None:
    results = watch(watched, lambda: None, SHORT)
    assert {name: result.reason for name, result in results.items()} == dict.fromkeys(results, "")
    assert {result.outcome for result in results.values()} == {CheckOutcome.PASSED}
    assert validation.verdict(tuple(results.values())) is ExitStatus.CLEAN


def test_an_alert_that_pages_ends_the_watch_with_its_panel_and_runbook(
    watched: WatchedStack,
) -> None:
    def fill() -> None:
        watched.instances[0].depth = 500

    ((found,),) = failed(watch(watched, fill, only="no-alert-pages")).values()
    # On a slow machine a scrape may be late, and the alert resolved when the watch ends.
    assert found.replace("fired, and has resolved", "fires") == (
        "QueueIsFull: fires (component=app, severity=critical): There are too many.\n"
        "panel 'Depth' of app; runbook https://runbooks.example.com/QueueIsFull"
    )


def test_an_alert_that_fired_between_two_looks_is_seen(watched: WatchedStack) -> None:
    def fill_for_a_moment() -> None:
        watched.instances[0].depth = 500
        watched.until('ALERTS{alertstate="firing", alertname="QueueIsFull"}')
        watched.instances[0].depth = 1
        watched.until('absent(ALERTS{alertstate="firing", alertname="QueueIsFull"})')

    (found,) = failed(watch(watched, fill_for_a_moment, only="no-alert-pages"))["no-alert-pages"]
    assert found.startswith("QueueIsFull: fired, and has resolved (")


def test_a_silenced_alert_pages_nobody(watched: WatchedStack) -> None:
    watched.silence("QueueIsFull")

    alertmanager = watched.stack().alertmanager

    def fill() -> None:
        watched.instances[0].depth = 500
        eventually(
            lambda: (
                "suppressed"
                in {
                    held.state
                    for held in alertmanager.alerts()
                    if held.labels["alertname"] == "QueueIsFull"
                }
            ),
            "Alertmanager holds the alert, and suppresses it",
        )

    found = watch(watched, fill, SHORT)["no-alert-pages"]
    assert found.outcome is CheckOutcome.PASSED, found.findings
    assert [f.message for f in found.findings] == [
        "fires, and is silenced or inhibited (component=app, severity=critical)."
    ]


def test_a_warning_does_not_fail_the_watch(watched: WatchedStack) -> None:
    def grow() -> None:
        watched.instances[0].depth = 50
        watched.until('ALERTS{alertstate="firing", alertname="QueueGrows"}')

    assert failed(watch(watched, grow, SHORT, only="no-alert-pages")) == {}


def test_a_budget_that_burns_too_fast_ends_the_watch(watched: WatchedStack) -> None:
    def break_some() -> None:
        watched.instances[0].writes = 2

    ((found,),) = failed(watch(watched, break_some, only="error-budgets-hold")).values()
    assert found.startswith("app-promise: ")
    assert "events broke the promise" in found
    assert "where 1.000% are allowed. The error budget is spent " in found
    assert found.endswith(
        "panel 'Events' of app; runbook https://runbooks.example.com/AppPromiseFastBurn"
    )


def lost(watched: WatchedStack, series: str) -> dict[str, list[str]]:
    """What a watch finds of a series that ends while it runs.

    A series that the first look does not see is not lost: on a machine so busy that scrapes time
    out, such a look proves nothing, and there is another.
    """
    metric = series.partition("{")[0]

    def lose() -> None:
        for instance in watched.instances:
            instance.without = series

    for _ in range(3):
        for instance in watched.instances:
            instance.without = ""
        watched.until(f"count({metric}) == 4")  # two kinds of two instances
        if found := failed(watch(watched, lose, only="no-series-is-lost")):
            return found
    return {}


def test_a_series_that_ends_is_named_with_its_labels(watched: WatchedStack) -> None:
    assert lost(watched, 'app_queue_depth{kind="write"') == {
        "no-series-is-lost": [
            'app_queue_depth: app has stopped exporting {kind="write"} (1 of 2 series).\n'
            "panel 'Depth' of app; runbook https://runbooks.example.com/QueueIsFull"
        ]
    }


def test_a_series_that_no_alert_reads_is_shown_by_its_panel(watched: WatchedStack) -> None:
    assert lost(watched, "app_latency_count") == {
        "no-series-is-lost": [
            "app_latency_count: app has stopped exporting it.\npanel 'Latency' of app"
        ]
    }


def test_a_target_that_goes_down_is_lost(watched: WatchedStack) -> None:
    lost = watched.prometheus.targets()
    address = next(t.url for t in lost if t.job == "app").removeprefix("http://").split("/")[0]

    def stop() -> None:
        next(x for x in watched.instances).down = True

    ((found,),) = failed(watch(watched, stop, only="no-target-is-lost")).values()
    assert found.startswith("app: 1 of 2 targets are up; lost: 127.0.0.1:")
    assert address.startswith("127.0.0.1:")


def test_a_restart_is_seen_by_the_start_time(watched: WatchedStack) -> None:
    def restart() -> None:
        watched.instances[1].started += 90
        watched.instances[1].counted = {"read": 0, "write": 0}

    ((found,),) = failed(watch(watched, restart, only="nothing-restarts")).values()
    assert "has restarted, 1m30s after its last start." in found


def test_a_restart_is_seen_by_counters_where_no_start_time_is_exported(
    watched: WatchedStack,
) -> None:
    for instance in watched.instances:
        instance.without = "process_start_time_seconds"
    watched.until("absent(process_start_time_seconds{job='app'})")

    def restart() -> None:
        watched.instances[1].counted = {"read": 0, "write": 0}

    ((found,),) = failed(watch(watched, restart, only="nothing-restarts")).values()
    assert "has restarted: app_events_total was reset." in found


def test_a_watch_without_events_is_not_green(watched: WatchedStack) -> None:
    for instance in watched.instances:
        instance.reads = 0
    results = watch(watched, lambda: None, SHORT)
    found = results["error-budgets-hold"]
    assert found.outcome is CheckOutcome.UNKNOWN
    assert found.reason.startswith("app-promise: no event since the watch began")
    assert validation.verdict(tuple(results.values())) is ExitStatus.UNKNOWN


def test_a_prometheus_that_does_not_answer_is_unknown(watched: WatchedStack) -> None:
    stack = replace(
        watched.stack(), prometheus=replace(watched.prometheus, url="http://127.0.0.1:9")
    )
    results = watch_run.run(stack, watch_run.checks(), SHORT, lambda _: None)
    assert {result.outcome for result in results} == {CheckOutcome.UNKNOWN}
    assert all("nothing listens there" in result.reason for result in results)
    assert validation.verdict(results) is ExitStatus.UNKNOWN


def test_a_job_that_nobody_scrapes_is_not_green(watched: WatchedStack) -> None:
    unscraped = replace(PROJECT, config=replace(PROJECT.config, job="other"))
    results = {
        result.check.id: result
        for result in watch_run.run(
            watched.stack(unscraped), watch_run.checks(), SHORT, lambda _: None
        )
    }
    assert results["watch-has-no-gap"].reason.startswith("other: no sample since the watch began.")
    assert results["no-series-is-lost"].outcome is CheckOutcome.UNKNOWN
    assert validation.verdict(tuple(results.values())) is not ExitStatus.CLEAN


def test_a_watch_of_services_that_may_all_be_absent_is_not_green(watched: WatchedStack) -> None:
    service = ServiceConfig(name="app", run=ServiceRun.ON_DEMAND)
    stack = replace(PROJECT.config.stack, shared=("prometheus",))
    config = replace(PROJECT.config, services={"app": service}, stack=stack)
    away = replace(PROJECT, config=config, catalogues={"app": PROJECT.catalogue})
    known = [x for x in watch_run.checks() if x.id not in {"no-alert-pages", "error-budgets-hold"}]
    results = watch_run.run(watched.stack(away), known, SHORT, lambda _: None)
    assert {result.outcome for result in results} == {CheckOutcome.SKIPPED}
    assert validation.verdict(results) is ExitStatus.UNKNOWN
