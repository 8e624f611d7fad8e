"""What exceptions of definitions mean, in words, and what to do about them."""

from pathlib import Path

import pytest

from toolkit.definition_errors import explained


def raised(code: str) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whichever the code raises
        exec(compile(code, "catalogue.py", "exec"), {})  # noqa: S102 - a line of this file
    return caught.value


SAID = {
    "a name in another spelling": (
        "from toolkit.catalogue import metric",
        "toolkit.catalogue has no 'metric'; did you mean 'Metric'? (known: Catalogue, "
        "Kind, Label, Metric, Series, Unit)", "",
    ),
    "a name of another module": (
        "from toolkit.catalogue import Panel",
        "toolkit.catalogue has no 'Panel'", "from toolkit.dashboards import Panel",
    ),
    "a name of a module that few import": (
        "from toolkit.config.load_mixes import LoadMixes",
        "toolkit.config.load_mixes has no 'LoadMixes'; did you mean 'read_mixes'? (known: "
        "MixedScenario, read_mixes)", "",
    ),
    "a name that was not imported": (
        "HITS = Metric('hits_total')",
        "NameError: name 'Metric' is not defined", "from toolkit.catalogue import Metric",
    ),
    "a name that nobody has": ("HITS = Hits()", "NameError: name 'Hits' is not defined", ""),
    "a module of others": (
        "from json import lods", "json has no 'lods'; did you mean 'loads'?", "",
    ),
    "a name that a module of others has not at all": (
        "from json import xyzzy", "json has no 'xyzzy'.", "",
    ),
    "an attribute of a module": (
        "import json as m\nm.dmups", "json has no 'dmups'; did you mean 'dumps'?", "",
    ),
    "an attribute of something else": (
        "''.strp()", "AttributeError: 'str' object has no attribute 'strp'", "",
    ),
    "the end of the program": (
        "raise SystemExit(0)", "SystemExit: 0",
        "a definition must not end the program: leave sys.exit() out.",
    ),
    "an exception without words": ("raise RuntimeError", "RuntimeError", ""),
}  # fmt: skip


@pytest.mark.parametrize(("code", "message", "fix"), SAID.values(), ids=SAID)
def test_an_exception_is_said_with_its_way_out(
    code: str, message: str, fix: str, tmp_path: Path
) -> None:
    assert explained(raised(code), tmp_path) == (message, fix)


def test_a_name_is_imported_from_the_module_that_offers_it(tmp_path: Path) -> None:
    expected = "from toolkit.catalogue import matching"
    assert explained(raised("ANY = matching('5..')"), tmp_path)[1] == expected


def test_every_module_that_definitions_are_written_with_is_looked_through(tmp_path: Path) -> None:
    for name, module in (("Alert", "alerts"), ("Route", "routing"), ("Fault", "drill_causes")):
        expected = f"from toolkit.{module} import {name}"
        assert explained(NameError("no", name=name), tmp_path)[1] == expected
