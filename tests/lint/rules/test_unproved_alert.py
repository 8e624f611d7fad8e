"""`unproved-alert`: every rule has a test that would notice."""

from pathlib import Path

from tests.support import plain_rules, project_builder
from toolkit.alerts import Proof, Reading, Recording, Waiver
from toolkit.lint.rules.unproved_alert import RULE

FIRES = Proof("many", {'app_events_total{kind="read"}': "0+600x30"}, at="20m", fires=True)
SILENT = Proof("none", {}, at="20m", fires=False)
READ = Recording(
    name="kind:app_events:rate5m", expr="sum(rate(app_events_total[5m]))", because="It is tested."
)


def test_leaves_an_alert_with_both_sides_alone() -> None:
    found = project_builder.project(alerts=(project_builder.alert(proof=(FIRES, SILENT)),))
    assert plain_rules.messages(RULE, found) == []


def test_flags_an_alert_with_one_side() -> None:
    for proof, word in ((FIRES, "stays silent"), (SILENT, "fires")):
        found = project_builder.project(alerts=(project_builder.alert(proof=(proof,)),))
        (told,) = RULE.check(found)
        assert (told.message, told.fix) == (f"no case in which it {word}.", "add one.")


def test_flags_a_recording_that_nothing_proved_reads() -> None:
    assert plain_rules.messages(RULE, project_builder.project(recordings=(READ,))) == [
        "no test watches it."
    ]


def test_leaves_a_recording_alone_that_a_proved_alert_reads() -> None:
    reads = project_builder.alert(expr=f"{READ} > 5", proof=(FIRES, SILENT))
    project = project_builder.project(recordings=(READ,), alerts=(reads,))
    assert plain_rules.messages(RULE, project) == []


def test_leaves_a_recording_with_a_reading_alone() -> None:
    reading = Reading("none", {}, at="5m", value=None)
    proved = Recording(name="a:b:c", expr="app_queue_depth", because="It.", proof=(reading,))
    assert plain_rules.messages(RULE, project_builder.project(recordings=(proved,))) == []


def test_boundaries_that_cannot_be_generated_are_said_or_waived() -> None:
    odd = project_builder.alert(expr="stddev(app_queue_depth) > 3", proof=(FIRES, SILENT))
    assert plain_rules.messages(RULE, project_builder.project(alerts=(odd,))) == [
        "no boundary case can be generated: `stddev(app_queue_depth{})` cannot be read backwards."
    ]
    waived = type(odd)(
        **{name: getattr(odd, name) for name in odd.__slots__ if name != "waive"},
        waive=(Waiver("boundaries", "A deviation has many worlds."),),
    )
    assert plain_rules.messages(RULE, project_builder.project(alerts=(waived,))) == []


def test_says_nothing_about_plain_rules(tmp_path: Path) -> None:
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, "alert: X\nexpr: a > 1")) == []
