"""The bundled reference system: a trade-execution service and the venues it trades on."""
