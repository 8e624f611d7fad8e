"""Rows of a file: each taken once, across workers. No locust here."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from toolkit.errors import ConfigurationError
from toolkit.load_generator.data_rows import DataRows, RowsTakenError


def user(worker: int = 0, of: int = 0, run: str = "1") -> SimpleNamespace:
    return SimpleNamespace(
        environment=SimpleNamespace(
            parsed_options=SimpleNamespace(worker_count=of, run_id=run),
            runner=SimpleNamespace(worker_index=worker),
        )
    )


def rows(tmp_path: Path, text: str, name: str = "a.csv", *, again: bool = False) -> DataRows:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return DataRows(str(path), again=again)


FIVE = "name,age\n" + "".join(f"n{n},{n}\n" for n in range(5))


def test_rows_come_in_order_and_a_run_begins_with_the_first(tmp_path: Path) -> None:
    found = rows(tmp_path, FIVE)
    assert len(found) == 5
    assert [found.take(user())["name"] for _ in range(5)] == ["n0", "n1", "n2", "n3", "n4"]
    with pytest.raises(RowsTakenError, match=r"a\.csv: all of its 5 rows are taken; give it more"):
        found.take(user())
    assert found.take(user(run="2")) == {"name": "n0", "age": "0"}


def test_workers_share_them_and_none_is_taken_twice(tmp_path: Path) -> None:
    taken: list[str] = []
    for worker in range(2):
        ours = rows(tmp_path, FIVE)  # each worker reads the file itself
        taken += [ours.take(user(worker, of=2))["name"] for _ in range(3 - worker)]
        with pytest.raises(RowsTakenError):
            ours.take(user(worker, of=2))
    assert sorted(taken) == ["n0", "n1", "n2", "n3", "n4"]


def test_a_worker_that_joins_late_takes_no_others_row(tmp_path: Path) -> None:
    with pytest.raises(RowsTakenError, match="by the workers that were there at the start"):
        rows(tmp_path, FIVE).take(user(2, of=2))


def test_rows_may_be_taken_again(tmp_path: Path) -> None:
    found = rows(tmp_path, FIVE, again=True)
    assert [found.take(user())["age"] for _ in range(7)] == list("0123401")


def test_json_lines_keep_their_types(tmp_path: Path) -> None:
    found = rows(tmp_path, '{"a": 1}\n\n{"a": [2]}\n', "a.jsonl")
    assert [found.take(user()), found.take(user())] == [{"a": 1}, {"a": [2]}]


def test_a_relative_path_is_next_to_the_scenario() -> None:
    with pytest.raises(ConfigurationError) as caught:
        DataRows("buyers.csv")
    assert str(Path(__file__).parent / "buyers.csv") in str(caught.value)


WRONG = {
    "another kind": ("a.txt", "x", "must end in one of .csv, .jsonl, .ndjson"),
    "no rows": ("a.csv", "name,age\n", "a.csv: has no rows"),
    "too few values": ("a.csv", "name,age\nx\n", "a.csv:2: does not have 2 values"),
    "too many values": ("a.csv", "name,age\nx,1,2\n", "a.csv:2: does not have 2 values"),
    "no JSON": ("a.jsonl", '{"a": 1}\n{', "a.jsonl:2: not JSON"),
    "no object": ("a.jsonl", "[1]\n", "a.jsonl:1: must be an object, but is '[1]'"),
}


@pytest.mark.parametrize(("name", "text", "words"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rows(tmp_path, text, name)
    assert words in str(caught.value)
