"""Grafana's datasources are those that the code defines, and no other asks our servers.

Why: a dashboard whose datasource asks another Prometheus, or asks with another interval,
shows numbers that are wrong and look right. A second datasource of the same server, made by
hand, is one whose settings no code keeps. What asks other servers is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.deploy.dashboards_to_grafana import agrees
from toolkit.findings import Finding
from toolkit.grafana import provisioning
from toolkit.validate.check import Check, CheckedStack, CheckGroup

# Words of provisioning files, and what whoever runs that Grafana chooses.
_THEIR_OWN = frozenset({"editable", "isDefault"})


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare each datasource by uid, ignoring what Grafana itself adds; then name the others."""
    grafana = stack.its_grafana()
    defined = provisioning.datasources(stack.project.config)["datasources"]
    # Grafana may reach a server as this environment does, or as the code says.
    addresses = {
        provisioning.PROMETHEUS_UID: stack.prometheus.url,
        provisioning.ALERTMANAGER_UID: stack.alertmanager.url,
    }
    for wanted in defined:
        uid = wanted["uid"]
        found = grafana.datasource(uid)
        if found is None:
            yield CHECK.wrong("is not there.", subject=uid, fix="run `toolkit deploy`.")
        else:
            yield from _compare(wanted, found, addresses[uid])
    if "grafana" in stack.shared:
        return  # whatever else asks our servers is its owners'
    ours = {_plain(url) for url in (*addresses.values(), *(each["url"] for each in defined))}
    known = {each["uid"] for each in defined}
    for other in grafana.datasources():
        if other["uid"] not in known and _plain(other.get("url", "")) in ours:
            yield CHECK.wrong(
                f"asks {other['url']} too, and no code defines it.",
                subject=f"{other['name']} ({other['uid']})",
                fix="delete it there, and use the datasource that `toolkit deploy` makes.",
            )


def _compare(wanted: Mapping[str, Any], found: Mapping[str, Any], here: str) -> Iterator[Finding]:
    settings = found.get("jsonData") or {}
    pairs = [(key, value, found.get(key)) for key, value in wanted.items() if key != "jsonData"]
    pairs += [(f"jsonData.{k}", v, settings.get(k)) for k, v in wanted["jsonData"].items()]
    for key, ours, theirs in pairs:
        if key in _THEIR_OWN or agrees(ours, theirs):
            continue
        if key == "url" and _plain(theirs or "") == _plain(here):
            continue
        yield CHECK.wrong(f"{key} is {theirs!r}, not {ours!r}.", subject=wanted["uid"])


def _plain(url: str) -> str:
    return url.rstrip("/")


CHECK = Check(
    "datasources-match",
    "every datasource is as the code defines it",
    CheckGroup.GRAFANA_RUNS,
    run,
    fix="run `toolkit deploy`, or correct [tool.toolkit.stack].",
)
