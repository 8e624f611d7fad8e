"""Rule files of a user, and folders of them, that promtool takes or refuses."""

from pathlib import Path

import pytest

from tests.support import required_programs, written_files
from toolkit.errors import UsageError
from toolkit.rule_tests.user_files import rule_file_variants


@required_programs.PROMTOOL
def test_of_a_folder_the_rule_files_are_read_in_order_and_of_a_name_that_file(
    tmp_path: Path,
) -> None:
    for name in ("b.yml", "a.yaml", "deep/c.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(written_files.RULES, "utf-8")
    (tmp_path / "config.yml").write_text("scrape_configs: []\n", "utf-8")
    found = rule_file_variants.load([tmp_path, tmp_path / "b.yml"], workers=2)
    names = [x.path.relative_to(tmp_path).as_posix() for x in found.files]
    assert names == ["a.yaml", "b.yml", "deep/c.yml"]
    assert found.problems == ()
    (alone,) = rule_file_variants.load([tmp_path / "b.yml"], workers=1).files
    assert [rule.name for rule in alone.rules] == ["job:up:sum", "Down", "NoneLeft"]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yml: no such file or folder\.$"):
        rule_file_variants.load([tmp_path / "none.yml"], workers=1)
