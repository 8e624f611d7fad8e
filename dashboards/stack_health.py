"""Stack health: whether what watches the service is itself well.

The names are Prometheus' and Alertmanager's own, so no catalogue declares them; a test asks
real servers for each. Those of the machine are node-exporter's, where it is installed.
"""

from target_app import node_exporter_catalogue as machine
from toolkit.dashboards import Dashboard, Panel, PanelState, PanelUnit, Query, Row, View
from toolkit.promql import RATE, ratio

NO_NODE = "node-exporter is not scraped"
NODE_RUNS = "node-exporter is installed and was scraped for a minute"
FIRST_SENT = "Prometheus sends its first alert"
SCRAPED = (PanelState(0, "down", "red"), PanelState(1, "up", "green"))
RELOADED = (PanelState(0, "failed", "red"), PanelState(1, "loaded", "green"))


def _rate(selector: str, *by: str) -> str:
    grouping = f" by ({', '.join(by)})" if by else ""
    return f"sum{grouping} (rate({selector}[{RATE}]))"


def _group(expr: str) -> str:
    """The same with `rule_group` short: Prometheus puts the file's whole path in front."""
    return f'label_replace({expr}, "rule_group", "$1", "rule_group", ".*;(.*)")'


# --- scrapes -------------------------------------------------------------------------

up = Panel(
    title="Scrape targets",
    help="Whether the last scrape of each job worked: down while any of its targets is.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=SCRAPED,
    width=12,
    queries=(Query("{{job}}", "min by (job) (up)"),),
)
up_by_instance = Panel(
    title="Scrape targets by instance",
    help="Whether the last scrape of each target worked.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=SCRAPED,
    height=16,
    queries=(Query("{{job}} {{instance}}", "up"),),
)
scrape_time = Panel(
    title="Scrape duration",
    help="Time that each scrape took. Near the scrape interval, samples go missing.",
    unit=PanelUnit.SECONDS,
    width=12,
    empty="Nothing is scraped",
    queries=(Query("{{job}} {{instance}}", "scrape_duration_seconds"),),
)
scrape_spread = Panel(
    title="Spread of scrape durations",
    help="How the scrapes within the time shown spread over their durations.",
    unit=PanelUnit.SECONDS,
    view=View.HISTOGRAM,
    width=12,
    empty="Nothing is scraped",
    queries=(Query("{{job}} {{instance}}", "scrape_duration_seconds"),),
)
scraped = Panel(
    title="Samples by scrape",
    help="Samples that each scrape brought. A climb that never ends is a label without bounds.",
    unit=PanelUnit.COUNT,
    width=12,
    empty="Nothing is scraped",
    queries=(Query("{{job}} {{instance}}", "scrape_samples_post_metric_relabeling"),),
)

# --- prometheus ----------------------------------------------------------------------

loaded = Panel(
    title="Configuration loaded",
    help="Whether the last reload of each server's configuration worked. After a failed one it "
    "goes on with the old configuration.",
    unit=PanelUnit.FACTOR,
    view=View.STAT,
    states=RELOADED,
    empty="Neither server is scraped",
    queries=(
        Query("Prometheus", "prometheus_config_last_reload_successful"),
        Query("Alertmanager", "alertmanager_config_last_reload_successful"),
    ),
)
series = Panel(
    title="Series in memory",
    help="Series in Prometheus' head block: what the last hours touched.",
    unit=PanelUnit.COUNT,
    empty="Prometheus does not scrape itself",
    queries=(Query("{{instance}}", "prometheus_tsdb_head_series"),),
)
ingested = Panel(
    title="Samples ingested",
    help="Samples that Prometheus stored a second.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="Prometheus does not scrape itself",
    queries=(
        Query("{{instance}}", _rate("prometheus_tsdb_head_samples_appended_total", "instance")),
    ),
)
rejected = Panel(
    title="Samples rejected",
    help="Samples that Prometheus refused: doubled, out of order, or out of bounds.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None rejected",
    queries=(
        Query("doubled", _rate("prometheus_target_scrapes_sample_duplicate_timestamp_total")),
        Query("out of order", _rate("prometheus_target_scrapes_sample_out_of_order_total")),
        Query("out of bounds", _rate("prometheus_target_scrapes_sample_out_of_bounds_total")),
    ),
)
queries = Panel(
    title="Query duration P95",
    help="Time that Prometheus took to answer, by handler. Heavy expressions show here first.",
    unit=PanelUnit.SECONDS,
    empty="Nobody asked in this time",
    queries=(
        Query(
            "{{handler}}",
            "histogram_quantile(0.95, sum by (le, handler) (rate("
            f'prometheus_http_request_duration_seconds_bucket{{handler=~"/api/v1/query.*"}}[{RATE}])))',
        ),
    ),
    empty_until="somebody asks Prometheus over its API within the rate interval",
)

# --- rules ---------------------------------------------------------------------------

