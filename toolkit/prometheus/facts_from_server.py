"""What a running Prometheus says about itself, and the rules that it has loaded."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from toolkit.errors import ConfigurationError, UnreachableError
from toolkit.findings import Location
from toolkit.http_client import answers_of
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.rules import PlainRules, WrittenRule


def facts(prometheus: Prometheus) -> ServerFacts:
    """Its configuration, release, retention, and the kinds of the metrics that it scrapes.

    Raises UnreachableError where it does not answer, or answers what cannot be read.
    """
    with answers_of("Prometheus", prometheus.url):
        text = prometheus.ask("/api/v1/status/config")["yaml"]
        kinds = _kinds(prometheus.ask("/api/v1/metadata"))
    try:
        known = ServerFacts.of(yaml.safe_load(text) or {})
    except (yaml.YAMLError, ConfigurationError) as error:
        raise UnreachableError(
            f"{prometheus.url}: its configuration cannot be read: {error}"
        ) from None
    return replace(
        known,
        retention_seconds=prometheus.retention_seconds(),
        release=_release(prometheus.version()),
        kinds=kinds,
    )


def loaded_rules(prometheus: Prometheus, server: ServerFacts) -> PlainRules:
    """The rules that it has loaded, with the file that each came from."""
    with answers_of("Prometheus", prometheus.url):
        groups = prometheus.ask("/api/v1/rules")["groups"]
        rules = tuple(_rule(rule, group) for group in groups for rule in group["rules"])
    return PlainRules(rules, server=server)


def _rule(rule: Mapping[str, Any], group: Mapping[str, Any]) -> WrittenRule:
    return WrittenRule(
        name=rule["name"],
        is_alert=rule["type"] == "alerting",
        expr=rule["query"],
        location=Location(f"{group['file']} (loaded)", 1),
        hold=_duration(rule.get("duration", 0)),
        keep_firing_for=_duration(rule.get("keepFiringFor", 0)),
        labels=rule.get("labels") or {},
        annotations=rule.get("annotations") or {},
        file=group["file"],
        group=group["name"],
        interval=_duration(group["interval"]),
    )


def _duration(number: float) -> str:
    return f"{round(number * 1000)}ms" if number else ""


def _release(version: str) -> tuple[int, int] | None:
    match = re.match(r"v?(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def _kinds(metadata: Mapping[str, Any]) -> dict[str, str]:
    """By series' name, its kind in the words of `toolkit.catalogue`; what is doubtful is left out.

    A histogram's buckets, sums and counts are counters, and a summary's sum and count.
    """
    found: dict[str, str] = {}
    for name, entries in metadata.items():
        kinds = {entry.get("type") for entry in entries}
        if len(kinds) != 1:
            continue  # several jobs export it, each as something else
        (kind,) = kinds
        if kind in {"counter", "gauge"}:
            found[name] = kind
        elif kind in {"histogram", "summary"}:
            parts = ("_bucket", "_sum", "_count") if kind == "histogram" else ("_sum", "_count")
            found |= dict.fromkeys((f"{name}{part}" for part in parts), "counter")
    return found
