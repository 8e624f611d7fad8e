"""What the web page draws of a mix: from the lines that the command says of its progress."""

from toolkit.load_generator.web_page_mix_run import MixCharts


def test_each_scenario_has_a_point_for_each_line_of_its_progress() -> None:
    charts = MixCharts()
    for line in (
        "buy: against http://127.0.0.1:8000",
        "buy: 5 s: 100 answered, 0 unexpectedly, P95 3.5 ms",
        "sell: slow: 6 s: 12 answered, 1 unexpectedly, P95 1.2e+03 ms",
        "buy: 10 s: 250 answered, 0 unexpectedly, P95 4 ms",
        "wrote mix.html",
    ):
        charts.read(line)
    assert charts.document() == {
        "buy": [(5, 20.0, 3.5), (10, 30.0, 4.0)],
        "sell: slow": [(6, 2.0, 1200.0)],
    }


def test_a_mix_of_one_scenario_is_said_without_its_name() -> None:
    charts = MixCharts()
    charts.read("5 s: 10 answered, 0 unexpectedly, P95 3 ms")
    assert charts.document() == {"all": [(5, 2.0, 3.0)]}
