"""CI: the hooks run by pre-commit, the action's steps by bash, and files held to schemas."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import WriteProject
from tests.support import fake_grafana
from tests.support.documents import blocks
from tests.support.project_copy import Copy
from tests.support.repository import ROOT

pytestmark = pytest.mark.programs

PAGE = ROOT / "docs" / "ci.md"
ACTION = ROOT / "action.yml"
TEMPLATE = ROOT / "templates" / "toolkit.gitlab-ci.yml"
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
OURS = "your-organisation/observability-toolkit@"
PASSES = {"PATH", "HOME", "TMPDIR", "LANG"}


def jobs(word: str) -> list[str]:
    """The page's YAML blocks that have this key."""
    return [b.text for b in blocks(PAGE) if b.language == "yaml" and word in yaml.safe_load(b.text)]


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment whose PATH has `toolkit` first, and nothing of the tests' own settings."""
    programs = tmp_path / "programs"
    programs.mkdir()
    toolkit = programs / "toolkit"
    toolkit.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m toolkit "$@"\n', encoding="utf-8"
    )
    toolkit.chmod(0o755)
    kept = {name: os.environ[name] for name in PASSES if name in os.environ}
    return kept | {
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
    }


def run(
    words: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=200
    )


def git(folder: Path, *words: str) -> str:
    named = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    done = subprocess.run(
        ["git", *named, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


SCHEMAS = {
    "the action": ("vendor.github-actions", ACTION),
    "the template": ("vendor.gitlab-ci", TEMPLATE),
    "the workflow of a pull request": ("vendor.github-workflows", 0),
    "the workflow of a deployment": ("vendor.github-workflows", 1),
    "the pipeline of a deployment": ("vendor.gitlab-ci", "include"),
}


@pytest.mark.parametrize(("schema", "source"), SCHEMAS.values(), ids=SCHEMAS)
def test_files_for_ci_are_as_their_schemas_say(
    schema: str, source: Path | int | str, tmp_path: Path
) -> None:
    path = tmp_path / "file.yml"
    if isinstance(source, int):
        path.write_text(jobs("jobs")[source], encoding="utf-8")
    elif isinstance(source, str):
        path.write_text(jobs(source)[0], encoding="utf-8")
    else:
        path = source
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = run(words, tmp_path, dict(os.environ))
    assert done.returncode == 0, done.stdout + done.stderr


def published(tmp_path: Path) -> tuple[Path, str]:
    """A repository that has the hooks, and its revision."""
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / MANIFEST.name).write_text(MANIFEST.read_text("utf-8"), encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Hooks")
    return folder, git(folder, "rev-parse", "HEAD")


def test_the_hooks_are_run_by_pre_commit(
    shop: WriteProject, tmp_path_factory: pytest.TempPathFactory, shell: dict[str, str]
) -> None:
    root = shop()
    assert run(["toolkit", "build"], root, shell).returncode == 0
    repository, revision = published(tmp_path_factory.mktemp("hooks"))
    (config,) = (yaml.safe_load(text) for text in jobs("repos"))
    config["repos"][0] |= {"repo": str(repository), "rev": revision}
    hooks = config["repos"][0]["hooks"]
    hooks.append({"id": "toolkit-lint-files", "exclude": "^shop/"})
    for hook in hooks:
        hook["language"] = "system"  # as the page says, for a toolkit that is on PATH
    (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    rules = root / "rules" / "own.yml"
    rules.parent.mkdir()
    rules.write_text("groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]\n", "utf-8")
    git(root, "init", "--quiet")
    git(root, "add", "--all")

    def commits() -> dict[str, tuple[str, str]]:
        """By hook, how it ended and what it said."""
        done = run([sys.executable, "-m", "pre_commit", "run", "--all-files"], root, shell)
        parts = done.stdout.split("\n- hook id: ")
        endings = [part.splitlines()[-1].rpartition("...")[2] for part in parts[:-1]]
        said = {p.splitlines()[0]: p for p in parts[1:]}
        return {name: (how, said[name]) for name, how in zip(said, endings, strict=True)}

    before = commits()
    assert set(before) <= {"toolkit-lint"}, before  # the shop's only alert is weakly proved

    definition = root / "shop/alerts/sales/volume.py"
    text = definition.read_text("utf-8")
    definition.write_text(text.replace("== 0", "== 1"), encoding="utf-8")
    rules.write_text("groups: [{name: g, rules: [{alert: A, expr: 'up =='}]}]\n", "utf-8")
    git(root, "add", "--all")
    after = commits()
    assert after["toolkit-build-check"][0] == "Failed"
    assert "fix: run `toolkit build` and commit what it writes." in after["toolkit-build-check"][1]
    assert after["toolkit-lint-files"][0] == "Failed"
    assert "rules/own.yml" in after["toolkit-lint-files"][1]


def action_step(name: str) -> dict[str, Any]:
    steps = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    (step,) = (step for step in steps if step.get("name") == name)
    return dict(step)


def run_action(command: str, folder: Path, shell: dict[str, str]) -> tuple[int, str]:
    """Run the action's last step as GitHub does, with bash and `-e -o pipefail`."""
    script = action_step("Run toolkit")["run"]
    words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    done = run(words, folder, shell | {"COMMAND": command})
    return done.returncode, done.stdout + done.stderr


def test_the_action_runs_every_check_and_fails_with_the_first_that_is_wrong(
    shop: WriteProject, shell: dict[str, str]
) -> None:
    root = shop()
    status, said = run_action("check", root, shell)
    assert status == 1
    assert "8 of 8 files differ from the definitions." in said
    assert "::error" in said or "rules: " in said  # lint was run after build had failed
    assert "NoSales" in said.rpartition("files differ")[2]


def test_the_action_runs_any_command_or_none(shop: WriteProject, shell: dict[str, str]) -> None:
    root = shop()
    assert run_action("none", root, shell) == (0, "")
    assert run_action("build --check", root, shell)[0] == 1
    assert run_action("build", root, shell)[1].startswith("8 files are up to date.\n")
    assert run_action("build --check", root, shell)[0] == 0
    assert run_action("validate --only clocks-agre", root, shell)[0] == 2


def deploy_steps() -> list[str]:
    """What the steps of the GitHub deployment type, in order."""
    (job,) = yaml.safe_load(jobs("jobs")[1])["jobs"].values()
    typed = []
    for step in job["steps"]:
        if step.get("uses", "").startswith(OURS):
            typed.append(f"toolkit {step['with']['command']}")
        elif "run" in step and step.get("if") != "failure()":
            typed.append(step["run"])
    return typed


def gitlab_scripts() -> list[str]:
    """The lines of the template's jobs and of the page's pipeline."""
    (pipeline,) = map(yaml.safe_load, jobs("include"))
    template = yaml.safe_load(TEMPLATE.read_text("utf-8"))
    every = [*template.values(), *(x for x in pipeline.values() if isinstance(x, dict))]
    return [line for job in every for line in job.get("script", ())]


def test_the_worked_jobs_type_commands_that_exist(
    shop: WriteProject, shell: dict[str, str]
) -> None:
    root = shop()
    target = '[tool.toolkit.targets.production]\nservice = "http://127.0.0.1:9"\n'
    target += 'prometheus = "http://127.0.0.1:9"\nalertmanager = "http://127.0.0.1:9"\n'
    settings = root / "pyproject.toml"
    settings.write_text(settings.read_text("utf-8") + target, encoding="utf-8")
    variables = {"TOOLKIT_TARGET": "production", "TOOLKIT_OPTIONS": "--wait 60 --watch 10m"}
    asked = [x for x in (*deploy_steps(), *gitlab_scripts()) if x.startswith("toolkit validate")]
    assert len(asked) == 3
    for line in asked:
        done = run(["bash", "-c", f"{line} --list"], root, shell | variables)
        assert done.returncode == 0, done.stderr
    marks = [x for x in (*deploy_steps(), *gitlab_scripts()) if x.startswith("toolkit annotate")]
    assert len(marks) == 2
    for line in marks:
        done = run(["bash", "-c", line], root, shell | {"GITHUB_SHA": "0123456789"})
        assert "GRAFANA_TOKEN is not set" in done.stderr


@pytest.mark.long
def test_the_worked_deployment_is_green_and_marked(copy: Copy, shell: dict[str, str]) -> None:
    assert copy.toolkit("build").returncode == 0
    assert copy.toolkit("up", "--detach").returncode == 0
    addresses: Any = copy.state()["addresses"]
    services = ", ".join(f'{name} = "{urls[0]}"' for name, urls in addresses["services"].items())
    target = f"[tool.toolkit.targets.production]\nservices = {{ {services} }}\n"
    for server in ("prometheus", "alertmanager"):
        target += f'{server} = "{addresses[server]}"\n'
    settings = copy.root / "pyproject.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n{target}", encoding="utf-8")
    deploy = copy.root / "deploy.sh"
    deploy.write_text("#!/bin/sh\ntouch deployed\n", encoding="utf-8")
    deploy.chmod(0o755)
    copy.toolkit("load", "normal", "--duration", "20", "--users", "2")  # panels have data
    before, *_ = steps = deploy_steps()
    with fake_grafana.serving(fake_grafana.State()) as grafana:
        environment = shell | {"GITHUB_SHA": "0123456789", "GRAFANA_TOKEN": fake_grafana.EDITOR}
        traffic = subprocess.Popen(
            [sys.executable, "-m", "toolkit", "load", "normal", "--duration", "90", "--users", "2"],
            cwd=copy.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for step in steps:
                line = step.replace("--watch 10m", "--watch 20s")
                line = line.replace("https://grafana.example.com", grafana.url)
                done = run(["bash", "-e", "-c", line], copy.root, environment)
                assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
        finally:
            traffic.terminate()
            traffic.wait()
    assert before.startswith("toolkit validate")
    assert (copy.root / "deployed").is_file()
    assert [x["text"] for x in grafana.annotations] == ["checkout 0123456"]


def test_the_container_file_copies_what_is_there_and_installs_what_the_stack_starts() -> None:
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    copied = [name for x in lines if x.startswith("COPY ") for name in x.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied)
    assert {"pyproject.toml", "README.md", "LICENSE", "toolkit", "validators"} == set(copied)
    (installs,) = (x for x in lines if "apt-get -q install" in x)
    assert "prometheus prometheus-alertmanager" in installs
