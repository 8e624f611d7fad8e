"""What an alert, a recording and a proof refuse, where they are written."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.alerts import Alert, AsWritten, Group, Proof, Reading, Recording, RuleFile, Waiver
from toolkit.drill_causes import Quiet, Undrillable
from toolkit.errors import DefinitionError
from toolkit.findings import Location
from toolkit.prometheus.write_rule_files import rule_file

GOOD = project_builder.alert()
REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "a name that is not a state": ({"name": "tooMany"},
                                "tooMany: an alert's name is a state in PascalCase."),
    "what is not PromQL": ({"expr": "sum("}, "TooMany.expr: not PromQL: "),
    "a hold that is not a duration": ({"hold": "5 minutes"},
                            'Alert("TooMany"): hold is "5 minutes"; it must be a duration'),
    "an empty sentence": ({"impact": " "}, "TooMany: impact is empty."),
    "a summary with a value": ({"summary": "It is {{ $value }}."},
                               "TooMany: the summary must be a fixed sentence"),
    "a summary without an end": ({"summary": "It is"},
                                 "TooMany: the summary must be a fixed sentence"),
    "a description without a value": ({"description": "It is."},
                                      "TooMany: the description shows no value."),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_an_alert_refuses(change: dict[str, str], message: str) -> None:
    with pytest.raises(DefinitionError) as error:
        replace(GOOD, **change)  # type: ignore[arg-type] # every field changed here is text
    assert error.value.message.startswith(message)


@pytest.mark.parametrize("name", ["rate", "a:b", "A:b:c", "a:b:c:d"])
def test_a_recording_is_named_in_three_parts(name: str) -> None:
    with pytest.raises(DefinitionError, match="named level:metric:operations"):
        Recording(name=name, expr="up", because="It is tested.")


def test_a_recording_is_its_name_in_an_expression() -> None:
    assert f"{Recording(name='a:b:c', expr='up', because='x')} > 1" == "a:b:c > 1"


def test_a_silent_proof_has_no_labels() -> None:
    with pytest.raises(DefinitionError, match="an alert that does not fire has no labels"):
        Proof("none", {}, at="5m", fires=False, labels={"a": "b"})


def test_cases_refuse_times_and_series_that_are_none() -> None:
    with pytest.raises(DefinitionError, match=r'Proof."x".: at is "soon"; it must be a duration'):
        Proof("x", {}, at="soon", fires=True)
    with pytest.raises(DefinitionError, match=r"Reading.'x'.: not PromQL"):
        Reading("x", {"up{": "1"}, at="5m", value=1)


SAMPLES = ("5", "-5", "5x40", "0+30x40", "1.5-0.5x4", "_", "_x9", "stale", "1 _x3 2e3", "NaN Inf")
NOT_SAMPLES = ("0y10", "5 x40", "5x", "5+3", "5,6", "five", "1+2x3x4")


@pytest.mark.parametrize("samples", SAMPLES)
def test_samples_are_in_promtools_notation(samples: str) -> None:
    assert Proof("x", {"up": samples}, at="5m", fires=True).series == {"up": samples}


def test_a_native_histogram_is_left_to_promtool() -> None:
    assert Reading("x", {"up": "{{schema:0 sum:1 count:1}}x3"}, at="5m", value=1)


@pytest.mark.parametrize("samples", NOT_SAMPLES)
def test_samples_that_promtool_refuses_are_told_with_their_proof(samples: str) -> None:
    with pytest.raises(DefinitionError, match=r"^Proof.'x'.: '.*' is not in promtool's") as caught:
        Proof("x", {"up": samples}, at="5m", fires=True)
    assert caught.value.fix == "write samples like 5, 5x40, 0+30x40, _x9 or stale."
    assert caught.value.argument == "series"


def test_a_waiver_says_why() -> None:
    with pytest.raises(DefinitionError) as error:
        Waiver("no-traffic", " ")
    assert str(error.value) == (
        'Waiver(\'no-traffic\') has no reason.\n  fix: say why: Waiver("no-traffic", "…").'
    )


def test_an_alert_remembers_its_line() -> None:
    made = Alert(
        name="X",
        expr="up == 0",
        severity=GOOD.severity,
        component="c",
        summary="It.",
        description="{{ $value }}",
        impact="i",
        response="r",
        because="b",
        panel="p",
        proof=(),
        fired_by=Undrillable("It is not run."),
    )
    assert made.defined.path == __file__
    assert made.defined.argument("expr").line == made.defined.line + 2


def test_where_it_is_defined_is_not_part_of_what_an_alert_or_a_recording_says() -> None:
    one, same = project_builder.alert(), replace(GOOD, defined=Location("elsewhere.py", 7))
    assert one == same
    assert "elsewhere.py" not in repr(same)
    recording = Recording(name="a:b:c", expr="up", because="x")
    assert recording == replace(recording, defined=Location("elsewhere.py", 7))
    assert "elsewhere.py" not in repr(replace(recording, defined=Location("elsewhere.py", 7)))


def test_what_is_refused_says_how_to_fix_it() -> None:
    with pytest.raises(DefinitionError) as error:
        replace(GOOD, name="tooMany")
    assert error.value.fix == "write it like `HighErrorRate`."
    with pytest.raises(DefinitionError) as error:
        replace(GOOD, because="")
    assert error.value.fix == "write it out: the runbook shows it."


def test_a_group_is_evaluated_recordings_first_and_a_file_knows_what_it_records() -> None:
    recording = Recording(name="a:b:c", expr="up", because="x")
    group = Group("g", "g.py", (recording,), (GOOD,))
    file = RuleFile("app", (group, replace(group, recordings=())))
    assert group.rules == (recording, GOOD)
    assert file.alerts == (GOOD, GOOD)
    assert file.recorded == {"a:b:c"}


def test_an_imported_alert_keeps_its_labels_and_needs_no_words_of_its_own() -> None:
    rule = AsWritten(name="too many!", labels={"severity": "page", "team": "shop"})
    imported = replace(GOOD, summary="It is {{ $value }}", description="", as_written=rule)
    assert imported.alertname == "too many!"
    assert imported.rule_labels == {"severity": "page", "team": "shop"}
    assert GOOD.alertname == GOOD.name
    assert GOOD.rule_labels == {"severity": "warning", "component": "app"}


def test_an_imported_alert_refuses_a_severity_that_its_label_contradicts() -> None:
    with pytest.raises(DefinitionError, match="severity is warning, but the rule's label critical"):
        replace(GOOD, as_written=AsWritten(labels={"severity": "critical"}))


def test_an_alert_of_another_name_cannot_be_waited_for_in_a_drill() -> None:
    with pytest.raises(DefinitionError, match="is named 'x', and a drill waits for TooMany"):
        replace(GOOD, fired_by=Quiet(), as_written=AsWritten(name="x"))


def test_an_imported_recording_may_have_any_name() -> None:
    with pytest.raises(DefinitionError, match=r"is named level:metric:operations\."):
        Recording(name="Sales", expr="up", because="x")
    assert Recording(name="Sales", expr="up", because="x", as_written=AsWritten()).name == "Sales"
    with pytest.raises(DefinitionError, match=r"is named level:metric:operations\."):
        Recording(name="a-b", expr="up", because="x", as_written=AsWritten())


LABELS: dict[str, tuple[dict[str, str], str]] = {
    "a name that is not one": ({"my-team": "x"}, "'my-team' is not the name of a label."),
    "a name of Prometheus' own": ({"__team": "x"}, "'__team' is not the name of a label."),
    "a label that is there": ({"severity": "x"}, "'severity' is set already."),
    "an empty value": ({"team": ""}, "team must be a text that is not empty, but is ''."),
}


@pytest.mark.parametrize(("labels", "message"), LABELS.values(), ids=LABELS)
def test_labels_of_an_alert_are_refused(labels: dict[str, str], message: str) -> None:
    with pytest.raises(DefinitionError) as error:
        replace(GOOD, labels=labels)
    assert error.value.message == f"TooMany.labels: {message}"


def test_the_labels_of_the_rule_are_severity_component_and_those_given() -> None:
    given = replace(GOOD, labels={"team": "db"})
    assert given.rule_labels == {"severity": "warning", "component": "app", "team": "db"}
    group = Group("g", "x.py", (), (given,))
    made = rule_file(RuleFile("f", (group,)), runbook_url="{alert}", dashboard_urls={"TooMany": ""})
    assert made["groups"][0]["rules"][0]["labels"] == given.rule_labels


def test_a_severity_is_a_member_of_an_enumeration() -> None:
    with pytest.raises(DefinitionError) as error:
        replace(GOOD, severity="warning")  # type: ignore[arg-type]
    assert error.value.message == (
        'Alert("TooMany"): severity is "warning"; it must be one of Severity.CRITICAL, '
        "Severity.WARNING, Severity.INFO or a member of a StrEnum of your own."
    )
    assert error.value.fix == "write severity=Severity.WARNING."