rule_groups = Panel(
    title="Rule groups",
    help="Every rule group that is loaded: how many rules it has, how long its last evaluation "
    "took, and how long ago that was.",
    unit=PanelUnit.COUNT,
    view=View.TABLE,
    minimum=None,
    width=16,
    columns=("rule_group",),
    empty="No rule is loaded",
    queries=(
        Query(
            "Last duration",
            _group("sum by (rule_group) (prometheus_rule_group_last_duration_seconds)"),
            unit=PanelUnit.SECONDS,
        ),
        Query("Rules", _group("sum by (rule_group) (prometheus_rule_group_rules)")),
        Query(
            "Evaluated ago",
            _group(
                "time() - max by (rule_group) "
                "(prometheus_rule_group_last_evaluation_timestamp_seconds)"
            ),
            unit=PanelUnit.SECONDS,
        ),
    ),
)
rule_share = Panel(
    title="Share of the interval spent on rules",
    help="Time that each group's evaluation takes, as a share of its interval. At one, "
    "evaluations are missed and alerts come late.",
    unit=PanelUnit.SHARE,
    width=8,
    empty="No rule is loaded",
    queries=(
        Query(
            "{{rule_group}}",
            _group(
                ratio(
                    "prometheus_rule_group_last_duration_seconds",
                    "prometheus_rule_group_interval_seconds",
                )
            ),
        ),
    ),
)
rule_failures = Panel(
    title="Rule evaluations that failed",
    help="A rule whose evaluation fails stays inactive, which looks exactly like all is well.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    width=12,
    empty="None failed",
    queries=(
        Query(
            "{{rule_group}}",
            _group(_rate("prometheus_rule_evaluation_failures_total", "rule_group")),
        ),
    ),
)
rule_misses = Panel(
    title="Rule evaluations that were missed",
    help="Evaluations that were left out because the one before took longer than the interval.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    width=12,
    empty="None missed",
    queries=(
        Query(
            "{{rule_group}}",
            _group(_rate("prometheus_rule_group_iterations_missed_total", "rule_group")),
        ),
    ),
)

# --- alerts --------------------------------------------------------------------------

firing = Panel(
    title="Firing alerts",
    help="Alerts that fire now, by name and severity.",
    unit=PanelUnit.COUNT,
    view=View.TABLE,
    columns=("alertname", "severity", "component"),
    width=16,
    empty="No alert fires",
    empty_until="an alert fires",
    queries=(
        Query(
            "Firing",
            'count by (alertname, severity, component) (ALERTS{alertstate="firing"})',
        ),
    ),
)
held = Panel(
    title="Alerts that Alertmanager holds",
    help="Alerts by state. Suppressed ones are silenced or inhibited.",
    unit=PanelUnit.COUNT,
    width=8,
    empty="Alertmanager is not scraped",
    queries=(Query("{{state}}", "sum by (state) (alertmanager_alerts)"),),
)
sent = Panel(
    title="Notifications",
    help="Notifications that Alertmanager sent, and those among them that failed, by kind of "
    "receiver.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    width=12,
    empty="Alertmanager is not scraped",
    queries=(
        Query("{{integration}}", _rate("alertmanager_notifications_total", "integration")),
        Query(
            "{{integration}} failed",
            _rate("alertmanager_notifications_failed_total", "integration"),
        ),
    ),
)
delivered = Panel(
    title="Alerts from Prometheus to Alertmanager",
    help="Alerts that Prometheus sent on, and those that it dropped or could not deliver.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    width=12,
    empty="No Alertmanager is configured",
    queries=(
        Query("sent", _rate("prometheus_notifications_sent_total"), empty_until=FIRST_SENT),
        Query("failed", _rate("prometheus_notifications_errors_total"), empty_until=FIRST_SENT),
        Query("dropped", _rate("prometheus_notifications_dropped_total")),
    ),
)

# --- machine -------------------------------------------------------------------------

cpu = Panel(
    title="CPU in use",
    help="Share of the machine's CPU time that is not idle. Near one, the service waits for a "
    "core, and its latency says so first.",
    unit=PanelUnit.SHARE,
    width=12,
    maximum=1,
    empty=NO_NODE,
    empty_until=NODE_RUNS,
    queries=(
        Query(
            "{{instance}}",
            f"1 - avg by (instance) (rate({machine.CPU.where(mode='idle')}[{RATE}]))",
        ),
    ),
)
memory = Panel(
    title="Memory in use",
    help="Share of the machine's memory that programs could not get any more. Near one, the "
    "kernel ends the largest of them.",
    unit=PanelUnit.SHARE,
    width=12,
    maximum=1,
    empty=NO_NODE,
    empty_until=NODE_RUNS,
    queries=(
        Query(
            "{{instance}}",
            f"1 - {machine.MEMORY_AVAILABLE} / ({machine.MEMORY_TOTAL} > 0)",
        ),
    ),
)

DASHBOARD = Dashboard(
    uid="stack-health",
    title="Stack health",
    help="Whether what watches the service is itself well: scrapes, rules, alerts.",
    tags=("stack",),
    see=("execution-pipeline",),
    rows=(
        Row("Scrapes", (up, scrape_time, scrape_spread, scraped)),
        Row("Prometheus", (loaded, series, ingested)),
        Row("Rules", (rule_groups, rule_share, rule_failures, rule_misses)),
        Row("Alerts", (firing, held, sent, delivered)),
        Row("Machine", (cpu, memory)),
        Row("Scrapes in detail", (up_by_instance,), collapsed=True),
        Row("Prometheus in detail", (queries, rejected), collapsed=True),
    ),
)
