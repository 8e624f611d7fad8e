"""A TOML file as a table, or what keeps it from being read."""

import tomllib
from pathlib import Path
from typing import Any

from toolkit.config.toml_place import TomlPlace
from toolkit.errors import ConfigurationError

_BYTE_ORDER_MARK = "\ufeff"


def read_toml(path: Path) -> dict[str, Any]:
    """The table that the file holds. Raises ConfigurationError, which names the file."""
    try:
        text = path.read_bytes().decode("utf-8")
        if text.startswith(_BYTE_ORDER_MARK):
            raise ConfigurationError(
                f"{path}: begins with a byte order mark, which TOML does not know.",
                fix="save it as UTF-8 without a byte order mark.",
            )
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: {error}", fix="save it as UTF-8: TOML knows no other encoding."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}", fix="correct the TOML syntax.") from None
    except RecursionError:
        raise ConfigurationError(
            f"{path}: is nested too deep to be read.", fix="leave out what is not needed."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None


def read_tool(path: Path) -> dict[str, Any]:
    """The table `tool` of pyproject.toml, empty where there is none.

    Raises ConfigurationError, which names the file, also for something else of that name.
    """
    found = read_toml(path).get("tool", {})
    if not isinstance(found, dict):
        raise TomlPlace(path, keys=("tool",)).error(f"must be a table, but is {found!r}.")
    return found
