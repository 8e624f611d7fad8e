"""The Python that is written makes the same metrics, and no formatter changes it."""

import subprocess
import sys

import pytest

from tests.adopt.test_discover import SCRAPE
from tests.support.repository import ROOT
from toolkit.adopt.catalogue_as_python import module
from toolkit.adopt.discover import discover
from toolkit.catalogue import Catalogue

LONG = (
    "# HELP x " + "Many \\\"words\\\", 'quotes' and \\\\n back slashes of every kind. " * 6 + "\n"
    "# TYPE x histogram\n"
    + "".join(f'x_bucket{{le="{n}.5"}} 1\n' for n in range(40))
    + 'x_bucket{le="+Inf",kind="aaaaaaaaaaaaaaaaaaaaaaaa"} 1\n'
    + 'x_bucket{le="+Inf",kind="bbbbbbbbbbbbbbbbbbbbbbbb"} 1\n'
    + 'x_bucket{le="+Inf",kind="cccccccccccccccccccccccc"} 1\n'
    + 'x_bucket{le="+Inf",kind="dddddddddddddddddddddddd",other="aaaaaaaaaaaaaa"} 1\n'
)
TEXTS = {"small": SCRAPE, "long": LONG}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_makes_the_same_metrics(text: str) -> None:
    found = discover(text)
    namespace: dict[str, object] = {"__name__": "made"}
    exec(module(found, 'Of "all" sorts.'), namespace)  # noqa: S102 - we wrote it
    assert namespace["__doc__"] == 'Of "all" sorts.'
    assert namespace["CATALOGUE"] == Catalogue(tuple(each.metric for each in found))


@pytest.mark.programs
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_formatter_changes_it(text: str) -> None:
    written = module(discover(text), "A catalogue.")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--config", ROOT / "pyproject.toml", "-"],
        input=written,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == written
    assert max(map(len, written.splitlines())) <= 100


def test_equal_scrapes_give_equal_text() -> None:
    head, *lines = SCRAPE.splitlines(keepends=True)
    assert module(discover("".join((head, *lines))), "x") == module(discover(SCRAPE), "x")
    assert "# Guess: the values of result are those seen.\nSHOP_SALES_TOTAL = Metric(" in module(
        discover(SCRAPE), "x"
    )
