"""Generated files are a function of the definitions: same bytes, whatever the order or machine."""

import hashlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import WriteProject
from tests.support import required_programs
from tests.support.repository import ROOT
from toolkit import find_definitions
from toolkit.errors import ConfigurationError, DefinitionError
from toolkit.generate import write
from toolkit.generate.write import FileState, Output, Part


def test_the_committed_files_are_up_to_date() -> None:
    output = write.render(find_definitions.load(ROOT))
    assert [d.path for d in write.check(ROOT, output)] == []


@pytest.mark.programs
def test_every_committed_file_of_the_generated_folders_is_generated() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "alerts/generated", "dashboards/generated"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert sorted(set(tracked) - write.render(find_definitions.load(ROOT)).texts.keys()) == []


@pytest.mark.programs
def test_every_run_gives_the_same_bytes() -> None:
    script = (
        "import hashlib, sys\n"
        "from pathlib import Path\n"
        "from toolkit import find_definitions\nfrom toolkit.generate import write\n"
        "texts = write.render(find_definitions.load(Path(sys.argv[1]))).texts\n"
        "print(hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest())\n"
    )
    seen = set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(ROOT)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC-{seed}"},
            cwd=ROOT,
        )
        seen.add(done.stdout.strip())
    here = write.render(find_definitions.load(ROOT)).texts
    assert seen == {hashlib.sha256(repr(sorted(here.items())).encode()).hexdigest()}


def test_the_order_in_which_modules_are_listed_does_not_matter(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop()
    folder = root / "shop/alerts/sales"
    text = (folder / "volume.py").read_text(encoding="utf-8")
    (folder / "another.py").write_text(text.replace("NoSales", "NoneSold"), encoding="utf-8")
    forwards = write.render(find_definitions.load()).texts
    listed = pkgutil.iter_modules

    def backwards(paths: list[str]) -> Iterator[pkgutil.ModuleInfo]:
        return iter(sorted(listed(paths), reverse=True))

    monkeypatch.setattr(pkgutil, "iter_modules", backwards)
    assert write.render(find_definitions.load()).texts == forwards


def test_texts_end_with_one_newline_and_name_the_file_to_edit(shop: WriteProject) -> None:
    shop()
    for path, text in write.render(find_definitions.load()).texts.items():
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert "\r" not in text, path
        assert "Generated from " in text, path


def test_stale_missing_and_orphaned_files_are_distinguished(shop: WriteProject) -> None:
    root = shop()
    output = write.render(find_definitions.load())
    write.write(root, output)
    rules = root / "shop/alerts/generated/rules/sales_alerts.yml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("5m", "6m"), encoding="utf-8")
    (root / "shop/dashboards/generated/shop.json").unlink()
    stray = root / "shop/alerts/generated/runbooks/Old.md"
    stray.write_text("old\n", encoding="utf-8")

    found = {d.path: d.state for d in write.check(root, output)}
    assert found == {
        "shop/alerts/generated/rules/sales_alerts.yml": FileState.CHANGED,
        "shop/dashboards/generated/shop.json": FileState.MISSING,
        "shop/alerts/generated/runbooks/Old.md": FileState.ORPHANED,
    }
    assert stray.exists(), "check writes nothing"
    write.write(root, output)
    assert write.check(root, output) == ()
    assert not stray.exists()


def test_a_change_is_shown_from_the_disk_to_the_definitions(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old\nsame", encoding="utf-8")
    (found,) = write.check(tmp_path, Output({"a.txt": "new\nsame\n"}, ()))
    assert found.diff == (
        "--- a.txt (on disk)\n+++ a.txt (from the definitions)\n@@ -1,2 +1,2 @@\n"
        "-old\n-same\n+new\n+same\n"
    )


def test_in_a_folder_that_is_not_ours_alone_only_marked_files_are_orphans(tmp_path: Path) -> None:
    output = Output({"ours.txt": "# Generated\n"}, (".",), mark="# Generated")
    for name, text in (("old.txt", "# Generated, once\n"), ("yours.txt", "Mine.\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = write.write(tmp_path, output)
    assert [(x.path, x.state) for x in found] == [
        ("ours.txt", FileState.MISSING),
        ("old.txt", FileState.ORPHANED),
    ]
    assert sorted(x.name for x in tmp_path.iterdir()) == ["ours.txt", "yours.txt"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        write.write(tmp_path, Output({"folder/a.txt": ""}, ()))
    assert str(caught.value) == (
        "folder/a.txt: cannot be written: folder is a file, not a folder.\n"
        "  fix: make it writable, or move away what is in its place."
    )


def test_a_folder_where_a_file_belongs_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(ConfigurationError, match=r"^a\.txt: cannot be written: Is a directory\."):
        write.write(tmp_path, Output({"a.txt": ""}, ()))


def test_an_orphan_that_cannot_be_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "old.txt").write_text("# Generated\n", encoding="utf-8")
    monkeypatch.setattr(Path, "unlink", refuse)
    words = r"^old\.txt: cannot be removed: Permission denied\."
    with pytest.raises(ConfigurationError, match=words):
        write.write(tmp_path, Output({}, (".",), mark="# Generated"))


def test_one_half_leaves_the_other_alone(shop: WriteProject) -> None:
    root = shop()
    write.write(root, write.render(find_definitions.load(), (Part.DASHBOARDS,)))
    assert (root / "shop/dashboards/generated/shop.json").is_file()
    assert not (root / "shop/alerts/generated").exists()


def test_what_is_generated_can_be_read_back(shop: WriteProject) -> None:
    shop()
    for path, text in write.render(find_definitions.load()).texts.items():
        if path.endswith(".json"):
            assert json.loads(text)["uid"] == "shop"
        elif path.endswith(".yml"):
            assert isinstance(yaml.safe_load(text), dict)


def test_an_unknown_table_is_refused(shop: WriteProject) -> None:
    root = shop()
    (root / "README.md").write_text(
        "<!-- generated: metriks -->\n<!-- end generated -->\n", encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="unknown table 'metriks'; did you mean 'metrics'"):
        write.render(find_definitions.load())


@required_programs.PROMTOOL
@required_programs.AMTOOL
def test_promtool_and_amtool_accept_what_is_generated() -> None:
    generated = ROOT / "alerts/generated"
    for command in (
        ["promtool", "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml"],
        ["amtool", "check-config", "alertmanager.yml"],
    ):
        done = subprocess.run(command, cwd=generated, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_shared_prometheus_gets_our_jobs_and_no_configuration(shop: WriteProject) -> None:
    root = shop({"pyproject.toml": ("job =", 'stack = { shared = ["prometheus"] }\njob =')})
    texts = write.render(find_definitions.load(root)).texts
    assert "shop/alerts/generated/prometheus.yml" not in texts
    assert yaml.safe_load(texts["shop/alerts/generated/scrape_configs.yml"]) == {
        "scrape_configs": [
            {"job_name": "shop", "static_configs": [{"targets": ["127.0.0.1:8000"]}]}
        ]
    }
