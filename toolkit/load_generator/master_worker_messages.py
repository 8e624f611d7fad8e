"""The names of the messages between the coordinator and the senders, which Locust carries.

They travel between Locust's master and its workers; in a single process they arrive at once.
What the toolkit's own process says to Locust is in `toolkit.load.locust_process_messages`.
"""

START = "toolkit-start"
"""To every sender: `run` (a number), `workload`, `workers` (ids, in order), `elapsed` seconds."""

RESHARE = "toolkit-reshare"
"""To every sender: what `START` says, for one that joined late, and how the rest is shared.

From request `first` on, these `workers` share an open loop's schedule. `more` says by id how
many requests of a closed loop a worker sends more, or, below 0, leaves to others.
"""

LEFT = "toolkit-left"
"""From a sender: the `id` leaves so many `requests` of a closed loop to others."""

FINISH = "toolkit-finish"
"""To every sender: stop, and report for the last time."""

FIGURES = "toolkit-figures"
"""From a sender, each second: `id`, `run`, its version of `locust` and its `scenario`, the
`figures` since the last message, whether it is `exhausted`, whether it is `abandoned` by all its
users, and whether this is the `final` message of the run."""

REFUSE = "toolkit-refuse"
"""From a sender: the run cannot measure what it was to measure, and `why`."""
