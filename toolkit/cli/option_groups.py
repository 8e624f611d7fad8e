"""A command's options as one value: the fields of a dataclass become typer's parameters."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import TypeVar, get_type_hints

T = TypeVar("T")


def taking(options: type[T]) -> Callable[[Callable[[T], None]], Callable[..., None]]:
    """Let a function of one value of the dataclass `options` be a command.

    The fields are annotated as typer's parameters are, and each has a default.
    """
    hints = get_type_hints(options, include_extras=True)
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in dataclasses.fields(options)  # type: ignore[arg-type] # any dataclass
    ]

    def decorate(function: Callable[[T], None]) -> Callable[..., None]:
        def command(**values: object) -> None:
            function(options(**values))

        command.__doc__, command.__name__ = function.__doc__, function.__name__
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: each.annotation for each in parameters}
        return command

    return decorate
