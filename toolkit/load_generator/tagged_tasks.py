"""Which tasks `--tag` and `--exclude-tag` leave, by Locust's `@tag`.

Locust itself starts a user whose tasks are all left out, and the user then raises.
"""

from collections.abc import Iterator
from typing import Any

from toolkit.errors import UsageError
from toolkit.unknown_name_did_you_mean import unknown_name


def apply(environment: Any) -> None:
    """Leave out the tasks, and the user classes that have none left.

    Raises UsageError for a tag that no task has, and where nothing is left.
    """
    options = environment.parsed_options
    chosen = {"--tag": options.tags or (), "--exclude-tag": options.exclude_tags or ()}
    if not any(chosen.values()):
        return
    known = sorted({tag for user in environment.user_classes for tag in _tags(user)})
    for option, tags in chosen.items():
        for tag in tags:
            if tag not in known:
                raise UsageError(f"{option} {tag}: {unknown_name('tag', tag, known)}")
    environment._filter_tasks_by_tags()  # noqa: SLF001 - as Locust does when a run begins
    left = [user for user in environment.user_classes if user.tasks]
    if not left:
        given = " ".join(f"{option} {tag}" for option, tags in chosen.items() for tag in tags)
        raise UsageError(f"{given}: no task is left.", fix=f"the tags are {', '.join(known)}.")
    environment.user_classes = left


def _tags(holder: Any) -> Iterator[str]:
    """The tags of all tasks, those of nested task sets included."""
    for task in holder.tasks:
        yield from getattr(task, "locust_tag_set", ())
        if hasattr(task, "tasks"):
            yield from _tags(task)
