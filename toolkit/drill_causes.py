"""What makes an alert fire in a drill: traffic, its absence, a fault, the end of a process.

Values only; `toolkit.drill` applies and clears them. Equal causes are applied once, for all
the alerts that name them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.definition_arguments.durations_and_ranges import Count, NotNegative
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError

Parameter = str | float


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`users` of a load scenario on top of the background traffic, until the alert has fired."""

    scenario: str
    users: Count = 10
    also: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        return f"{self.users} users of {self.scenario}"


@checked
@dataclass(frozen=True, slots=True, init=False)
class Fault:
    """A fault of the service, set and cleared through its fault endpoint.

    `also` names the alerts that may fire with it; any other that does is a false alarm. A
    fault of which the first sign comes later, such as one that must hit several times in a
    row, says in `takes_seconds` after how long at most, in traffic like a drill's. `service`
    names the service, where the first that has a fault endpoint is not meant. `load` is what
    must be sent for the fault to show, where the background traffic does not.
    """

    name: str
    parameters: Mapping[str, Parameter]
    also: tuple[str, ...]
    takes_seconds: NotNegative
    service: str
    load: Load | None

    def __init__(
        self,
        name: str,
        *,
        also: tuple[str, ...] = (),
        takes_seconds: NotNegative = 0.0,
        service: str = "",
        load: Load | None = None,
        **parameters: Parameter,
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "parameters", parameters)
        object.__setattr__(self, "also", also)
        object.__setattr__(self, "takes_seconds", takes_seconds)
        object.__setattr__(self, "service", service)
        object.__setattr__(self, "load", load)

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        where = [f"of {self.service}"] if self.service else []
        parameters = (f"{key}={value}" for key, value in self.parameters.items())
        load = [f"with {self.load.title}"] if self.load is not None else []
        return " ".join([self.name, *where, *parameters, *load])


@checked
@dataclass(frozen=True, slots=True)
class Stop:
    """A server of the stack is ended, and started again."""

    component: str
    also: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        return f"stop {self.component}"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The background traffic pauses."""

    also: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        return "no traffic"


@checked
@dataclass(frozen=True, slots=True)
class Undrillable:
    """Nothing here can make it fire; the reason says why not."""

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise DefinitionError("Undrillable() has no reason.", fix='say why: Undrillable("…").')


Applicable = Fault | Load | Stop | Quiet
Cause = Applicable | Undrillable
