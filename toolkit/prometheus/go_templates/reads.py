"""What a template in a rule's label or annotation reads: `$labels.x`, `$value`, queries.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from collections.abc import Iterator

from toolkit.prometheus.go_templates.lexer import TemplateError
from toolkit.prometheus.go_templates.parser import Command, Operand, parse, pipelines, walk


def labels_read(text: str) -> tuple[str, ...]:
    """The labels of the alert that a template reads; none of a text that is not a template."""
    return tuple(dict.fromkeys(_of_map(text, "$labels", "Labels")))


def external_labels_read(text: str) -> tuple[str, ...]:
    """The external labels that a template reads."""
    return tuple(dict.fromkeys(_of_map(text, "$externalLabels", "ExternalLabels")))


def reads_value(text: str) -> bool:
    """Whether a template shows the alert's value."""
    return any(
        path in {("$value",), (".", "Value")}
        for command in _commands(text)
        for operand in command.operands
        if (path := _path(operand, command))
    )


def shows_raw_value(text: str) -> bool:
    """Whether a template shows the alert's value, or a part of it, through no function."""
    if "{{" not in text:
        return False
    try:
        found = pipelines(text)
    except TemplateError:
        return False
    return any(
        len(commands) == 1
        and len(commands[0].operands) == 1
        and _path(commands[0].operands[0], commands[0]) in {("$value",), (".", "Value")}
        for commands in found
    )


def queries(text: str) -> tuple[tuple[str, int], ...]:
    """The PromQL texts that a template asks for, each with its place in the template."""
    return tuple(
        (argument.token.text[1:-1], argument.token.offset + 1)
        for command in _commands(text)
        for name, argument in zip(command.operands, command.operands[1:2], strict=False)
        if name.token.text == "query" and argument.token.kind == "string"
    )


def _commands(text: str) -> tuple[Command, ...]:
    if "{{" not in text:
        return ()
    try:
        return tuple(walk(parse(text)))
    except TemplateError:
        return ()  # `malformed-rules` says so


def _path(operand: Operand, command: Command) -> tuple[str, ...]:
    """`("$labels", "zone")`, `(".", "Labels", "zone")`; empty for a field of another dot."""
    token = operand.token
    if token.kind == "variable":
        name = "." if token.text == "$" else token.text
        return (name, *operand.fields)
    if token.kind == "field" and command.under_root:
        return (".", token.text.removeprefix("."), *operand.fields)
    return ()


def _of_map(text: str, variable: str, field: str) -> Iterator[str]:
    """The keys of one of the template's maps that are read, as a field or with `index`."""
    for command in _commands(text):
        paths = [_path(operand, command) for operand in command.operands]
        for path in paths:
            if path[:1] == (variable,) and len(path) > 1:
                yield path[1]
            elif path[:2] == (".", field) and len(path) > 2:  # noqa: PLR2004 - `.Labels.x`
                yield path[2]
        names = [operand.token for operand in command.operands]
        if names[0].text == "index" and paths[1:2] in ([(variable,)], [(".", field)]):
            yield from (key.text[1:-1] for key in names[2:3] if key.kind == "string")
