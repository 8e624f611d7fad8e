"""`toolkit deploy --rules` as typed: what it prints, and its exit status."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support.fake_ruler import RulerState, serving
from toolkit.cli.main import run


@pytest.fixture
def state() -> Iterator[RulerState]:
    with serving(RulerState()) as running:
        yield running


def test_the_command_tells_each_group_and_the_count(
    state: RulerState, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    for words, change, told in (
        (["--dry-run"], "create", "1 would change"),
        ([], "create", "1 changed"),
        ([], "unchanged", "0 changed"),
    ):
        assert run(["deploy", "--rules", "--url", state.url, *words]) == 0
        assert capsys.readouterr().out == (
            f"rule group  sales.volume          {change}\n"
            f"{state.url}: {told}, in Mimir's namespace shop.\n"
        )


def test_namespace_and_tenant_may_be_named(
    state: RulerState, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    state.needs_tenant = True
    words = ["--namespace", "till", "--tenant", "desk"]
    assert run(["deploy", "--rules", "--url", state.url, *words]) == 0
    assert capsys.readouterr().out.endswith("in Mimir's namespace till.\n")
    assert tuple(state.namespace("till", "desk")) == ("sales.volume",)


def test_a_protected_namespace_is_a_finding(
    state: RulerState, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    state.protected = ("shop",)
    assert run(["deploy", "--rules", "--url", state.url]) == 1
    assert capsys.readouterr().out == (
        "rule group  sales.volume          left alone: the namespace is protected\n"
        f"{state.url}: 0 changed, in Mimir's namespace shop.\n"
        "The namespace shop is protected, and not as defined.\n"
        "  fix: take another with --namespace, or have this one opened.\n"
    )


TARGET = """
[tool.toolkit.targets.production]
service = "http://127.0.0.1:1"
prometheus = "http://127.0.0.1:1"
alertmanager = "http://127.0.0.1:1"
"""


def described(root: Path, *lines: str) -> None:
    path = root / "pyproject.toml"
    path.write_text("".join((path.read_text("utf-8"), TARGET, *lines)), encoding="utf-8")


def test_an_environment_has_its_ruler_and_its_tenant(state: RulerState, shop: WriteProject) -> None:
    tenant = 'headers = { X-Scope-OrgID = "desk" }\n'
    described(shop(), f'ruler = "{state.url}"\n', tenant)
    assert run(["deploy", "--rules", "--target", "production"]) == 0
    assert tuple(state.namespace("shop", "desk")) == ("sales.volume",)


def test_an_environment_without_a_ruler_is_told(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shop()
    described(root)
    assert run(["deploy", "--rules", "--target", "production"]) == 2
    assert capsys.readouterr().err == (
        f"error: {root}/pyproject.toml:9: [tool.toolkit.targets.production]: has no ruler.\n"
        "  fix: say where it is.\n"
    )


WRONG = {
    "no ruler anywhere": (
        ("--rules",),
        "error: no ruler is known, to which rules could be deployed.\n"
        "  fix: say --url or --target, or set [tool.toolkit.stack] ruler. Prometheus and Thanos' "
        "ruler read files: run `toolkit build` and mount alerts/generated/rules there.\n",
    ),
    "an option of dashboards": (
        ("--rules", "--api", "v2"),
        "error: --api is of dashboards, and --rules deploys none.\n",
    ),
    "another one": (
        ("--rules", "--no-datasources"),
        "error: --no-datasources is of dashboards, and --rules deploys none.\n",
    ),
    "an option of rules": (
        ("--tenant", "desk"),
        "error: --tenant and --namespace are of --rules.\n  fix: add --rules.\n",
    ),
    "an address that is none": (
        ("--rules", "--url", "mimir:8080"),
        "error: --url 'mimir:8080' is not an address.\n"
        "  fix: write it like http://127.0.0.1:8080.\n",
    ),
    "two rulers": (
        ("--rules", "--url", "http://127.0.0.1:1", "--target", "production"),
        "error: --url and --target both say which ruler is meant.\n  fix: drop one.\n",
    ),
    "a target that nobody described": (
        ("--rules", "--target", "production"),
        "error: unknown target 'production' (none are known)\n"
        "  fix: describe it in [tool.toolkit.targets.production]; without --target the stack here "
        "is meant.\n",
    ),
}


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG)
def test_wrong_words_exit_2(
    words: tuple[str, ...], told: str, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    assert run(["deploy", *words]) == 2
    assert capsys.readouterr().err == told


def test_where_nothing_listens_nothing_is_known(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    assert run(["deploy", "--rules", "--url", "http://127.0.0.1:1"]) == 3
    assert "nothing listens there" in capsys.readouterr().err
