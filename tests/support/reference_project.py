"""The reference project's dashboards, loaded and drawn once."""

from typing import Any

import pytest

from tests.support.repository import ROOT
from toolkit import find_definitions, project
from toolkit.generate import dashboards


@pytest.fixture(scope="session")
def reference() -> project.Project:
    """The reference project."""
    return find_definitions.load(ROOT)


@pytest.fixture(scope="session")
def pages(reference: project.Project) -> dict[str, Any]:
    """By uid, the JSON of every dashboard of the reference project, as it is generated."""
    return dashboards.models(reference)
