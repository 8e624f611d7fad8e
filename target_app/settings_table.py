"""Settings of a service, once: the fields of a dataclass are the table.

A field gives name, type, default, bounds and help. Environment variables (`EXECUTION_PORT`),
the TOML file (`port = 8000`) and options (`--port 8000`) are all read through it, later
ones winning.
"""

import argparse
import dataclasses
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean, unknown_name

T = TypeVar("T")
# Characters of a secret: as hexadecimal digits 64 bits, which nobody tries out over a network.
_LONGEST_FILE = 65_536  # of secrets, in bytes
LEAST_SECRET = 16


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
    """A field of the table; `least` and `most` bound a number, or a list's length.

    A secret is not an option, which every process list would show: it is a variable, a key of
    the file, or stands in a file of its own that NAME_FILE names. It has a least length.
    """
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
    if unknown:
        raise _unknown_option(table, program, unknown[0])
    given: dict[str, Any] = {}
    path = options.config or environment.get(f"{program.prefix}CONFIG", "")
    if path:
        given |= _from_file(table, Path(path))
    given |= _from_environment(table, environment, program.prefix)
    given |= _read_all(
        table,
        {name: text for name, text in vars(options).items() if text is not None},
        _option,
    )
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


def _keys(table: type) -> dict[str, tuple[str, bool]]:
    """Each key that may be given → the setting, and whether it names a file that has the value."""
    keys = {f.name: (f.name, False) for f in _fields(table)}
    for f in _fields(table):
        if f.metadata["secret"]:
            keys[f"{f.name}_file"] = (f.name, True)
    return keys


def _read_all(
    table: type, values: Mapping[str, object], where: Callable[[str], str]
) -> dict[str, Any]:
    """The settings that one place gives; `where(key)` opens a message."""
    keys = _keys(table)
    given: dict[str, Any] = {}
    for key, value in values.items():
        if key not in keys:
            continue
        name, is_file = keys[key]
        if name in given:
            raise ConfigurationError(f"{where(key)}: the setting is given twice, also as a value.")
        given[name] = _parse(
            table,
            name,
            _file_content(table, name, value, where(key)) if is_file else value,
            where(key),
        )
    return given


def _file_content(table: type, name: str, path: object, where: str) -> object:
    """What a secret's file holds: one value, or one a line, commas and blanks within included."""
    try:
        with Path(str(path)).open("rb") as file:
            content = file.read(_LONGEST_FILE + 1)
        text = content.decode("utf-8-sig")  # a byte-order mark is no part of a secret
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise ConfigurationError(f"{where}: {path}: {reason}.") from None
    if len(content) > _LONGEST_FILE:
        raise ConfigurationError(f"{where}: {path} has more than {_LONGEST_FILE} bytes.")
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines:
        raise ConfigurationError(
            f"{where}: {path} holds no secret.",
            fix="write one into it, such as that of: openssl rand -hex 32",
        )
    if get_type_hints(table)[name] == tuple[str, ...]:
        return lines
    if len(lines) > 1:
        raise ConfigurationError(f"{where}: {path} has {len(lines)} lines, and one is wanted.")
    return "".join(lines)


def _from_file(table: type, path: Path) -> dict[str, Any]:
    content, known = toml_file(path), _keys(table)
    for key in content:
        if key not in known:
            raise ConfigurationError(f"{path}: {unknown_name('setting', key, known)}")
    return _read_all(table, content, lambda key: f"{path}: {key}")


def _from_environment(table: type, environment: Mapping[str, str], prefix: str) -> dict[str, Any]:
    known, found = _keys(table), {}
    for variable, value in environment.items():
        if not variable.startswith(prefix) or variable == f"{prefix}CONFIG":
            continue
        key = variable.removeprefix(prefix).lower()
        if key not in known or not variable.isupper():
            hint = did_you_mean(variable, {prefix + name.upper() for name in known})
            raise ConfigurationError(f"unknown environment variable {variable!r}{hint}")
        found[key] = value
    return _read_all(table, found, lambda key: prefix + key.upper())


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _unknown_option(table: type, program: Program, word: str) -> ConfigurationError:
    """What to say of a word that is not an option; not its value, which may be a secret."""
    if not word.startswith("-"):
        return ConfigurationError(
            f"{program.command}: a word that belongs to no option.",
            fix="write values behind their options: --port 8000.",
        )
    option = word.partition("=")[0]
    for f in _fields(table):
        if f.metadata["secret"] and option == _option(f.name):
            return ConfigurationError(
                f"{program.command}: {option} is not an option: every process list would show it.",
                fix=f"set {program.prefix}{f.name.upper()}, or name a file: {option}-file PATH.",
            )
    known = {_option(name) for name in _options(table)} | {"--config"}
    return ConfigurationError(
        f"{program.command}: unknown option {option!r}{did_you_mean(option, known)}"
    )


def _options(table: type) -> list[str]:
    secret = {f.name for f in _fields(table) if f.metadata["secret"]}
    return [key for key in _keys(table) if key not in secret]


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
    about = {f.name: f for f in _fields(table)}
    for key in _options(table):
        name, is_file = _keys(table)[key]
        text = about[name].metadata["help"]
        made.add_argument(
            _option(key),
            metavar="FILE" if is_file else key.upper(),
            help=(
                f"file with: {text}"
                if is_file
                else f"{text} (default: {shown(about[name].default)})"
            ).replace("%", "%%"),
        )
    return made


def _parse(table: type, name: str, value: object, where: str) -> Any:
    """`value` (text, or a TOML value) as the setting `name`; `where` opens the message."""
    about = {f.name: f.metadata for f in _fields(table)}[name]
    kind = get_type_hints(table)[name]
    if kind == tuple[str, ...]:
        parts = value if isinstance(value, list) else _text(value, where).split(",")
        words = [_text(part, where).strip() for part in parts]
        result: Any = tuple(word for word in words if word)
        size: float = len(result)
        noun = " entries"
    elif kind is bool:
        return _truth(value, where)
    elif kind is str:
        result, size, noun = _text(value, where), 0, ""
    else:
        result = _number(kind, value, where)
        size, noun = float(result), ""
    if about["secret"]:
        _check_length(result if isinstance(result, tuple) else (result,), where)
    least, most, choices = about["least"], about["most"], about["choices"]
    if choices and result not in choices:
        raise ConfigurationError(f"{where}: {result!r}{did_you_mean(str(result), choices)}")
    if least is not None and size < least:
        raise ConfigurationError(f"{where}: {size:g}{noun} is under the least, {least:g}.")
    if most is not None and size > most:
        raise ConfigurationError(f"{where}: {size:g}{noun} is over the most, {most:g}.")
    return result


def _text(value: object, where: str) -> str:
    """Text as it is: what TOML writes without quotes is a number, a date, a list or a table."""
    if not isinstance(value, str):
        # Its value may be a secret.
        raise ConfigurationError(f"{where}: a value without quotes: it must be text, in quotes.")
    return value


def _check_length(secrets: Sequence[str], where: str) -> None:
    for secret in secrets:
        if secret and len(secret) < LEAST_SECRET:
            raise ConfigurationError(
                f"{where}: a secret of {len(secret)} characters can be guessed; "
                f"the least is {LEAST_SECRET}.",
                fix="make one: openssl rand -hex 32",
            )


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
