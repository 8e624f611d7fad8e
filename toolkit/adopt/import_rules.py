"""Rule files → definitions: a folder for each file, a module for each group, a constant for a rule.

What is generated from them again is the same rule: name, expression, durations, labels and
annotations. What a definition says and a rule does not is written as a placeholder. A file that
Prometheus would refuse is not imported at all, and each thing wrong in it is listed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from toolkit.adopt.import_result import Imported, ImportedSource
from toolkit.adopt.values_as_python import INDENT, WIDTH, call, distinct, identifier, mapping, text
from toolkit.alerts import Severity
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.rules import Problem, WrittenGroup, WrittenRule

NOT_SAID = "The rule file that this was imported from does not say."
# What other people call a severity, by how soon a person must act.
_SEVERITIES = {
    **dict.fromkeys(("page", "error", "emergency", "high", "p1", "fatal"), Severity.CRITICAL),
    **dict.fromkeys(("none", "low", "information", "notice", "debug", "p4"), Severity.INFO),
}
_RESERVED = {"GROUP", "INTERVAL", "NOT_SAID"}


def import_rules(
    paths: Sequence[Path], package: str, *, alerts: frozenset[str] = frozenset()
) -> Imported:
    """The definitions of the rule files at `paths`, to be written into `package`.

    `package` is the folder of the project's alerts, seen from its root; `alerts` are names that
    its definitions have already. Raises UsageError for a path without rule files.
    """
    found = read(paths)
    broken = {problem.location.path for problem in found.problems}
    files = list(dict.fromkeys(group.file for group in found.groups))
    names = folder_names([file for file in files if file not in broken])
    taken = set(alerts)
    result = Imported(left=tuple(map(_template_said, found.problems)))
    for file, name in names.items():
        rules = [rule for rule in found.rules if rule.file == file]
        groups = [group for group in found.groups if group.file == file]
        if rules:
            folder = f"{package}/{name}"
            result += _RuleFile(file, folder, name, rules, groups, taken).imported()
        else:
            nothing = Problem(groups[0].location, "no rules to import.")
            result += Imported(left=(nothing,))
    return result


def _template_said(problem: Problem) -> Problem:
    """The problem, with the way out where the file is a template and not YAML yet."""
    if problem.message.startswith("not YAML"):
        content = Path(problem.location.path).read_text(encoding="utf-8", errors="replace")
        if "{{" in content:
            return replace(problem, fix="render the template first, as with `helm template`.")
    return problem


def folder_names(files: Sequence[str]) -> dict[str, str]:
    """By file, a folder's name: the file's own, after its folders' where two are named alike."""
    found: dict[str, str] = {}
    pending, depth = {file: Path(file).with_suffix("").parts for file in files}, 1
    while pending:
        names = {
            file: identifier("_".join(parts[-depth:]), "rules") for file, parts in pending.items()
        }
        count = Counter([*names.values(), *found.values()])
        longest = max(map(len, pending.values()))
        for file, name in names.items():
            if count[name] == 1 and name != "generated":
                found[file] = name
            elif depth > longest:
                found[file] = distinct(name, {*found.values(), "generated"})
        pending = {file: parts for file, parts in pending.items() if file not in found}
        depth += 1
    return {file: found[file] for file in files}


