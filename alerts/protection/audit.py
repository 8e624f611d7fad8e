"""Whether the audit log has every line."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity

AUDIT_LINES_LOST = Alert(
    name="AuditLinesLost",
    expr=f"sum(increase({m.AUDIT_LINES_LOST}[5m])) > 0",
    severity=Severity.WARNING,
    component="audit",
    summary="The audit log lost lines.",
    description="{{ $value | humanize }} lines in five minutes could not be written.",
    impact="What the service decided in this time cannot be shown afterwards. Orders are taken all "
    "the same, and stand in the journal.",
    response="1. The log says why: `the audit log cannot be written`. 2. A full disk: make room; "
    "lines that still wait are written then. 3. A read-only disk, or a folder whose owner changed: "
    "mend that, or point EXECUTION_AUDIT_LOG elsewhere.",
    because="Ten thousand lines wait for the disk before the first is lost, so that one loss is "
    "minutes of trouble already.",
    panel="Journal and audit log write errors",
    fired_by=cause.AUDIT_LOSES,
    proof=(
        Proof(
            "lines are lost",
            {m.AUDIT_LINES_LOST.where(): "0x5 0+40x20"},
            at="12m",
            fires=True,
        ),
        Proof("none was lost", {m.AUDIT_LINES_LOST.where(): "0x30"}, at="12m", fires=False),
        Proof(
            "some were lost ten minutes ago",
            {m.AUDIT_LINES_LOST.where(): "0x2 40x30"},
            at="13m",
            fires=False,
        ),
    ),
)
