"""What the help of each command ends with: command lines to start from.

Every one of them is parsed by a test.
"""

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("toolkit demo", "see the whole loop once"),
        ("toolkit lint", "check the definitions"),
        ("toolkit build --check", "are the generated files up to date?"),
    ),
    "init": (
        ("toolkit init --from http://127.0.0.1:8000/metrics", "a project for what runs there"),
        ("toolkit init --from scrape.txt --name checkout", "from a saved scrape"),
    ),
    "discover": (
        ("toolkit discover http://127.0.0.1:8000/metrics", "its catalogue, as Python"),
        ("toolkit discover scrape.txt --no-values", "bounds in place of lists of values"),
        (
            "toolkit discover http://127.0.0.1:8000/metrics --against project",
            "what differs from the declared one",
        ),
    ),
    "build": (
        ("toolkit build", "write what is generated"),
        ("toolkit build --check", "for CI: write nothing, show the diff"),
        ("toolkit build --kind operator --namespace monitoring", "Kubernetes manifests"),
    ),
    "build-dashboards": (
        ("toolkit build-dashboards", "write the dashboards alone"),
        ("toolkit build-dashboards --check", "are they up to date?"),
    ),
    "build-alerts": (
        ("toolkit build-alerts", "write rules, their tests and runbooks"),
        ("toolkit build-alerts --check", "are they up to date?"),
    ),
    "lint": (
        ("toolkit lint", "every rule, on the definitions"),
        ("toolkit lint --rule unknown-label", "one rule"),
        ("toolkit lint rules/ alertmanager.yml --prometheus prometheus.yml", "files of any origin"),
        ("toolkit lint --format sarif --output lint.sarif", "for a code scanner"),
    ),
    "explain": (
        ("toolkit explain", "every rule in one line"),
        ("toolkit explain counter-without-rate", "one rule: why, good and bad examples"),
    ),
    "test": (
        ("toolkit test", "rules and routes"),
        ("toolkit test --mutate --min-score 90", "would the tests notice a wrong rule?"),
        ("toolkit test --tests 'tests/*.yml' --coverage", "promtool's files of any origin"),
        ("toolkit test --rules rules.yml --write-cases cases", "boundary cases to keep"),
    ),
    "up": (
        ("toolkit up", "until Ctrl-C"),
        ("toolkit up --detach", "until toolkit down"),
        ("toolkit up --service ai", "one service, with what it needs"),
    ),
    "down": (
        ("toolkit down", "end the stack of this project"),
        ("toolkit --quiet down", "the same, without progress"),
    ),
    "status": (
        ("toolkit status", "a table of servers"),
        ("toolkit status --format json", "for scripts"),
    ),
    "logs": (
        ("toolkit logs", "the end of every log"),
        ("toolkit logs prometheus -n 100", "more of one"),
        ("toolkit logs prometheus --follow", "go on until Ctrl-C"),
    ),
    "serve": (
        ("toolkit serve", "the service alone"),
        ("toolkit serve --help", "its settings"),
    ),
    "load": (
        ("toolkit load normal --duration 60", "one scenario, for a minute"),
        ("toolkit load normal --rate 200 --max-p95-ms 100", "exit 1 when P95 is over 100 ms"),
        ("toolkit load normal --report load.html --report load.json", "reports to keep"),
    ),
    "validate": (
        ("toolkit validate", "every check"),
        ("toolkit validate --only targets-are-up --wait 60", "one check, up to a minute"),
        ("toolkit validate --watch 10m", "the gate after a deployment"),
        ("toolkit validate --format junit --output validate.xml", "for CI"),
    ),
    "drill": (
        ("toolkit drill", "every alert"),
        ("toolkit drill --severity critical --html drill.html", "the critical ones, as a page"),
        ("toolkit drill --against local", "the stack that runs here"),
    ),
    "demo": (
        ("toolkit demo", "build, start, load, validate"),
        ("toolkit demo --duration 60 --users 50", "more load"),
    ),
    "preview": (
        ("toolkit preview", "all dashboards, from the running stack"),
        ("toolkit preview --serve", "draw again as you edit"),
        ("toolkit preview board.json --prometheus http://127.0.0.1:9090", "a dashboard of others"),
    ),
    "deploy": (
        ("toolkit deploy --dry-run", "what would change?"),
        ("toolkit deploy --url https://grafana.example.com", "bring it up to date"),
        ("toolkit deploy --rules --target production --dry-run", "rules, to a Mimir or Cortex"),
    ),
    "import": (
        ("toolkit import rules.yml --dry-run", "what would be written?"),
        ("toolkit import rules/", "every rule file of a folder, as definitions"),
        ("toolkit import board.json --format json", "a dashboard; the report for scripts"),
    ),
    "diff": (
        ("toolkit diff", "since the last commit"),
        ("toolkit diff main --format markdown", "for a pull request"),
        ("toolkit diff v1.4 --exit-code", "for a script: 1 where something changed"),
        (
            "toolkit diff --live --target production",
            "what its servers hold, against the definitions",
        ),
    ),
    "annotate": (
        ("toolkit annotate 'execution 1.4.2'", "mark a deployment"),
        ("toolkit annotate 'disk replaced' --tag maintenance", "with another tag"),
    ),
}


def epilog(command: str) -> str:
    """The end of a command's help."""
    examples = EXAMPLES[command]
    width = max(len(line) for line, _ in examples)
    lines = [f"  {line:{width}}  # {what}" for line, what in examples]
    # click fills the lines of a paragraph anew, unless it begins so.
    return "\n".join(["\b", "Examples:", *lines])
