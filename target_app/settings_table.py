"""Settings of a service, once: the fields of a dataclass are the table.

A field gives name, type, default, bounds and help. Environment variables (`EXECUTION_PORT`),
the TOML file (`port = 8000`) and options (`--port 8000`) are all read through it, later
ones winning.
"""

import argparse
import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from toolkit.did_you_mean import did_you_mean, unknown_name
from toolkit.errors import ConfigurationError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Whose settings they are: how it is started, and what its variables begin with."""

    command: str
    description: str
    prefix: str


def setting(
    default: object,
    text: str,
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """A field of the table; `least` and `most` bound a number, or a list's length."""
    about = {"help": text, "least": least, "most": most, "choices": choices, "secret": secret}
    return field(default=default, metadata=about)


def read_settings(
    table: type[T], program: Program, argv: Sequence[str], environment: Mapping[str, str]
) -> T:
    """The settings from all three places; `table` is a dataclass whose fields are `setting`s.

    Raises ConfigurationError for an unknown key and an unreadable value. SystemExit is raised
    by argparse for `--help` only.
    """
    options, unknown = _parser(table, program).parse_known_args(argv)
    names = {f.name for f in _fields(table)}
    for word in unknown:
        known = {f"--{name.replace('_', '-')}" for name in names | {"config"}}
        hint = did_you_mean(word.partition("=")[0], known)
        raise ConfigurationError(f"{program.command}: unknown option {word!r}{hint}")
    given: dict[str, Any] = {}
    path = options.config or environment.get(f"{program.prefix}CONFIG", "")
    if path:
        given |= _from_file(table, Path(path))
    given |= _from_environment(table, environment, program.prefix)
    for name in names:
        if (text := getattr(options, name)) is not None:
            given[name] = _parse(table, name, text, f"--{name.replace('_', '-')}")
    return table(**given)


def shown(default: object) -> str:
    """A default as a reader would type it."""
    text = ",".join(default) if isinstance(default, tuple) else str(default)
    return text or "none"


def toml_file(path: Path) -> dict[str, Any]:
    """What the TOML file holds. Raises ConfigurationError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}", fix="fix the TOML syntax.") from None


def _fields(table: type) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(table)


def _from_file(table: type, path: Path) -> dict[str, Any]:
    given = {}
    names = {f.name for f in _fields(table)}
    for key, value in toml_file(path).items():
        if key not in names:
            raise ConfigurationError(f"{path}: {unknown_name('setting', key, names)}")
        given[key] = _parse(table, key, value, f"{path}: {key}")
    return given


def _from_environment(table: type, environment: Mapping[str, str], prefix: str) -> dict[str, Any]:
    given = {}
    names = {f.name for f in _fields(table)}
    for variable, value in environment.items():
        if not variable.startswith(prefix) or variable == f"{prefix}CONFIG":
            continue
        key = variable.removeprefix(prefix).lower()
        if key not in names or not variable.isupper():
            hint = did_you_mean(variable, {prefix + name.upper() for name in names})
            raise ConfigurationError(f"unknown environment variable {variable!r}{hint}")
        given[key] = _parse(table, key, value, variable)
    return given


def _parser(table: type, program: Program) -> argparse.ArgumentParser:
    """The command line, one option for each row of the table."""
    made = argparse.ArgumentParser(
        prog=program.command,
        description=program.description,
        epilog=f"Each option is also an environment variable ({program.prefix}PORT) and a key of "
        f"the TOML file ({program.prefix}CONFIG); options win over variables, variables over the "
        "file.",
        allow_abbrev=False,
    )
    made.add_argument("--config", metavar="FILE", help="TOML file with settings")
    for f in _fields(table):
        made.add_argument(
            f"--{f.name.replace('_', '-')}",
            metavar=f.name.upper(),
            help=f"{f.metadata['help']} (default: {shown(f.default)})".replace("%", "%%"),
        )
    return made


def _parse(table: type, name: str, value: object, where: str) -> Any:
    """`value` (text, or a TOML value) as the setting `name`; `where` opens the message."""
    about = {f.name: f.metadata for f in _fields(table)}[name]
    kind = get_type_hints(table)[name]
    if kind == tuple[str, ...]:
        parts = value if isinstance(value, list) else str(value).split(",")
        result: Any = tuple(str(part).strip() for part in parts if str(part).strip())
        size: float = len(result)
        noun = " entries"
    elif kind is bool:
        return _truth(value, where)
    elif kind is str:
        result, size, noun = str(value), 0, ""
    else:
        result = _number(kind, value, where)
        size, noun = float(result), ""
    least, most, choices = about["least"], about["most"], about["choices"]
    if choices and result not in choices:
        raise ConfigurationError(f"{where}: {result!r}{did_you_mean(str(result), choices)}")
    if least is not None and size < least:
        raise ConfigurationError(f"{where}: {size:g}{noun} is under the least, {least:g}.")
    if most is not None and size > most:
        raise ConfigurationError(f"{where}: {size:g}{noun} is over the most, {most:g}.")
    return result


def _number(kind: Any, value: object, where: str) -> Any:
    try:
        result = kind(str(value))
    except (ValueError, InvalidOperation):
        raise ConfigurationError(f"{where}: {value!r} is not a number.") from None
    if not Decimal(str(result)).is_finite():
        raise ConfigurationError(f"{where}: {value!r} is not a finite number.")
    return result


def _truth(value: object, where: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    word = str(value).lower()
    if word not in words:
        raise ConfigurationError(f"{where}: {value!r} is neither true nor false.")
    return words[word]
