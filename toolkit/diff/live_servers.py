"""What a running Prometheus, Alertmanager and Grafana hold, in the form of what is generated.

Servers write durations, matchers and defaults in their own way, so both sides are brought into
one spelling: `comparable` does that for the definitions. What only a server says, such as a
default, is left out. Receivers are compared by name and by the kinds of their integrations, since
Alertmanager masks the rest. Of a server that is shared with others, only what is the project's
own is read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.diff.generated_files import GeneratedFiles, Json
from toolkit.durations import in_words, seconds
from toolkit.errors import ConfigurationError, RefusedError
from toolkit.findings import Location
from toolkit.generate import dashboards
from toolkit.grafana import provisioning
from toolkit.grafana.dashboard_api import choose_api
from toolkit.grafana.dashboard_api.classic_api import dashboards_in
from toolkit.grafana.dashboard_files.file_formats import FormError, classic_model
from toolkit.label_matchers.alertmanager_matchers import read_matcher
from toolkit.project import Project
from toolkit.validate.check import CheckedStack

_WAITS = ("group_wait", "group_interval", "repeat_interval")
_LISTS = ("group_by", "mute_time_intervals", "active_time_intervals")
_NOWHERE = Location("", 1)


def of_stack(stack: CheckedStack) -> GeneratedFiles:
    """What the servers hold. Raises UnreachableError where one of them does not answer."""
    routing = stack.project.routing
    return GeneratedFiles(
        groups=tuple(_groups(stack)),
        alertmanager=_live_routes(stack) if routing else {},
        dashboards=dict(_dashboards(stack)),
    )


def comparable(project: Project, generated: GeneratedFiles, *, pages: bool) -> GeneratedFiles:
    """The definitions' side in the same spelling; without `pages`, dashboards are left out."""
    every = project.config.scrape_interval  # the server's own interval, as prometheus.yml says
    return GeneratedFiles(
        groups=tuple(_group({"interval": every, **group}) for group in generated.groups),
        alertmanager=_routes(generated.alertmanager) if generated.alertmanager else {},
        dashboards=generated.dashboards if pages else {},
    )


def _groups(stack: CheckedStack) -> Iterator[Json]:
    own = stack.project.group_names
    for group in stack.prometheus.ask("/api/v1/rules")["groups"]:
        if "prometheus" in stack.shared and group["name"] not in own:
            continue
        rules = [_rule(rule) for rule in group["rules"]]
        yield _group({"name": group["name"], "interval": group["interval"], "rules": rules})


def _rule(rule: Json) -> dict[str, Any]:
    """A rule of Prometheus' API as a rule file has it."""
    name = "alert" if rule["type"] == "alerting" else "record"
    found = {name: rule["name"], "expr": rule["query"], "labels": rule.get("labels") or {}}
    if name == "alert":
        found |= {"annotations": rule.get("annotations") or {}, "for": rule.get("duration", 0)}
        found["keep_firing_for"] = rule.get("keepFiringFor", 0)
    return found


def _group(group: Json) -> dict[str, Any]:
    rules = []
    for rule in group.get("rules") or ():
        waits = {key: _words(rule[key]) for key in ("for", "keep_firing_for") if rule.get(key)}
        plain = {key: value for key, value in rule.items() if key not in {"for", "keep_firing_for"}}
        rules.append({**plain, "labels": rule.get("labels") or {}, **waits})
    return {**group, "interval": _words(group["interval"]), "rules": rules}


def _live_routes(stack: CheckedStack) -> Json:
    """What Alertmanager has loaded; of a shared one, the part that is the project's."""
    loaded = _routes(stack.alertmanager.configuration())
    routing = stack.project.routing
    if routing is None or "alertmanager" not in stack.shared:
        return loaded
    ours = _routes(alertmanager_config(routing))
    names = {each["name"] for each in ours["receivers"]}
    wanted = {str(_key(each)) for each in ours["route"]["routes"]}

    def in_common(route: Json) -> int:
        return len(wanted & {str(_key(each)) for each in route["routes"]})

    # Ours stand below some route of theirs: the one that has the most of them.
    root = max(_walk(loaded["route"]), key=in_common)
    children = [each for each in root["routes"] if str(_key(each)) in wanted]
    plain = {key: value for key, value in root.items() if key in ours["route"]}
    return {
        "route": {**plain, "routes": children},
        "receivers": [each for each in loaded["receivers"] if each["name"] in names],
        "inhibit_rules": [x for x in loaded["inhibit_rules"] if x in ours["inhibit_rules"]],
    }


def _key(route: Json) -> Json:
    """What tells a route from those next to it."""
    return {"matchers": route.get("matchers")}


def _walk(route: Json) -> Iterator[Json]:
    yield route
    for child in route["routes"]:
        yield from _walk(child)


def _routes(config: Json) -> dict[str, Any]:
    """Routes, receivers and inhibitions in one spelling."""
    return {
        "route": _route(config["route"]),
        "receivers": [_receiver(each) for each in config.get("receivers") or ()],
        "inhibit_rules": [_inhibition(each) for each in config.get("inhibit_rules") or ()],
    }


def _route(route: Json) -> dict[str, Any]:
    found: dict[str, Any] = {key: route[key] for key in ("receiver", *_LISTS) if route.get(key)}
    found |= {key: _words(route[key]) for key in _WAITS if route.get(key)}
    if matchers := _matchers(route, ""):
        found["matchers"] = matchers
    if route.get("continue"):
        found["continue"] = True
    return found | {"routes": [_route(each) for each in route.get("routes") or ()]}


def _receiver(receiver: Json) -> dict[str, Any]:
    kinds = {key: len(x) for key, x in receiver.items() if key.endswith("_configs") and x}
    return {"name": receiver["name"], "by": kinds}


def _inhibition(rule: Json) -> dict[str, Any]:
    sides = {f"{x}_matchers": _matchers(rule, f"{x}_") for x in ("source", "target")}
    return {**sides, "equal": sorted(rule.get("equal") or ())}


def _matchers(data: Json, prefix: str) -> list[str]:
    texts = [str(text) for text in data.get(f"{prefix}matchers") or ()]
    texts += [f'{name}="{x}"' for name, x in (data.get(f"{prefix}match") or {}).items()]
    texts += [f'{name}=~"{x}"' for name, x in (data.get(f"{prefix}match_re") or {}).items()]
    read = ((text, read_matcher(text, _NOWHERE)) for text in texts)
    return sorted(text if matcher is None else str(matcher) for text, matcher in read)


def _dashboards(stack: CheckedStack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The project's dashboards, and whatever else lies in its folder."""
    if stack.grafana is None:
        return
    api = choose_api.choose(stack.grafana)
    home = provisioning.folder(stack.project.config)["uid"]
    for uid in sorted({*dashboards.models(stack.project), *dashboards_in(stack.grafana, home)}):
        saved = api.dashboard(uid)
        if saved is None:
            continue
        try:
            yield uid, classic_model(uid, api.kind, saved.data)
        except FormError as error:
            raise RefusedError(
                f"{stack.grafana.url}: dashboard {uid}: {error}",
                fix="open it there and save it, or delete it.",
            ) from None


def _words(duration: object) -> str:
    """A duration in one spelling, whether a number of seconds or a text."""
    if isinstance(duration, int | float):
        return in_words(float(duration))
    try:
        return in_words(seconds(str(duration)))
    except ConfigurationError:
        return str(duration)
