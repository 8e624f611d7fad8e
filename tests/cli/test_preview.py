"""`toolkit preview` as typed: what it writes, what it says, and its exit status."""

import json
import struct
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support import required_programs
from tests.support.made_up_prometheus import World, dashboard, panel
from toolkit.cli.main import run
from toolkit.errors import RefusedError
from toolkit.preview import chromium, screenshots_and_page_errors
from toolkit.preview.redraw_served_page import read_dashboards
from toolkit.preview.screenshots_and_page_errors import SeenPages

SALES = "sum by (result) (rate(shop_sales_total[60s]))"
NOWHERE = "http://127.0.0.1:1"


def test_it_draws_every_dashboard_of_the_project(
    shop: WriteProject, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shop()
    assert run(["preview"]) == 0
    said = capsys.readouterr()
    assert said.out == "build/preview/shop.html\n"
    assert said.err.startswith("shop: 1 panels, 1 queries in ")
    assert (root / "build/preview/shop.html").stat().st_size > 1_000_000
    assert next(x["query"] for _path, x in world.asked if "step" in x) == SALES


def test_a_failed_query_is_named_and_is_a_finding(
    shop: WriteProject, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    world.refused = {SALES: "too many samples"}
    assert run(["preview", "shop"]) == 1
    assert "failed: Sales: A: too many samples" in capsys.readouterr().err


@pytest.mark.usefixtures("world")
def test_it_hands_over_to_serve_what_it_draws(shop: WriteProject, tmp_path: Path) -> None:
    shop()
    assert run(["preview", "--models", str(tmp_path / "models.json")]) == 0
    (found,) = read_dashboards(tmp_path / "models.json")
    assert (found.name, found.model["title"]) == ("shop", "Shop")


@pytest.mark.usefixtures("world")
def test_anybodys_json_needs_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    wrapped = {"dashboard": dashboard(panel("canvas")), "meta": {}}
    (tmp_path / "theirs.json").write_text(json.dumps(wrapped), encoding="utf-8")
    assert run(["preview", "theirs.json", "--out", "drawn", "--theme", "light"]) == 0
    said = capsys.readouterr()
    assert said.out == "drawn/theirs.html\n"
    assert "  Events: panels of the type 'canvas' are not drawn.\n" in said.err
    assert '"theme":"light"' in (tmp_path / "drawn/theirs.html").read_text(encoding="utf-8")


WRONG = {
    ("nobody",): "there is no dashboard 'nobody'",
    ("shpo",): "there is no dashboard 'shpo'; did you mean 'shop'?",
    ("--theme", "drak"): "unknown theme 'drak'; did you mean 'dark'?",
    ("--var", "zone"): "--var 'zone': write it like exchange=paper.",
    ("--var", "zone=eu"): "--var: no variable 'zone' (known: ",
    ("--from", "yesterday"): "'yesterday' is not a time.",
    ("none.json",): "none.json: No such file or directory.",
    ("pyproject.toml",): "pyproject.toml: not a file named *.json.",
    ("picture.json",): "picture.json: not text: 'utf-8' codec can't decode byte 0x89",
    ("list.json",): "list.json: a dashboard must be an object, not []",
    ("--out", "list.json"): "--out list.json: shop.html cannot be written there: this is a file.",
    ("--prometheus", "nonsense"): "--prometheus 'nonsense': not an address.",
    ("--serve", "--markdown"): "--serve and --markdown exclude each other.",
    ("--snapshot", "none.json"): "none.json: No such file or directory.",
    ("--record", "a", "--snapshot", "b"): "--record and --snapshot exclude each other.",
    ("--against", "HEAD"): "--against HEAD: ",
    ("--record", "shop"): "--record shop: this is a folder.",
}


@pytest.mark.programs
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("words", "message"), WRONG.items(), ids=[" ".join(key) for key in WRONG])
def test_what_is_typed_wrongly_is_told(
    words: tuple[str, ...],
    message: str,
    shop: WriteProject,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = shop()
    (root / "picture.json").write_bytes(b"\x89PNG")
    (root / "list.json").write_text("[]", encoding="utf-8")
    assert run(["preview", *words]) == 2
    assert f"error: {message}" in capsys.readouterr().err


def test_no_server_is_nothing_known(shop: WriteProject, capsys: pytest.CaptureFixture[str]) -> None:
    shop()
    assert run(["preview", "--prometheus", NOWHERE]) == 3
    assert capsys.readouterr().err == (
        f"error: {NOWHERE}/-/ready: nothing listens there.\n"
        "  fix: start it, as `toolkit up` does, or name another with --prometheus.\n"
    )


def test_another_server_is_nothing_known(
    shop: WriteProject,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse() -> str:
        raise RefusedError("http://a/-/ready: answered 404")

    shop()
    monkeypatch.setattr(world, "version", refuse)
    assert run(["preview"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("error: no Prometheus there: http://a/-/ready: answered 404")
    assert "fix: name Prometheus' own address with --prometheus." in said


def test_a_uid_needs_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["preview", "theirs"]) == 2
    assert "no pyproject.toml with a [tool.toolkit] table" in capsys.readouterr().err


@pytest.mark.usefixtures("world")
def test_a_snapshot_draws_the_same_page_without_a_server(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop()
    assert run(["preview", "--record", "kept.json"]) == 0
    drawn = (root / "build/preview/shop.html").read_bytes()
    monkeypatch.undo()
    monkeypatch.chdir(root)
    assert run(["preview", "--snapshot", "kept.json", "--out", "again"]) == 0
    assert (root / "again/shop.html").read_bytes() == drawn


@pytest.mark.usefixtures("world")
def test_markdown_goes_to_stdout_alone(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    assert run(["preview", "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "### Shop"
    assert lines[4].startswith(f"| Sales | `{SALES}` | result=result-one: ")


@pytest.mark.usefixtures("world")
def test_without_a_browser_there_is_the_page_and_one_line_that_says_so(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    monkeypatch.setattr(chromium, "find", lambda: "")
    assert run(["preview", "--png"]) == 0
    said = capsys.readouterr()
    assert said.out == "build/preview/shop.html\n"
    assert "no picture: none of chromium, chromium-browser, google-chrome is on PATH" in said.err


@pytest.mark.programs
@pytest.mark.usefixtures("world")
def test_with_a_browser_there_is_a_picture(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    if not chromium.find():
        required_programs.missing("no Chromium is on PATH")
    root = shop()
    assert run(["preview", "--png"]) == 0
    assert capsys.readouterr().out == "build/preview/shop.html\nbuild/preview/shop.png\n"
    data = (root / "build/preview/shop.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert width == chromium.WIDTH
    assert 400 < height < 1200


@pytest.mark.usefixtures("world")
def test_what_failed_in_the_page_is_named_and_is_a_finding(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    broken = SeenPages(problems=("Sales: Error transforming data: Invalid regular expression",))
    monkeypatch.setattr(
        screenshots_and_page_errors, "see", lambda _pages, _say, png: broken if not png else 0
    )
    assert run(["preview"]) == 1
    said = capsys.readouterr()
    assert said.out == "build/preview/shop.html\n"
    assert said.err.endswith("failed: Sales: Error transforming data: Invalid regular expression\n")


@pytest.mark.programs
def test_a_browser_that_ends_at_once_is_an_error(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    program.chmod(0o755)
    with (
        pytest.raises(chromium.BrowserError, match="the browser ended, with status 7"),
        chromium.started(str(program)),
    ):
        pytest.fail("it did not start")
