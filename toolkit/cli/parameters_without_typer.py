"""Takes text, paths and defaults of the command line as they are; typer sees to all others.

typer asks pydantic about every value, also one that nobody gave. Importing pydantic takes longer
than reading and judging a rule file, and these values come out of it as they went in.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

import typer.core

# What a path may ask of what it names, and what typer checks by itself where it is asked.
_ASKED = ("exists", "resolve_path", "writable", "allow_dash", "path_type")
_NOT_PLAIN = object()


class PlainCommand(typer.core.TyperCommand):
    """A command whose parameters take what is plain before typer is asked."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters, `--help` among them."""
        return _taking_plain_values(super().get_params(ctx))


class PlainGroup(typer.core.TyperGroup):
    """The commands together, whose own parameters do the same."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters, `--help` among them."""
        return _taking_plain_values(super().get_params(ctx))


def _taking_plain_values(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        ask = getattr(parameter, "get_runtime_param", None)
        # Asked for several times; a typer that has none converts by itself.
        if ask is not None and "get_runtime_param" not in vars(parameter):
            parameter.get_runtime_param = partial(_PlainOrTyper, ask)
    return parameters


@dataclass(frozen=True, slots=True)
class _PlainOrTyper:
    """In the place of what typer converts the values of one parameter with."""

    typers_own: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command gets it. Raises typer's own errors."""
        plain = _plain(value, param)
        if plain is not _NOT_PLAIN:
            return plain
        return self.typers_own().coerce(value, param=param, ctx=ctx)


def _plain(value: Any, param: Any) -> Any:
    """A value that needs no conversion but to a path, or `_NOT_PLAIN`."""
    several = param.multiple or param.nargs == -1
    if value is None:
        return () if several else None
    info, annotation = param.type_descriptor.parameter_info, param.type_descriptor.annotation
    if info.parser is not None:
        return _NOT_PLAIN
    if not several:
        return _one(value, annotation, info)
    if get_origin(annotation) is not list or not isinstance(value, list | tuple):
        return _NOT_PLAIN
    found = [_one(each, get_args(annotation)[0], info) for each in value]
    return _NOT_PLAIN if any(each is _NOT_PLAIN for each in found) else found


def _one(value: Any, annotation: Any, info: Any) -> Any:
    if type(value) is annotation:
        return value
    if annotation is not Path or not isinstance(value, str):
        return _NOT_PLAIN
    takes_any = info.file_okay and info.dir_okay and not any(getattr(info, x) for x in _ASKED)
    # What is there and may not be read, typer refuses.
    if takes_any and (not os.path.exists(value) or os.access(value, os.R_OK)):  # noqa: PTH110 - as typer's own os.stat, of any text
        return Path(value)
    return _NOT_PLAIN
