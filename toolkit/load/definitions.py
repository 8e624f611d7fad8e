"""What a project says about its load tests: `[tool.toolkit] load` names its `LoadBook`.

The toolkit knows no scenario and no answer by name; this is where it learns them.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.catalogue import Kind, Metric, one_of
from toolkit.config import Config
from toolkit.discovery import named
from toolkit.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Answers:
    """A kind of answer by the name that people know it by, and the codes that it comes under."""

    title: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a counter must have grown by: as many as the answers of these codes.

    `where` maps a label to the values that select the counter's series; all are summed.
    """

    title: str
    codes: tuple[str, ...]
    metric: Metric
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.metric.kind is not Kind.COUNTER:
            raise DefinitionError(f"{self.title}: {self.metric.name} is no counter.")
        _ = self.selector  # refuses labels and values that the metric does not have

    @property
    def selector(self) -> str:
        """As PromQL, to be read."""
        return self.metric.where(**{name: one_of(*values) for name, values in self.where.items()})


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure of the service's own to draw beside a run. `$__rate_interval` is filled in."""

    title: str
    unit: str
    expr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBook:
    """The scenarios that the short form runs, and what the service's answers mean.

    `secret` is the environment variable from which scenarios take their secret.
    """

    normal: str = "normal"
    sustained: str = "sustained"
    failures: tuple[str, ...] = ()
    rate_limit: tuple[str, ...] = ()
    secret: str = ""
    answers: tuple[Answers, ...] = ()
    counted: tuple[Counted, ...] = ()
    watched: tuple[Watched, ...] = ()


def read(config: Config) -> LoadBook:
    """The project's book; without `[tool.toolkit] load`, one that names nothing."""
    if not config.load:
        return LoadBook(normal=config.demo)
    if str(config.root) not in sys.path:
        sys.path.insert(0, str(config.root))
    return named(config.load, LoadBook, "load")
