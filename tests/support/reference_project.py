"""The reference project's dashboards, loaded and drawn once."""

import json
from typing import Any

import pytest

from tests.support.repository import ROOT
from toolkit import discovery, project
from toolkit.generate import write


@pytest.fixture(scope="session")
def reference() -> project.Project:
    """The reference project."""
    return discovery.load(ROOT)


@pytest.fixture(scope="session")
def pages(reference: project.Project) -> dict[str, Any]:
    """By uid, the JSON of every dashboard of the reference project, as it is generated."""
    output = write.render(reference, (write.Part.DASHBOARDS,))
    texts = [json.loads(text) for path, text in output.texts.items() if path.endswith(".json")]
    return {data["uid"]: data for data in texts}
