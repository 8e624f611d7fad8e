"""What makes each alert fire in a drill exists: its scenario, the service's fault endpoint.

Why: a drill that cannot apply a cause proves nothing of its alerts, and says so only once it
runs.
"""

from collections.abc import Iterator

from toolkit import find_definitions
from toolkit.alerts import Alert
from toolkit.config.pyproject import Config
from toolkit.drill.apply_causes import faulty_service, no_endpoint, unknown_process
from toolkit.drill_causes import Fault, Load, Quiet, Stop, Undrillable
from toolkit.findings import Finding
from toolkit.unknown_name_did_you_mean import did_you_mean
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare causes with the load scenarios and with [tool.toolkit.drill]."""
    config = stack.project.config
    known = set(find_definitions.scenarios(config))
    alerts = {alert.name for alert in stack.project.alerts}
    if config.drill.background and config.drill.background not in known:
        yield CHECK.wrong(
            f"[tool.toolkit.drill] background is {config.drill.background!r}"
            f"{did_you_mean(config.drill.background, known)}"
        )
    for alert in stack.project.alerts:
        message = _lacking(alert, config, known)
        if message:
            yield CHECK.wrong(message, subject=alert.name)
        also = () if isinstance(alert.fired_by, Undrillable) else alert.fired_by.also
        for name in sorted(set(also) - alerts):
            yield CHECK.wrong(
                f"fired_by: also names {name!r}{did_you_mean(name, alerts)}", subject=alert.name
            )


def _lacking(alert: Alert, config: Config, known: set[str]) -> str:
    match alert.fired_by:
        case Load(scenario=scenario) if scenario not in known:
            return f"fired_by names the scenario {scenario!r}{did_you_mean(scenario, known)}"
        case Fault() as fault if faulty_service(config, fault) is None:
            return f"fired_by is a fault, and {no_endpoint(config, fault)}."
        case Stop() as stop if unknown_process(config, stop):
            return f"fired_by stops a process, and {unknown_process(config, stop)}"
        case Quiet() if not config.drill.background:
            return "fired_by ends the traffic, and [tool.toolkit.drill] background is not set."
        case _:
            return ""


CHECK = Check(
    "alerts-can-be-drilled",
    "what makes each alert fire exists",
    CheckGroup.TESTS,
    run,
    fix="correct the alert's fired_by, or [tool.toolkit.drill].",
)
