"""Grafana's datasources are those that the code defines.

Why: a dashboard whose datasource asks another Prometheus, or asks with another interval,
shows numbers that are wrong and look right.
"""

from collections.abc import Iterator

from toolkit import provisioning
from toolkit.deploy import agrees
from toolkit.findings import Finding
from toolkit.validate import Check, Group, Stack

# Words of provisioning files, and what whoever runs that Grafana chooses.
_THEIR_OWN = frozenset({"editable", "isDefault"})


def run(stack: Stack) -> Iterator[Finding]:
    """Compare each datasource by uid, ignoring what Grafana itself adds."""
    grafana = stack.its_grafana()
    for wanted in provisioning.datasources(stack.project.config)["datasources"]:
        uid = wanted["uid"]
        found = grafana.datasource(uid)
        if found is None:
            yield CHECK.wrong("is not there.", subject=uid, fix="run `toolkit deploy`.")
            continue
        for key, value in wanted.items():
            if key not in _THEIR_OWN and not agrees(value, found.get(key)):
                yield CHECK.wrong(
                    f"{key} is {found.get(key)!r}, not {value!r}.",
                    subject=uid,
                    fix="run `toolkit deploy`, or correct [tool.toolkit.stack].",
                )


CHECK = Check(
    "datasources-match",
    "every datasource is as the code defines it",
    Group.GRAFANA_RUNS,
    run,
)
