"""What `toolkit init` writes passes build, lint and test at once, and overwrites nothing."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from target_app.catalogue import CATALOGUE
from tests.support import required_programs
from tests.support.foreign_programs import PROMETHEUS
from tests.support.http_server import answering, serving
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.adopt import init
from toolkit.errors import ConfigurationError
from toolkit.instruments import Instruments
from toolkit.prometheus import fetch_scrape

ODD = """\
# TYPE MyApp:HttpCalls counter
MyApp:HttpCalls{httpStatus="ok",verb="GET"} 3
MyApp:HttpCalls{httpStatus="failed",verb="GET"} 3
MyApp:HttpCalls{httpStatus="backend error",verb="GET"} 3
# TYPE "my.call.duration" histogram
{"my.call.duration_bucket",le="5"} 1
{"my.call.duration_bucket",le="10"} 1
{"my.call.duration_bucket",le="20"} 1
{"my.call.duration_bucket",le="40"} 1
{"my.call.duration_bucket",le="+Inf"} 1
{"my.call.duration_sum"} 1
{"my.call.duration_count"} 1
# TYPE queue_count gauge
queue_count 1
nothing_said 4
"""
WORKER = """\
# TYPE jobs_total counter
jobs_total 1
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 1
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 1
"""
SPRING = (
    "# TYPE http_server_requests_seconds histogram\n"
    + "".join(
        f'http_server_requests_seconds_bucket{{status="200",uri="/carts",le="{edge}"}} 1\n'
        for edge in ("0.1", "0.5", "1.0", "2.0", "+Inf")
    )
    + 'http_server_requests_seconds_count{status="200",uri="/carts"} 1\n'
)


def reference_service() -> str:
    registry = CollectorRegistry()
    Instruments(CATALOGUE, registry, known={"symbol": ("BTC/USDT",), "exchange": ("paper",)})
    return generate_latest(registry).decode()


def toolkit(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def begun(folder: Path, scrape: str, *arguments: str, proved: bool = True) -> Path:
    """A project in an empty folder, begun from the scrape, in which everything passes.

    Its rules are tested where they are `proved`.
    """
    (folder / "scrape.txt").write_text(scrape, encoding="utf-8")
    below = folder / "new"
    below.mkdir()
    commands = [("init", "--from", "../scrape.txt", *arguments), ("build",), ("lint",)]
    for command in (*commands, ("test",)) if proved else commands:
        done = toolkit(below, *command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert command != ("lint",) or "info[" not in done.stdout
    formatted = [sys.executable, "-m", "ruff", "format", "--check", "--config",
                 str(ROOT / "pyproject.toml"), str(below / "observability")]  # fmt: skip
    done = subprocess.run([*formatted, "--diff"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    return below


def alerts(project: Path) -> list[str]:
    rules = next((project / "observability/alerts/generated/rules").glob("*.yml"))
    lines = rules.read_text(encoding="utf-8").splitlines()
    return sorted(line.partition("alert: ")[2] for line in lines if "alert: " in line)


def names(prefix: str, *promises: str) -> list[str]:
    """The names of all alerts of a service whose requests are counted and timed."""
    paces = ("Fast", "Steady", "Slow", "Creeping")
    burning = [f"{prefix}{promise}{pace}Burn" for promise in promises for pace in paces]
    return sorted([f"{prefix}Down", f"{prefix}ErrorsHigh", f"{prefix}Slow", *burning])


@pytest.mark.programs
@required_programs.PROMTOOL
def test_from_the_reference_service(tmp_path: Path) -> None:
    project = begun(tmp_path, reference_service(), "--name", "Execution API")
    assert alerts(project) == names("ExecutionApi", "Availability", "Latency")
    objectives = (project / "observability/objectives.py").read_text("utf-8")
    assert ' bad={"status": _FAILED}, share=0.995\n)' in objectives
    assert objectives.count("# Guess: ") == 2


@pytest.mark.programs
@required_programs.PROMTOOL
def test_from_a_prometheus_that_runs(tmp_path: Path) -> None:
    with PROMETHEUS.exporting(tmp_path) as url:
        done = toolkit(tmp_path, "init", "--from", url, "--name", "prometheus")
        assert "the service is named prometheus-service: " in done.stderr
        scrape = fetch_scrape.read(url)
    assert done.returncode == 0
    table = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]["toolkit"]
    assert table["services"]["prometheus-service"]["url"] == url.removesuffix("/metrics")
    below = tmp_path / "again"
    below.mkdir()
    project = begun(below, scrape, "--name", "prometheus", proved=False)
    assert alerts(project) == names("PrometheusService", "Availability", "Latency")
    catalogue = (project / "observability/catalogue.py").read_text("utf-8")
    assert "from toolkit.catalogues import go_client\n" in catalogue
    assert "PROCESS_CPU_SECONDS_TOTAL = go_client.PROCESS_CPU_SECONDS_TOTAL\n" in catalogue
    assert "\nGO_GOROUTINES = " not in catalogue


@pytest.mark.programs
@required_programs.PROMTOOL
@pytest.mark.parametrize(
    ("scrape", "wanted"),
    [
        pytest.param(ODD, names("Shop", "Availability", "Latency"), marks=pytest.mark.long),
        (WORKER, ["ShopDown"]),
        (SPRING, names("Shop", "Latency")),
    ],
    ids=["odd names", "a worker without requests", "a histogram that counts"],
)
def test_from_made_up_scrapes(tmp_path: Path, scrape: str, wanted: list[str]) -> None:
    assert alerts(begun(tmp_path, scrape, "--name", "shop", proved=scrape != SPRING)) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("prometheus", "prometheus-service"), ("Locust", "locust-service"), ("7 up", "service-7-up")],
)
def test_a_name_that_no_service_may_have_gets_another(
    tmp_path: Path, name: str, wanted: str
) -> None:
    assert (
        f"[tool.toolkit.services.{wanted}]" in planned(tmp_path, name=name).texts["pyproject.toml"]
    )


def test_a_service_with_a_command_is_stopped_by_the_drill(tmp_path: Path) -> None:
    command = ("./shop", "--listen=127.0.0.1:{port}")
    project = init.new_project(WORKER, "scrape.txt", "shop", command)
    texts = init.plan(tmp_path, project).texts
    assert 'command = ["./shop", "--listen=127.0.0.1:{port}"]\n' in texts["pyproject.toml"]
    alert = texts["observability/alerts/shop/service.py"]
    assert 'fired_by=Stop("shop"),' in alert
    assert "Undrillable" not in alert


def planned(folder: Path, scrape: str = SPRING, name: str = "shop") -> init.Plan:
    return init.plan(folder, init.new_project(scrape, "http://a:b@127.0.0.1:1/actuator/x", name))


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert len(planned(tmp_path).write(tmp_path)) == 10
    again = planned(tmp_path)
    assert (again.conflicts, again.write(tmp_path)) == ({}, [])


def test_what_is_there_is_kept_and_added_to(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
    (tmp_path / ".gitignore").write_text("build/\n*.log", encoding="utf-8")
    planned(tmp_path).write(tmp_path)
    text = (tmp_path / "pyproject.toml").read_text("utf-8")
    assert text.startswith('[project]\nname = "shop"\n\n[tool.toolkit]\n')
    assert 'url = "http://127.0.0.1:1"' in text
    assert 'metrics = "/actuator/x"\n' in text
    ignored = (tmp_path / ".gitignore").read_text("utf-8")
    assert ignored == "build/\n*.log\n.toolkit/\n__pycache__/\n.venv/\n"


@pytest.mark.programs
def test_a_folder_with_a_project_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.toolkit]\ncatalogue = "x"\n', encoding="utf-8")
    (tmp_path / "scrape.txt").write_text(SPRING, encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    done = toolkit(tmp_path, "init", "--from", "scrape.txt")
    assert done.returncode == 2
    assert '-catalogue = "x"\n+alerts = "observability.alerts"' in done.stdout
    assert done.stderr.startswith("error: pyproject.toml: there already, so that nothing was wr")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["pyproject.toml", ".gitignore", "observability/objectives.py"])
def test_a_file_that_is_not_text_is_named_and_kept(tmp_path: Path, name: str) -> None:
    there = tmp_path / name
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError) as caught:
        planned(tmp_path)
    assert str(caught.value) == (
        f"{there}: is not text in UTF-8.\n  fix: move it away, or begin in another folder."
    )


def test_a_file_in_which_tool_is_not_a_table_is_named_and_kept(tmp_path: Path) -> None:
    there = tmp_path / "pyproject.toml"
    there.write_text("# ours\ntool = 3\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        planned(tmp_path)
    assert str(caught.value) == f"{there}:2: tool: must be a table, but is 3."
    assert there.read_text(encoding="utf-8") == "# ours\ntool = 3\n"


def test_a_file_where_a_folder_is_wanted_is_named_before_anything_is_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "observability").write_text("notes\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="observability: is a file, not a folder"):
        planned(tmp_path)
    (tmp_path / "observability").unlink()
    (tmp_path / ".gitignore").mkdir()
    with pytest.raises(ConfigurationError, match="gitignore: Is a directory"):
        planned(tmp_path)


def test_a_file_that_differs_is_a_conflict(tmp_path: Path) -> None:
    planned(tmp_path).write(tmp_path)
    routing = tmp_path / "observability/alerts/routing.py"
    routing.write_text("ROUTING = None\n", encoding="utf-8")
    assert list(planned(tmp_path).conflicts) == ["observability/alerts/routing.py"]


def test_of_the_paths_that_were_seen_one_that_answers_a_get_is_asked(tmp_path: Path) -> None:
    scrape = "# TYPE http_requests_total counter\n" + "".join(
        f'http_requests_total{{path="{path}",status="200"}} 1\n' for path in ("/buy", "/products")
    )
    with serving(answering({"/products": (200, "all of them")})) as url:
        project = init.new_project(scrape, f"{url}/metrics", "shop")
        assert project.path == "/products"
    texts = init.plan(tmp_path, project).texts
    assert 'self.ask("GET", "/products", ' in texts["observability/loadtests/visitors.py"]
    assert init.new_project(scrape, f"{url}/metrics", "shop").path == "/buy"  # nobody answers


def test_a_scenario_asks_for_a_path_that_was_seen(tmp_path: Path) -> None:
    texts = planned(tmp_path).texts
    assert 'self.ask("GET", "/carts", ' in texts["observability/loadtests/visitors.py"]
    other = planned(tmp_path, WORKER).texts
    assert 'self.ask("GET", "/", ' in other["observability/loadtests/visitors.py"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", "a\nb\n"),
        ("x", "x\na\nb\n"),
        ("x\n", "x\na\nb\n"),
        ("a\n", "a\nb\n"),
        ("b", "b\na\n"),
        ("b\na", "b\na"),
        ("ab\n", "ab\na\nb\n"),
    ],
)
def test_lines_that_a_file_lacks_are_added_to_it(content: str, text: str) -> None:
    assert init._with_lines(content, ("a", "b")) == text
