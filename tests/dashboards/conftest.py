"""The reference project's dashboards, loaded and drawn once."""

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit import generate, project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def reference() -> project.Project:
    """The reference project."""
    return project.load(ROOT)


@pytest.fixture(scope="session")
def pages(reference: project.Project) -> dict[str, Any]:
    """By uid, the JSON of every dashboard of the reference project, as it is generated."""
    output = generate.render(reference, (generate.Part.DASHBOARDS,))
    texts = [json.loads(text) for path, text in output.texts.items() if path.endswith(".json")]
    return {data["uid"]: data for data in texts}
