"""Options as other tools call them: what is meant here, where a spelling near to them is not."""

MEANT = {
    "load": {  # Locust's own, and k6's --vus
        "--host": "--url",
        "-H": "--url",
        "--run-time": "--duration",
        "-t": "--duration",
        "-u": "--concurrent",
        "--vus": "--concurrent",
        "--spawn-rate": "--ramp-users",
        "-r": "--ramp-users",
        "-T": "--tag",
        "-E": "--exclude-tag",
        "--html": "--report",
        "--csv": "--report",
        "--autostart": "--web",
    },
    "logs": {"--tail": "--lines"},  # docker's and kubectl's
    "up": {"-d": "--detach"},
}
"""By command: the option as it is typed, and the one that this command has for it."""
