"""What was imported is written whole, or not at all."""

from pathlib import Path

import pytest

from toolkit.adopt.import_result import Imported, ImportedSource
from toolkit.adopt.write_imported import write
from toolkit.errors import UsageError


def of(texts: dict[str, str], target: str = "alerts/shop") -> Imported:
    return Imported(texts=texts, sources=(ImportedSource("shop.yml", target, {}),))


def test_every_text_is_written_with_its_folders_and_line_feeds(tmp_path: Path) -> None:
    write(tmp_path, of({"alerts/shop/a.py": "é\n", "alerts/shop/deep/b.py": "x\r\ny\n"}))
    assert (tmp_path / "alerts/shop/a.py").read_bytes() == "é\n".encode()
    assert (tmp_path / "alerts/shop/deep/b.py").read_bytes() == b"x\r\ny\n"


def test_where_one_is_there_already_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "alerts/shop").mkdir(parents=True)
    with pytest.raises(UsageError) as raised:
        write(tmp_path, of({"alerts/shop/a.py": "x", "b.py": "y"}))
    assert raised.value.message == (
        "alerts/shop: exists, and shop.yml would be written there; nothing was written."
    )
    assert not (tmp_path / "b.py").exists()


@pytest.mark.parametrize("half", [chr(0xD800), chr(0xDFFF)], ids=ascii)
def test_half_of_a_character_is_said_and_nothing_is_written(tmp_path: Path, half: str) -> None:
    """As the escapes of a JSON file may name it."""
    with pytest.raises(UsageError) as raised:
        write(tmp_path, of({"b.py": "y", "alerts/shop/a.py": f'title="Sales {half}"'}))
    assert raised.value.message == (
        f"shop.yml: holds {half!a}, which is half of a character; nothing was written."
    )
    assert raised.value.fix == "correct the text, or export the file again."
    assert list(tmp_path.iterdir()) == []
