"""What a panel that was imported has in its own way, and no panel of one's own."""

from dataclasses import dataclass

from toolkit.definition_arguments.refuse_wrong_arguments import checked


@checked
@dataclass(frozen=True, slots=True)
class PanelThreshold:
    """From `value` on, a panel's colour is `color`; None is the colour below them all."""

    value: float | None
    color: str


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PanelAsWritten:
    """What an imported panel has in its own way: any thresholds, and no help where it had none.

    It is not held to what its view asks of a panel: a maximum, columns, states, buckets.
    """

    thresholds: tuple[PanelThreshold, ...] = ()
    in_percent: bool = False
    drawn: bool = False  # as lines
