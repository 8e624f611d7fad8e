"""`toolkit lint --prometheus URL`: rules and dashboards ask one server, each question once."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from toolkit.cli.main import run

RULES = """\
groups:
- name: g
  rules:
  - {alert: A, expr: shop_sales_total > 5}
"""
ANSWERS: Mapping[str, object] = {
    "/api/v1/status/config": {"yaml": "global: {scrape_interval: 15s}"},
    "/api/v1/status/buildinfo": {"version": "2.42.0"},
    "/api/v1/status/runtimeinfo": {"storageRetention": "15d"},
    "/api/v1/metadata": {"shop_sales_total": [{"type": "counter"}]},
    "/api/v1/labels": ["__name__", "job"],
    "/api/v1/label/__name__/values": ["shop_sales_total"],
}


def dashboard(title: str) -> str:
    targets = [{"refId": x, "expr": "rate(shop_sales_total[5m])"} for x in "AB"]
    panel = {"id": 1, "type": "timeseries", "title": "Sales", "targets": targets}
    return json.dumps({"title": title, "uid": title, "schemaVersion": 39, "panels": [panel]})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def answer(_method: str, url: str, **given: object) -> requests.Response:
        path = url.removeprefix("http://prometheus:9090")
        found.append(f"{path} {given['params'] or ''}".strip())
        response = requests.Response()
        response.status_code = 200
        data = {"status": "success", "data": ANSWERS.get(path)}
        response._content = json.dumps(data).encode()
        return response

    monkeypatch.setattr(requests, "request", answer)
    return found


def test_every_question_is_asked_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yml").write_text(RULES)
    for name in ("one", "two"):
        Path(f"{name}.json").write_text(dashboard(name))
    files = ["rules.yml", "one.json", "two.json"]
    assert run(["lint", *files, "--prometheus", "http://prometheus:9090/"]) == 1
    assert "counter-without-rate" in capsys.readouterr().out
    assert {path for path, count in Counter(asked).items() if count > 1} == set()
    assert "/api/v1/labels {'match[]': 'shop_sales_total'}" in asked
