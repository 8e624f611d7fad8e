"""What follows from several definitions together."""

from dataclasses import replace

from tests.support import project_builder
from toolkit.alerts import Group, Recording, RuleFile


def test_a_rule_file_is_tested_with_all_whose_recordings_it_reads() -> None:
    def file(name: str, expr: str) -> RuleFile:
        recording = Recording(name=f"app:{name}:sum", expr=expr, because="It is tested.")
        return RuleFile(name, (Group("group", f"{name}.py", (recording,), ()),))

    base, middle, top = file("base", "up"), file("middle", "app:base:sum"), file("top", "up")
    alert = project_builder.alert(expr="app:middle:sum > 1")
    top = replace(top, groups=(replace(top.groups[0], alerts=(alert,)),))
    project = replace(project_builder.project(), rule_files=(base, middle, top))
    assert project.read_by(base) == (base,)
    assert project.read_by(middle) == (base, middle)
    assert project.read_by(top) == (base, middle, top)


def test_the_labels_of_a_recording_are_those_of_its_result_and_its_own() -> None:
    def recording(name: str, expr: str, **labels: str) -> Recording:
        return Recording(name=name, expr=expr, because="It is tested.", labels=labels)

    project = project_builder.project(
        recordings=(
            recording("kind:depth:sum", "sum by (kind) (app_queue_depth)", slo="a"),
            recording("app:depth:max", "max(kind:depth:sum)"),
            recording("app:other:max", "max by (x) (other) or other"),
        )
    )
    assert project.labels_of("kind:depth:sum") == frozenset({"kind", "slo"})
    assert project.labels_of("app:depth:max") == frozenset()
    assert project.labels_of("app:other:max") is None
    assert project.labels_of("nowhere") is None
    assert project.recorded.names == {"kind:depth:sum", "app:depth:max", "app:other:max"}


def test_a_closed_label_has_its_values() -> None:
    project = project_builder.project()
    assert project.values_of("app_queue_depth", "kind") == ("read", "write")
    assert project.values_of("app_events_total", "zone") == ()
    assert project.values_of("app_latency_bucket", "le") == ("0.1", "0.5", "1.0", "+Inf")
    assert project.values_of("nowhere", "kind") == ()
