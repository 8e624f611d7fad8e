"""`toolkit down`: end what `toolkit up` started, and nothing else."""

from pathlib import Path

from toolkit.cli.console import progress, result


def down() -> None:
    """End what `toolkit up` started here. Also after it crashed."""
    from toolkit.config.pyproject import find_root, load
    from toolkit.stack import start_and_stop

    state = load(find_root(Path.cwd())).state
    ended = start_and_stop.down(state, progress=progress)
    result(f"Stopped: {', '.join(ended)}." if ended else f"Nothing runs in {state}.")
