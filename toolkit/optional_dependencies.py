"""What a plain installation leaves out, and the one line that says what to install.

A part of the toolkit, or of a project, that needs further distributions names an extra: a list
of `[project.optional-dependencies]`. It is asked for before any work starts.
"""

import importlib.util
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from toolkit.config.services import ServiceConfig
from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import unknown_name

PACKAGE = "observability-toolkit"
_LOAD_MODULES = ("locust", "geventhttpclient")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class MissingExtraError(ConfigurationError):
    """Install the extra that the message names."""


def require_load(asker: str) -> None:
    """Raise MissingExtraError where Locust is not installed; `asker` is what needs it."""
    absent = [name for name in _LOAD_MODULES if importlib.util.find_spec(name) is None]
    if absent:
        raise _missing(asker, absent, f"'{PACKAGE}[load]'")


def require_of_services(root: Path, services: Iterable[ServiceConfig]) -> None:
    """Raise MissingExtraError for the first service whose extra is not wholly installed.

    Raises ConfigurationError for an extra that the project in `root` does not have.
    """
    for service in services:
        if service.extra:
            absent = [name for name in _distributions(root, service) if not _is_installed(name)]
            if absent:
                raise _missing(f"the service {service.name}", absent, f"'.[{service.extra}]'")


def advice_for(module: str, root: Path) -> str:
    """The command that installs `module`, of an extra of the toolkit or of the project in `root`.

    Empty where neither has a distribution of that name.
    """
    top = module.partition(".")[0]
    if top in (*_LOAD_MODULES, "gevent"):
        return f"pip install '{PACKAGE}[load]'"
    for extra, wanted in _extras_of(root).items():
        if top in {name.lower().replace("-", "_") for name in _names(wanted)}:
            return f"pip install '.[{extra}]'"
    return ""


def _missing(asker: str, absent: list[str], wanted: str) -> MissingExtraError:
    verb = "is" if len(absent) == 1 else "are"
    names = ", ".join(absent)
    return MissingExtraError(
        f"{asker} needs {names}, which {verb} not installed: pip install {wanted}"
    )


def _distributions(root: Path, service: ServiceConfig) -> list[str]:
    """The names of what the service's extra asks for, without those of other platforms."""
    extras = _extras_of(root)
    if service.extra not in extras:
        raise ConfigurationError(
            f"{root / 'pyproject.toml'}: [tool.toolkit.services.{service.name}] extra: "
            f"{unknown_name('extra', service.extra, extras)}",
            fix="name a list of [project.optional-dependencies].",
        )
    return _names(extras[service.extra])


def _extras_of(root: Path) -> dict[str, list[str]]:
    path = root / "pyproject.toml"
    if not path.is_file():
        return {}
    project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    return dict(project.get("optional-dependencies", {}))


def _names(wanted: list[str]) -> list[str]:
    texts = (text for text in wanted if ";" not in text)
    return [match[0] for text in texts if (match := _DISTRIBUTION.match(text))]


def _is_installed(distribution: str) -> bool:
    from importlib import metadata

    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
