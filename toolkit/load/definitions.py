"""What a project says about its load tests: `[tool.toolkit] load` names its `LoadDefinitions`.

The toolkit knows no scenario and no answer by name; this is where it learns them.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.catalogue import Kind, Metric, one_of
from toolkit.config.pyproject import Config
from toolkit.definition_arguments.durations_and_ranges import Blank
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.definition_errors import Definitions
from toolkit.errors import DefinitionError
from toolkit.find_definitions import named


@checked
@dataclass(frozen=True, slots=True)
class AnswerKind:
    """A kind of answer by the name that people know it by, and the codes that it comes under."""

    title: str
    codes: tuple[str, ...]


@checked
@dataclass(frozen=True, slots=True)
class AnswerCounter:
    """A counter of the service that must grow by as many as answers of these codes came.

    `where` maps a label to the values that select the counter's series; all are summed.
    """

    title: str
    codes: tuple[str, ...]
    metric: Metric
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.metric.kind is not Kind.COUNTER:
            raise DefinitionError(
                f"{self.title}: {self.metric.name} is not a counter, but a {self.metric.kind}.",
                fix="name a counter; only counters can be compared with what was sent.",
            )
        _ = self.selector  # refuses labels and values that the metric does not have

    @property
    def selector(self) -> str:
        """As PromQL, to be read."""
        return self.metric.where(**{name: one_of(*values) for name, values in self.where.items()})


@checked
@dataclass(frozen=True, slots=True)
class ServiceChart:
    """A chart of the service's own metrics in the report of a run, of the same minutes.

    `expr` is PromQL; `$__rate_interval` is filled in.
    """

    title: str
    unit: Blank
    expr: str


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LoadDefinitions:
    """The scenarios that the short form runs, and what the service's answers mean.

    `secret` is the environment variable from which scenarios take their secret.
    """

    normal: str = "normal"
    sustained: str = "sustained"
    failures: tuple[str, ...] = ()
    rate_limit: tuple[str, ...] = ()
    secret: str = ""
    answers: tuple[AnswerKind, ...] = ()
    counters: tuple[AnswerCounter, ...] = ()
    charts: tuple[ServiceChart, ...] = ()


def read(config: Config) -> LoadDefinitions:
    """The project's definitions; without `[tool.toolkit] load`, some that name nothing."""
    if not config.load:
        return LoadDefinitions(normal=config.demo)
    if str(config.root) not in sys.path:
        sys.path.insert(0, str(config.root))
    definitions = Definitions(config.root)
    return definitions.read(lambda: named(config.load, LoadDefinitions, "load"))
