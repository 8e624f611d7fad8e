"""OpenTelemetry's variables: when traces are on, and what is said of those that are wrong."""

import pytest

from target_app.tracing.settings import TraceSettings, read
from toolkit.errors import ConfigurationError

LOCAL = "http://localhost:4318/v1/traces"
OFF: dict[str, dict[str, str]] = {
    "nothing said": {},
    "none wanted": {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:1"},
    "the SDK is off": {"OTEL_SDK_DISABLED": "TRUE", "OTEL_TRACES_EXPORTER": "otlp"},
    "empty variables": {"OTEL_TRACES_EXPORTER": " ", "OTEL_EXPORTER_OTLP_ENDPOINT": ""},
    "only metrics": {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c:4318/v1/metrics"},
    "a mistake where nothing is read": {"OTEL_TRACES_SAMPLER": "sometimes"},
}
ON: dict[str, tuple[dict[str, str], TraceSettings]] = {
    "wanted": ({"OTEL_TRACES_EXPORTER": "otlp"}, TraceSettings(endpoint=LOCAL)),
    "a collector": (
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"},
        TraceSettings(endpoint="http://collector:4318/v1/traces"),
    ),
    "a collector behind a path": (
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c.example/otlp"},
        TraceSettings(endpoint="https://c.example/otlp/v1/traces"),
    ),
    "an address of traces alone": (
        {
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://tempo:4318/own",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
        },
        TraceSettings(endpoint="http://tempo:4318/own"),
    ),
    "clients are not believed": (
        {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_PROPAGATORS": "none"},
        TraceSettings(endpoint=LOCAL, reads_headers=False),
    ),
    "baggage is passed over": (
        {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_PROPAGATORS": "tracecontext,baggage"},
        TraceSettings(endpoint=LOCAL),
    ),
    "a share": (
        {
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.01",
            "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20x",
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://c:4318/v1/logs",
        },
        TraceSettings(endpoint=LOCAL),
    ),
}
WRONG = {
    "an exporter of old": (
        {"OTEL_TRACES_EXPORTER": "zipkin"},
        "OTEL_TRACES_EXPORTER: 'zipkin' (known: none, otlp)",
        "use otlp: Jaeger and Tempo take it, and Zipkin by its OpenTelemetry receiver.",
    ),
    "an exporter, misspelt": (
        {"OTEL_TRACES_EXPORTER": "otpl"},
        "OTEL_TRACES_EXPORTER: 'otpl'; did you mean 'otlp'? (known: none, otlp)",
        "use otlp: Jaeger and Tempo take it, and Zipkin by its OpenTelemetry receiver.",
    ),
    "gRPC": (
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        "OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' (known: http/protobuf)",
        "use http/protobuf, to the port that receives it: most often 4318, not gRPC's 4317.",
    ),
    "a name, misspelt": (
        {"OTEL_EXPORTER_OTLP_ENDPIONT": "http://c:4318"},
        "unknown environment variable 'OTEL_EXPORTER_OTLP_ENDPIONT'; "
        "did you mean 'OTEL_EXPORTER_OTLP_ENDPOINT'?",
        "",
    ),
    "no address": (
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"},
        "OTEL_EXPORTER_OTLP_ENDPOINT: this is not an address of the form http://… or https://….",
        "write it like http://localhost:4318.",
    ),
    "a port that is none": (
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:port"},
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: this is not an address of the form http://… or "
        "https://….",
        "write it like http://localhost:4318.",
    ),
    "a sampler": (
        {"OTEL_TRACES_SAMPLER": "traceidration"},
        "OTEL_TRACES_SAMPLER: 'traceidration'; did you mean 'traceidratio'?",
        "",
    ),
    "a share": (
        {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "10%"},
        "OTEL_TRACES_SAMPLER_ARG: '10%' is not a share from 0 to 1.",
        "",
    ),
    "a share over all": (
        {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "1.5"},
        "OTEL_TRACES_SAMPLER_ARG: '1.5' is not a share from 0 to 1.",
        "",
    ),
    "a queue": (
        {"OTEL_BSP_MAX_QUEUE_SIZE": "-1"},
        "OTEL_BSP_MAX_QUEUE_SIZE: '-1' is not a whole number over 0.",
        "",
    ),
    "a queue that is too short": (
        {"OTEL_BSP_MAX_QUEUE_SIZE": "100"},
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 512 spans at once are more than the queue holds, 100.",
        "lower it, or raise OTEL_BSP_MAX_QUEUE_SIZE.",
    ),
    "a time": (
        {"OTEL_EXPORTER_OTLP_TIMEOUT": "10s"},
        "OTEL_EXPORTER_OTLP_TIMEOUT: '10s' is not seconds over 0.",
        "",
    ),
    "a compression": (
        {"OTEL_EXPORTER_OTLP_COMPRESSION": "zstd"},
        "OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd'",
        "",
    ),
    "another's headers": (
        {"OTEL_PROPAGATORS": "b3"},
        "OTEL_PROPAGATORS: 'b3' (known: baggage, none, tracecontext)",
        "use tracecontext, the W3C's; none begins a trace at each request.",
    ),
}


@pytest.mark.parametrize("environment", OFF.values(), ids=OFF)
def test_traces_are_off(environment: dict[str, str]) -> None:
    assert read(environment) is None


@pytest.mark.parametrize(("environment", "settings"), ON.values(), ids=ON)
def test_traces_are_on(environment: dict[str, str], settings: TraceSettings) -> None:
    assert read(environment) == settings


@pytest.mark.parametrize(("environment", "message", "fix"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(environment: dict[str, str], message: str, fix: str) -> None:
    is_on = {"OTEL_TRACES_EXPORTER": "otlp"} | environment
    with pytest.raises(ConfigurationError) as raised:
        read(is_on)
    assert raised.value.message.startswith(message)
    assert (raised.value.fix or "").startswith(fix)
