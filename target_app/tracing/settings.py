"""The settings of traces: OpenTelemetry's own variables, which every service reads alike.

Off unless OTEL_TRACES_EXPORTER is `otlp`, or an endpoint is given. What is wrong is said before
the service starts: the SDK alone would log it, and go on with a default.
Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean

EXPORTER, DISABLED = "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"
ENDPOINT, TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
SAMPLER, SAMPLER_ARG = "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"
PROPAGATORS = "OTEL_PROPAGATORS"
_SAMPLERS = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)
_QUEUE, _BATCH = "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"
# The SDK's defaults of the two.
_QUEUE_SIZE, _BATCH_SIZE = 2048, 512
_COUNTS = ("OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", _QUEUE, _BATCH)
_OTLP = ("ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT", "COMPRESSION", "CERTIFICATE", "CLIENT_KEY",
         "CLIENT_CERTIFICATE", "INSECURE")  # fmt: skip
_BOTH = ("OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_")
# The families whose members are all known here. What is said of metrics and logs is not ours.
_FAMILIES = ("OTEL_TRACES_", "OTEL_BSP_", "OTEL_EXPORTER_OTLP_")
_OTHERS = tuple(f"OTEL_EXPORTER_OTLP_{signal}_" for signal in ("METRICS", "LOGS", "PROFILES"))
KNOWN = frozenset(
    {EXPORTER, SAMPLER, SAMPLER_ARG, *_COUNTS} | {head + end for head in _BOTH for end in _OTLP}
)
_DEFAULT_ENDPOINT = "http://localhost:4318"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSettings:
    """Where spans go, and whether a trace that a client began is gone on with."""

    endpoint: str
    reads_headers: bool = True


def read(environment: Mapping[str, str]) -> TraceSettings | None:
    """The settings; None where traces are off. Raises ConfigurationError."""
    given = {name: text.strip() for name, text in environment.items() if text.strip()}
    if not _is_on(given):
        return None
    _check_names(given)
    for head in _BOTH:
        _check_choice(given, f"{head}PROTOCOL", ("http/protobuf",), _PROTOCOL_FIX)
        _check_choice(given, f"{head}COMPRESSION", ("none", "gzip", "deflate"))
        _check_number(given, f"{head}TIMEOUT", "seconds over 0")
    _check_choice(given, SAMPLER, _SAMPLERS)
    _check_share(given)
    _check_queue(given)
    return TraceSettings(endpoint=_endpoint(given), reads_headers=_reads_headers(given))


def _is_on(given: Mapping[str, str]) -> bool:
    if given.get(DISABLED, "").lower() == "true":
        return False
    exporter = given.get(EXPORTER)
    if exporter is None:
        return ENDPOINT in given or TRACES_ENDPOINT in given
    if exporter not in {"otlp", "none"}:
        raise ConfigurationError(
            f"{EXPORTER}: {exporter!r}{did_you_mean(exporter, ('otlp', 'none'))}",
            fix="use otlp: Jaeger and Tempo take it, and Zipkin by its OpenTelemetry receiver.",
        )
    return exporter == "otlp"


_PROTOCOL_FIX = "use http/protobuf, to the port that receives it: most often 4318, not gRPC's 4317."


def _check_names(given: Mapping[str, str]) -> None:
    for name in sorted(given):
        if name.startswith(_FAMILIES) and not name.startswith(_OTHERS) and name not in KNOWN:
            raise ConfigurationError(
                f"unknown environment variable {name!r}{did_you_mean(name, KNOWN)}"
            )


def _check_choice(
    given: Mapping[str, str], name: str, choices: tuple[str, ...], fix: str = ""
) -> None:
    value = given.get(name)
    if value is not None and value not in choices:
        raise ConfigurationError(f"{name}: {value!r}{did_you_mean(value, choices)}", fix=fix)


def _check_number(given: Mapping[str, str], name: str, what: str) -> None:
    text = given.get(name, "1")
    try:
        is_right = 0 < float(text) < float("inf")
    except ValueError:
        is_right = False
    if not is_right:
        raise ConfigurationError(f"{name}: {text!r} is not {what}.")


def _check_share(given: Mapping[str, str]) -> None:
    text = given.get(SAMPLER_ARG, "1")
    if not given.get(SAMPLER, "").endswith("traceidratio"):
        return
    try:
        is_right = 0 <= float(text) <= 1
    except ValueError:
        is_right = False
    if not is_right:
        raise ConfigurationError(f"{SAMPLER_ARG}: {text!r} is not a share from 0 to 1.")


def _check_queue(given: Mapping[str, str]) -> None:
    for name in _COUNTS:
        text = given.get(name, "1")
        if not (text.isascii() and text.isdigit() and int(text[:18])):
            raise ConfigurationError(f"{name}: {text!r} is not a whole number over 0.")
    queue, batch = int(given.get(_QUEUE, _QUEUE_SIZE)), int(given.get(_BATCH, _BATCH_SIZE))
    if batch > queue:
        raise ConfigurationError(
            f"{_BATCH}: {batch} spans at once are more than the queue holds, {queue}.",
            fix=f"lower it, or raise {_QUEUE}.",
        )


def _endpoint(given: Mapping[str, str]) -> str:
    """Where spans are sent: what is given for traces as it is, the common one with its path."""
    for name, path in ((TRACES_ENDPOINT, ""), (ENDPOINT, "/v1/traces")):
        if name in given:
            _check_url(name, given[name])
            return f"{given[name].rstrip('/')}{path}" if path else given[name]
    return f"{_DEFAULT_ENDPOINT}/v1/traces"


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number
        is_whole = False
    if not is_whole:
        raise ConfigurationError(
            f"{name}: this is not an address of the form http://… or https://….",
            fix=f"write it like {_DEFAULT_ENDPOINT}.",
        )


def _reads_headers(given: Mapping[str, str]) -> bool:
    wanted = [word.strip() for word in given.get(PROPAGATORS, "tracecontext").split(",")]
    for word in wanted:
        if word not in {"tracecontext", "baggage", "none"}:
            raise ConfigurationError(
                f"{PROPAGATORS}: {word!r}{did_you_mean(word, ('tracecontext', 'baggage', 'none'))}",
                fix="use tracecontext, the W3C's; none begins a trace at each request.",
            )
    return "tracecontext" in wanted
