"""Runs promtool on many files at once: one process for a batch, and what it says of each file.

A process costs more than most tests, so that mutants are affordable in batches alone.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from toolkit.rule_tests.run_promtool import (
    PASSED,
    OnProgress,
    environment,
    find,
    ignore_progress,
    said_of_each,
)

BATCH = 25
TIMEOUT_SECONDS = 60
"""How long promtool may work on one batch, and then on each of its files."""


@dataclass(frozen=True, slots=True)
class Job:
    """A test file as text, and the texts of its rule files: `rules-0.yml` and so on."""

    tests: str
    rules: tuple[str, ...]


def rule_file_names(count: int) -> tuple[str, ...]:
    """The names by which a Job's tests call its rule files."""
    return tuple(f"rules-{number}.yml" for number in range(count))


def run(
    jobs: Sequence[Job], workers: int, on_progress: OnProgress = ignore_progress
) -> tuple[str, ...]:
    """What promtool says of each job, in the given order; empty where all its tests pass.

    `workers` promtools run at once. Raises UnreachableError without promtool.
    """
    work = _Work(("test", "rules"), "tests.yml", dict(enumerate(map(_files, jobs))))
    found = work.run(workers, on_progress)
    return tuple(found[number] for number in range(len(jobs)))


def check_rules(texts: Sequence[str | None], workers: int) -> tuple[str, ...]:
    """What promtool has against each rule file; empty where it takes it, and for None."""
    asked = {number: {"rules.yml": text} for number, text in enumerate(texts) if text is not None}
    found = _Work(("check", "rules"), "rules.yml", asked).run(workers, ignore_progress)
    return tuple(found.get(number, "") for number in range(len(texts)))


def _files(job: Job) -> dict[str, str]:
    names = rule_file_names(len(job.rules))
    return {"tests.yml": job.tests, **dict(zip(names, job.rules, strict=True))}


@dataclass(frozen=True, slots=True)
class _Work:
    """The command, the file that it is asked about, and by number each folder's files."""

    words: tuple[str, ...]
    name: str
    folders: Mapping[int, Mapping[str, str]]

    def run(self, workers: int, on_progress: OnProgress) -> dict[int, str]:
        """By number, what promtool says; empty where all is well."""
        promtool = find()
        numbers = list(self.folders)
        batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
        found: dict[int, str] = {}
        with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
            waiting = [
                pool.submit(
                    lambda batch: dict(_batch(promtool, self.words, self.name, batch)),
                    {number: self.folders[number] for number in batch},
                )
                for batch in batches
            ]
            for done in as_completed(waiting):
                found |= done.result()
                on_progress(len(found), len(numbers))
        return found


def _batch(
    promtool: str, words: Sequence[str], name: str, batch: Mapping[int, Mapping[str, str]]
) -> Iterator[tuple[int, str]]:
    """By number, what promtool says of a folder's files; in one process where that ends in time."""
    with tempfile.TemporaryDirectory() as folder:
        for number, files in batch.items():
            (Path(folder) / str(number)).mkdir()
            for file, text in files.items():
                (Path(folder) / str(number) / file).write_text(text, "utf-8")
        # Relative, so that headings and messages have short names that can be taken out again.
        paths = {f"{number}/{name}": number for number in batch}
        said = _ask([promtool, *words, *paths], folder)
        if said is None and len(batch) > 1:  # One of them hangs: each alone, so that one is lost.
            for path, number in paths.items():
                alone = _ask([promtool, *words, path], folder)
                yield number, _of_one(alone, path)
            return
        for path, number in paths.items():
            yield number, _of_one(said, path)


def _ask(command: Sequence[str], folder: str) -> str | None:
    """Everything that promtool says, in order; None where it does not finish."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # in one stream: reasons stand under their file's heading
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout


def _of_one(said: str | None, path: str) -> str:
    if said is None:
        return f"promtool did not finish within {TIMEOUT_SECONDS} s."
    part = said_of_each(said).get(path)
    if part is None:  # it ended before it came to this file
        return f"promtool does not answer: {said.strip() or 'it says nothing'}"
    if PASSED.search(part):
        return ""
    lines = part.replace(f"{path}: ", "").replace(f"{path.rpartition('/')[0]}/", "").splitlines()
    return "\n".join(x for x in lines if x.strip() not in {"", "FAILED:"}).strip() or "no reason"
