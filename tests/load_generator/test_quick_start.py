"""A module runs as with `python -m`, and reads once what is installed."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from toolkit.load_generator import quick_start


def test_what_is_installed_is_read_once_and_selected_from_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual, read = metadata.entry_points, []

    def entry_points(**wanted: str) -> Any:
        read.append(wanted)
        return usual(**wanted)

    monkeypatch.setattr(metadata, "entry_points", entry_points)
    scripts = {script.name for script in usual(group="console_scripts")}
    with quick_start.installed_read_once():
        assert {x.name for x in metadata.entry_points(group="console_scripts")} == scripts
        assert not metadata.entry_points(group="no.such.group")
    assert read == [{}]
    assert metadata.entry_points is entry_points
    assert {"toolkit", "pytest"} <= scripts


@pytest.mark.programs
def test_a_package_is_run_with_its_own_arguments(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").write_text("print('imported')", "utf-8")
    (tmp_path / "shop/__main__.py").write_text("import sys; print(__name__, sys.argv)", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "toolkit.load_generator.quick_start", "shop", "--open", "9"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "imported",
        f"__main__ {[str(tmp_path / 'shop/__main__.py'), '--open', '9']}",
    ]
