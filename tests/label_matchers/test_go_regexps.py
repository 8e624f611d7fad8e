"""Patterns of Go, which Python reads alike, reads otherwise, or not at all."""

import pytest

from tests.support import promtool_verdicts
from tests.support.required_programs import PROMTOOL
from toolkit.label_matchers import go_regexps

FITS = {
    ("a.*", "abc"): True,
    ("a.*", "xa"): False,
    ("a|b", "b"): True,
    ("a.b", "a\nb"): True,  # Prometheus' dot takes a line break
    ("(?i)A", "a"): True,
    ("(?P<n>a)", "a"): True,
    ("[[:alpha:]]", "a"): None,
    ("[^[:space:]]+", "ab"): None,
    ("a{,3}", "a{,3}"): None,  # text in Go, up to three in Python
    (r"\w+", "é"): False,
    (r"\d", "٣"): False,
    (r"\W", "é"): True,
    ("(?i)é", "É"): True,
    (r"(?i)é\w", "Éa"): None,
    (r"(?i)A\d", "a1"): True,
    (r"(?u)\d", "1"): None,
    (r"(?u:\d)", "1"): None,
    (r"\pL", "a"): None,
    (r"\Qa.b\E", "a.b"): None,
    ("(?U)a+", "aa"): None,
    ("a++", "aa"): None,
    ("(", "("): None,
}


@pytest.mark.parametrize(("given", "fits"), FITS.items(), ids=str)
def test_a_value_fits_where_python_reads_what_go_does(
    given: tuple[str, str], *, fits: bool | None
) -> None:
    assert go_regexps.fits(*given) is fits


REPEATS = {
    "a**": "**", "a*?": "", "a+?b*": "", "a*??": "*??", "a{2}{3}": "{2}{3}", "a{2,3}?": "",
    "a{1000}": "", "a{1001}": "{1001}", "a{2,1001}": "{2,1001}", "a{2,}+": "{2,}+",
    r"\**": "", "[*+]+": "", "[]*+]*": "", r"\Q**\E": "", "(?:a*)*": "", "(a+)?": "",
    "a++": "++", "a{x}**": "**", "a{,5}+": "", "(?i)a*": "", "[[:alpha:]+*]*": "",
    "(a{100}){10}": "", "(a{100}){11}": "{11}", "((a{10}){10}){11}": "{11}", "(a{500,}){3}": "{3}",
    "(a{2,100}b{3}){10}": "", "(a{3}|b{100}){11}": "{11}", "(a*){1000}": "",
    "((a{9})+){112}": "{112}",
    "(a{500})(b{500}){2}": "", "(?:a{500}b){3}": "{3}", "(?P<n>a{500}){3}": "{3}", "(?:a**)": "**",
    "(a{0}){1000}": "", "(?i)(a{2}){501}": "{501}", r"(a{500}\)){3}": "{3}", "(a{500}[)]){2}": "",
    "(?i:a{600})b{900}": "", "a{99999999}": "{99999999}", "(a{500}b)*": "", "(a{1}){1000}": "",
    "(a{500}){0,3}": "{0,3}",
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "refused"), REPEATS.items(), ids=REPEATS)
def test_a_repetition_of_a_repetition_is_refused(pattern: str, refused: str) -> None:
    assert go_regexps.refused_repeat(pattern) == refused


@PROMTOOL
def test_promtool_refuses_the_same_repetitions(tmp_path_factory: pytest.TempPathFactory) -> None:
    rule = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: a{{b=~`{}`}}\n"
    folder = tmp_path_factory.mktemp("patterns")
    told = promtool_verdicts.refusals(folder, [rule.format(x) for x in REPEATS])
    assert [bool(x) for x in told] == [bool(x) for x in REPEATS.values()]
