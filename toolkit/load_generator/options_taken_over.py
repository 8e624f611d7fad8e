"""Options of Locust that say what the coordinator decides: how many users, how fast, how long."""

from toolkit.load.workload import Workload
from toolkit.load_generator.locust_options import Choice


class OptionsTakenOver:
    """The options of one process of Locust, from its start on. Raises ToolkitError for a bad one.

    What they leave open is filled in at once. Without a page, Locust never sees the run's time.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice, options = choice, choice.given
        workload = choice.workload()
        self._run_time = options.run_time
        if not choice.has_shape:
            if options.num_users is None:
                options.num_users = workload.users
            if workload.ramp_seconds:
                options.spawn_rate = max(1e-3, options.num_users / workload.ramp_seconds)
            elif options.spawn_rate is None:
                # So many a second, which is all at once: the schedule sets the pace, and no ramp.
                options.spawn_rate = options.num_users
        if options.headless:
            options.run_time = None  # Locust would end the run without waiting for answers

    def workload(self) -> Workload:
        """What a run sends now: the page may have changed the options since the start.

        Raises ToolkitError for options that cannot be together.
        """
        options = self._choice.given
        if options.headless:
            # Given back only to be read here.
            options.run_time = self._run_time
        try:
            return self._choice.workload()
        finally:
            if options.headless:
                options.run_time = None
