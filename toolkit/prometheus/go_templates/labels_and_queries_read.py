"""What a template in a rule's label or annotation reads: `$labels.x`, `$value`, queries.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from collections.abc import Iterator

from toolkit.prometheus.go_templates.failing_calls import Failure, Origin
from toolkit.prometheus.go_templates.lexer import TemplateError
from toolkit.prometheus.go_templates.parser import Template, parse
from toolkit.prometheus.go_templates.value_origins import Operand

_NOTHING = Template()
_VALUE = ("$value",)


def labels_read(text: str) -> tuple[str, ...]:
    """The labels of the alert that a template reads; none of a text that is not a template."""
    return tuple(dict.fromkeys(_of_map(text, "$labels")))


def external_labels_read(text: str) -> tuple[str, ...]:
    """The external labels that a template reads."""
    return tuple(dict.fromkeys(_of_map(text, "$externalLabels")))


def query_labels_read(text: str) -> tuple[tuple[str, str], ...]:
    """The queries whose samples a template reads, each with the label that is read of them."""
    return tuple(
        dict.fromkeys(
            (query, label)
            for origin in _origins(text)
            if origin[:1] == ("sample",) and origin[2:3] == ("Labels",)
            for query, label in [origin[1:4:2]]
            if label
        )
    )


def unknown_fields(text: str) -> tuple[str, ...]:
    """The fields of the alert's data that a template reads, and that are not there."""
    names = (x[1] for x in _origins(text) if x[:1] == (".",) and len(x) > 1)
    return tuple(dict.fromkeys(name for name in names if name != "ExternalURL"))


def failures(text: str) -> tuple[Failure, ...]:
    """The calls that fail, or show an error, whenever the alert fires."""
    return _template(text).failures


def fields_of_texts(text: str) -> tuple[str, ...]:
    """The reads of a field where there is a text or a number: `$labels.a.b`, `$value.x`."""
    most = {"$labels": 2, "$externalLabels": 2, "$value": 1}
    found = (x for x in _origins(text) if x and len(x) > most.get(x[0], len(x)))
    return tuple(dict.fromkeys(".".join(x) for x in found))


def reads_value(text: str) -> bool:
    """Whether a template reads the alert's value."""
    return any(origin == _VALUE for origin in _origins(text))


def raw_values(text: str) -> tuple[int, ...]:
    """The places after each value of the alert that a template shows through no function.

    None where it shows the value through one as well: the reader has a number that reads well.
    """
    if _shows_formatted(text):
        return ()
    shown = (x for x in _template(text).shown if x.origin == _VALUE)
    operands = (x.commands[0].operands for x in shown if len(x.commands) == 1)
    return tuple(
        operand.token.offset + len(operand.token.text) + sum(len(x) + 1 for x in operand.fields)
        for (operand, *others) in operands
        if not others
    )


def _shows_formatted(text: str) -> bool:
    """Whether a function makes something of the alert's value that is shown."""
    return any(
        operand_is_value
        for shown in _template(text).shown
        if shown.origin != _VALUE
        for operand_is_value in (
            _is_value(operand) for command in shown.commands for operand in command.operands
        )
        if operand_is_value
    )


def _is_value(operand: Operand) -> bool:
    read = (operand.token.text, *operand.fields)
    return read in {("$value",), (".Value",), ("$", "Value")}


def queries(text: str) -> tuple[str, ...]:
    """The PromQL texts that a template asks for, as far as they stand in it."""
    return tuple(dict.fromkeys(_template(text).queries))


def _origins(text: str) -> Iterator[Origin]:
    return (read.origin for read in _template(text).reads)


def _of_map(text: str, name: str) -> Iterator[str]:
    return (origin[1] for origin in _origins(text) if origin[:1] == (name,) and len(origin) > 1)


def _template(text: str) -> Template:
    if "{{" not in text:
        return _NOTHING
    try:
        return parse(text)
    except TemplateError:
        return _NOTHING  # `malformed-rules` says so