@dataclass
class _RuleFile:
    """One rule file on its way to a folder of modules."""

    file: str
    folder: str
    component: str
    rules: list[WrittenRule]
    groups: list[WrittenGroup]
    taken: set[str]  # names of alerts, of the whole project
    notes: list[Problem] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)

    def imported(self) -> Imported:
        texts, modules = {f"{self.folder}/__init__.py": self._package()}, set[str]()
        for group in self.groups:
            rules = [rule for rule in self.rules if _belongs(rule, group, self.groups)]
            if not rules:
                message = f"group {group.name!r}: has no rules, so there is nothing to define."
                self.left.append(Problem(group.location, message))
            else:
                module = distinct(identifier(group.name, "group"), modules)
                texts[f"{self.folder}/{module}.py"] = self._module(group, rules)
        counts = Counter("alerts" if rule.is_alert else "recordings" for rule in self.rules)
        source = ImportedSource(self.file, self.folder, {"groups": len(modules), **counts})
        return Imported(texts, (source,), tuple(self.left), tuple(self.notes))

    def _package(self) -> str:
        return f'"""Imported from {_short(self.file)}."""\n'

    def _module(self, group: WrittenGroup, rules: list[WrittenRule]) -> str:
        self._note_order(rules)
        constants = set(_RESERVED)
        made = [
            self._alert(rule, constants) if rule.is_alert else _recording(rule, constants)
            for rule in rules
        ]
        words = ["GROUP = " + mapping({"name": group.name, **group.settings}, "")]
        if group.interval:
            words.append(f"INTERVAL = {text(group.interval)}")
        words += ["", f"NOT_SAID = {text(NOT_SAID)}  # replace where it is used"]
        imports = "\n".join(_imports(rules))
        head = f'"""Imported from group {_shown(group.name)} of {_short(self.file)}."""'
        body = "\n\n".join(made)
        return f"{head}\n\n{imports}\n\n" + "\n".join(words) + f"\n\n{body}\n"

    def _note_order(self, rules: list[WrittenRule]) -> None:
        for before, rule in pairwise(rules):
            if before.is_alert and not rule.is_alert:
                message = f"{rule.name}: is evaluated before the group's alerts from now on."
                self.notes.append(Problem(rule.location, message))
                return

    def _alert(self, rule: WrittenRule, constants: set[str]) -> str:
        name, severity = self._name(rule), _severity(rule)
        annotations = dict(rule.annotations)
        label = rule.labels.get("severity", "")
        guess = f"a guess: the rule says {label!r}" if label else "a guess: the rule has none"
        component = rule.labels.get("component", "")
        if component == "" or "{{" in component:
            component = self.component
        where = component != rule.labels.get("component")
        words = [("name", text(name), ""), ("expr", _expr(rule), "")]
        if rule.hold:
            words.append(("hold", text(_duration(rule.hold)), ""))
        if rule.keep_firing_for:
            words.append(("keep_firing_for", text(_duration(rule.keep_firing_for)), ""))
        words += [
            ("severity", f"Severity.{severity.name}", "" if label == severity.value else guess),
            ("component", text(component), "a guess: the file's name" if where else ""),
            *(
                (key, text(annotations.pop(key, ""), INDENT, len(key) + 2), "")
                for key in ("summary", "description")
            ),
            *((key, "NOT_SAID", "") for key in ("impact", "response", "because")),
            ("panel", '""', "none yet"),
            ("fired_by", "Undrillable(NOT_SAID)", ""),
            ("proof", "()", "none yet"),
            ("as_written", _as_written(rule, name, annotations), ""),
        ]
        constant = distinct(_constant(name), constants)
        return f"{constant} = {call('Alert', words)}"

    def _name(self, rule: WrittenRule) -> str:
        """A name in PascalCase that no other alert has; the rule's own where that will do."""
        name = pascal_case(rule.name)
        label = rule.labels.get("severity", "")
        if name in self.taken and label.isalpha() and label.isascii():
            name += label.capitalize()
        return distinct(name, self.taken)


def pascal_case(name: str) -> str:
    """The name as a definition may have it: letters and digits, a capital first."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return joined if joined[:1].isalpha() else f"Alert{joined}"


def _belongs(rule: WrittenRule, group: WrittenGroup, groups: list[WrittenGroup]) -> bool:
    """Whether the rule stands in the group, and not in a later one."""
    after = [other.location.line for other in groups if other.location.line <= rule.location.line]
    return after[-1:] == [group.location.line]


def _severity(rule: WrittenRule) -> Severity:
    label = rule.labels.get("severity", "").lower()
    if label in set(Severity):
        return Severity(label)
    return _SEVERITIES.get(label, Severity.WARNING)


def _recording(rule: WrittenRule, constants: set[str]) -> str:
    words = [("name", text(rule.name), ""), ("expr", _expr(rule), ""), ("because", "NOT_SAID", "")]
    if rule.labels:
        words.append(("labels", mapping(rule.labels), ""))
    words.append(("as_written", "AsWritten()", ""))
    constant = distinct(identifier(rule.name, "recording").upper(), constants)
    return f"{constant} = {call('Recording', words)}"


def _as_written(rule: WrittenRule, name: str, annotations: dict[str, str]) -> str:
    words = [("name", text(rule.name), "")] if name != rule.name else []
    words += [("labels", mapping(rule.labels, "        "), "")] if rule.labels else []
    words += [("annotations", mapping(annotations, "        "), "")] if annotations else []
    whole = f"AsWritten({', '.join(f'{key}={source}' for key, source, _ in words)})"
    if "\n" not in whole and len(whole) < WIDTH - len("    as_written=,"):
        return whole
    return call("AsWritten", words, "    ")


def _expr(rule: WrittenRule) -> str:
    return text(rule.expr.strip(), INDENT, len("expr=,"))


def _duration(written: str) -> str:
    return "0s" if written == "0" else written


def _imports(rules: list[WrittenRule]) -> Iterator[str]:
    alerts = any(rule.is_alert for rule in rules)
    names = {"AsWritten"} | ({"Alert", "Severity"} if alerts else set())
    names |= set() if all(rule.is_alert for rule in rules) else {"Recording"}
    yield f"from toolkit.alerts import {', '.join(sorted(names))}"
    if alerts:
        yield "from toolkit.drill_causes import Undrillable"


def _constant(name: str) -> str:
    return identifier(re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", "_", name), "alert").upper()


def _short(file: str) -> str:
    """A file as it may stand in a repository: without the way to it from the machine's root."""
    path = Path(file)
    return _shown("/".join(path.parts[-2:]) if path.is_absolute() else path.as_posix())


def _shown(name: str) -> str:
    """A name as part of a docstring."""
    return name.replace("\\", "/").replace('"', "'").replace("\n", " ")
