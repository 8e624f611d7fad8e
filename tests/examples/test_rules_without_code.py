"""The example without a line of Python, followed to the letter."""

from pathlib import Path

import pytest

from tests.support import required_programs
from tests.support.worked_example import WorkedExample

pytestmark = pytest.mark.programs

BY_HAND = "toolkit test --rules rules --tests tests --mutate"
WITH_CASES = "toolkit test --rules rules --tests tests --tests cases --mutate"


@required_programs.PROMTOOL
def test_its_page_is_true(tmp_path: Path) -> None:
    example = WorkedExample("rules-without-code", tmp_path)
    said = example.follow(without=(BY_HAND, WITH_CASES))
    assert "100.0% of 3 rules" in said["toolkit test --rules rules --tests tests --coverage"]
    assert (example.folder / "cases/checkout_cases.yml").is_file()


@pytest.mark.long
@required_programs.PROMTOOL
def test_the_cases_notice_what_the_tests_do_not(tmp_path: Path) -> None:
    example = WorkedExample("rules-without-code", tmp_path)
    example.follow(without=(BY_HAND, WITH_CASES))
    page = example.page.read_text(encoding="utf-8")
    for command in (BY_HAND, WITH_CASES):
        done = example.type(command)
        assert done.returncode == 1, done.stderr
        assert done.stdout.splitlines()[-1] in page
