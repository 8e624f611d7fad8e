"""Rule files that somebody else wrote, as a project that can be linted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from toolkit.catalogue import Catalogue
from toolkit.config import Config
from toolkit.errors import UsageError
from toolkit.project import Project
from toolkit.prometheus import rules


def plain_project(base: Project | None, paths: Sequence[Path], prometheus: Path | None) -> Project:
    """A project of the plain rule files at `paths`, judged by the catalogue of `base`, if any.

    `prometheus` is the prometheus.yml that loads them; without one, that of `base` is taken.
    """
    server: dict[str, object] = {}
    if prometheus is not None:
        try:
            loaded = yaml.safe_load(prometheus.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise UsageError(f"{prometheus}: {error}") from None
        if not isinstance(loaded, dict):
            raise UsageError(f"{prometheus}: is no configuration of Prometheus.")
        server = loaded
    if base is None:
        base = Project(Config(root=Path.cwd(), catalogue=""), Catalogue(()), (), None, ())
    plain = replace(rules.read(paths), server=server)
    return replace(base, rule_files=(), routing=None, pages=(), plain=plain)
