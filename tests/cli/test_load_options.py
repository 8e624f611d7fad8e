"""The options of `toolkit load`: all thresholds, however they are given."""

from toolkit.cli.load_options import ThresholdOptions


def test_bounds_are_thresholds_too() -> None:
    options = ThresholdOptions(
        threshold=["med<5"],
        max_p95_ms=100,
        max_p99_ms=250.5,
        min_rps=10,
        min_success_rate=99.5,
        check_fail_ratio=0,
        check_avg_response_time=20,
    )
    assert options.texts == (
        "med<5",
        "p(95)<=100",
        "p(99)<=250.5",
        "rps>=10",
        "success>=99.5",
        "fail_ratio<=0",
        "avg<=20",
    )
    assert ThresholdOptions().texts == ()
