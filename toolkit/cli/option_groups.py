"""A command's options as dataclasses: each is a group with a title, each field an option.

Typer reads options from a signature. A command with thirty of them takes a few groups
instead, and `with_option_groups` gives Typer the signature that it needs.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, get_args, get_type_hints

from typer.models import OptionInfo


def with_option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """The command with one option for each field of its parameters that are dataclasses.

    A field is `Annotated[…, typer.Option(…)]` with a default, as a parameter would be. The
    first line of the dataclass's docstring is the title of its options in the help.
    """
    groups: dict[str, type[Any]] = {}
    parameters: list[inspect.Parameter] = []
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        if is_dataclass(hints[name]):
            groups[name] = hints[name]
            parameters += _options(groups[name])
        else:
            parameters.append(parameter.replace(annotation=hints[name]))

    @functools.wraps(command)
    def call(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # read by inspect
    return call


def _options(group: type[Any]) -> Iterator[inspect.Parameter]:
    title = (group.__doc__ or "").partition("\n")[0].removesuffix(".")
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        kind, info = get_args(hints[field.name])
        # A copy: the dataclass keeps what its author wrote.
        titled: OptionInfo = copy(info)
        titled.rich_help_panel = title
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=Annotated[kind, titled],
        )
