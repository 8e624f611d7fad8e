"""`.ci/setup` on machines that lack something: what it says, and that it changes nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

pytestmark = pytest.mark.programs

SCRIPT = ROOT / ".ci" / "setup"

# What the script itself runs; no package manager, no server, no Python.
BASICS = ("bash", "env", "dirname", "cmp", "cat", "id", "mktemp", "tail", "head", "rm", "cp")

SERVERS = (
    "prometheus",
    "promtool",
    "prometheus-alertmanager",
    "amtool",
    "redis-server",
    "haproxy",
    "chromium",
)


class Machine:
    """A copy of the script in a folder of its own, with a PATH of chosen programs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        for folder in (self.bin, root / ".ci"):
            folder.mkdir()
        shutil.copy(SCRIPT, root / ".ci" / "setup")
        for name in ("requirements.lock", "pyproject.toml"):
            (root / name).write_text(f"# {name}\n", encoding="utf-8")
        for name in BASICS:
            found = shutil.which(name)
            assert found is not None, name
            (self.bin / name).symlink_to(found)

    def program(self, name: str, script: str = "exit 0") -> None:
        """Put a program on the PATH."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!{self.bin}/bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def setup(self, *arguments: str) -> tuple[int, str]:
        """Run the script: its exit status, and what it said."""
        done = subprocess.run(
            [str(self.bin / "bash"), str(self.root / ".ci" / "setup"), *arguments],
            env={"PATH": str(self.bin), "TMPDIR": str(self.root)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.stdout == ""
        return done.returncode, done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def set_up(machine: Machine) -> None:
    """As if the script had run: an environment with its stamp."""
    folder = machine.root / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    stamp = f"{machine.root}\n# requirements.lock\n# pyproject.toml\n"
    (machine.root / ".venv" / "installed").write_text(stamp, encoding="utf-8")


def test_without_apt_it_says_what_to_install(machine: Machine) -> None:
    code, said = machine.setup("demo")
    assert code == 1
    missing = "prometheus promtool prometheus-alertmanager amtool redis-server"
    assert f"not found on PATH: {missing}\n" in said
    assert (
        "apt-get install --no-install-recommends prometheus prometheus-alertmanager redis-server\n"
        in said
    )
    assert "brew install prometheus" in said
    assert "docker compose up" in said
    assert not (machine.root / ".venv").exists()


def test_without_root_or_sudo_it_installs_nothing(machine: Machine) -> None:
    machine.program("apt-get", f'echo "$@" >>{machine.root}/called')
    machine.program("id", "echo 1000")
    machine.program("sudo", "exit 1")
    code, said = machine.setup("test")
    assert code == 1
    # Debian has haproxy in a folder that is on root's PATH alone: it is found there anyway.
    said = said.replace(" haproxy ", " ")
    assert "prometheus prometheus-alertmanager redis-server chromium\n" in said
    assert not (machine.root / "called").exists()


def test_only_what_is_missing_is_named(machine: Machine) -> None:
    for name in ("prometheus", "promtool", "alertmanager", "amtool", "haproxy", "chromium"):
        machine.program(name)
    code, said = machine.setup("test")
    assert code == 1
    assert "set-up: error: not found on PATH: redis-server\n" in said


def test_apt_installs_what_is_missing_and_nothing_else(machine: Machine) -> None:
    set_up(machine)
    for name in SERVERS:
        if name != "redis-server":
            machine.program(name)
    machine.program("id", "echo 0")
    call = f'echo "$DEBIAN_FRONTEND $@" >>{machine.root}/called'
    program = machine.bin / "redis-server"
    machine.program("apt-get", f"{call}\n: >{program}\n{shutil.which('chmod')} +x {program}")
    code, said = machine.setup("test")
    assert (code, said) == (0, "set-up: installing Debian's packages: redis-server\n")
    assert (machine.root / "called").read_text(encoding="utf-8") == (
        "noninteractive -q -o DPkg::Lock::Timeout=120 "
        "install -y --no-install-recommends redis-server\n"
    )


def test_package_lists_are_refreshed_when_apt_needs_it_and_its_error_is_shown(
    machine: Machine,
) -> None:
    machine.program("id", "echo 0")
    machine.program(
        "apt-get", f"echo \"$2\" >>{machine.root}/called\necho 'E: no network'\nexit 100"
    )
    code, said = machine.setup("demo")
    assert code == 1
    assert "E: no network\nset-up: error: apt-get could not install: prometheus " in said
    called = (machine.root / "called").read_text(encoding="utf-8").splitlines()
    assert called == ["-o", "update", "-o"]


def test_without_python_it_says_which_to_install(machine: Machine) -> None:
    code, said = machine.setup()
    assert code == 1
    assert "set-up: error: no Python 3.11 or newer on PATH\n" in said
    assert "apt-get install python3 python3-venv" in said


def test_an_old_python_is_not_used(machine: Machine) -> None:
    machine.program("python3", "exit 1")  # what asking for 3.11 comes to
    assert "no Python 3.11 or newer on PATH" in machine.setup()[1]


def test_a_python_without_venv_says_which_package_has_it(machine: Machine) -> None:
    machine.program(
        "python3", f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"'
    )
    code, said = machine.setup()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert code == 1
    assert "cannot make virtual environments" in said
    assert f"apt-get install {version}-venv" in said


def test_a_second_run_does_nothing(machine: Machine) -> None:
    set_up(machine)
    for name in SERVERS:
        machine.program(name)
    assert machine.setup("test") == (0, "")


def page_of(machine: Machine, npm: str) -> Path:
    """The preview's page, with a stand-in for npm; everything else is there."""
    set_up(machine)
    for name in SERVERS:
        machine.program(name)
    folder = machine.root / "toolkit" / "preview" / "page"
    (folder / "node_modules").mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    script = machine.root / ".ci" / "page"
    script.write_text(f"#!{machine.bin}/bash\n{npm}\n", encoding="utf-8")
    script.chmod(0o755)
    return folder


def test_the_packages_of_the_page_are_installed_once_and_only_for_tests(machine: Machine) -> None:
    page_of(machine, f'echo "$@" >>{machine.root}/called')
    assert machine.setup("demo") == (0, "")
    assert machine.setup("test")[1].startswith("set-up: installing the packages of the preview's")
    assert machine.setup("test") == (0, "")
    assert (machine.root / "called").read_text(encoding="utf-8") == "ci --ignore-scripts\n"


def test_what_npm_says_is_shown_when_it_fails(machine: Machine) -> None:
    folder = page_of(machine, "echo 'E: no network'; exit 1")
    code, said = machine.setup("test")
    assert code == 1
    assert "E: no network\nset-up: error: npm ci failed; all it said is in .venv/npm.log" in said
    assert not (folder / "node_modules" / "installed").exists()


def test_an_unknown_purpose_lists_the_known(machine: Machine) -> None:
    code, said = machine.setup("tests")
    assert code == 1
    assert said == (
        "set-up: error: unknown purpose 'tests'\n"
        "  known: demo, test, or none for the Python packages alone\n"
    )
