"""What `toolkit lint` leaves behind in a process that goes on."""

import gc
from pathlib import Path

import pytest

from toolkit.cli.main import run


@pytest.mark.parametrize("is_on", [True, False])
def test_the_garbage_collector_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_on: bool
) -> None:
    (tmp_path / "rules.yml").write_text("groups: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))  # where no promtool is
    frozen = gc.get_freeze_count() > 0
    try:
        (gc.enable if is_on else gc.disable)()
        assert run(["lint", "rules.yml"]) == 0
        assert gc.isenabled() is is_on
        assert (gc.get_freeze_count() > 0) is frozen
    finally:
        gc.enable()
