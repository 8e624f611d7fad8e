"""The service: signed webhooks in, exchange orders out.

"The service" is always this one; what trades is an exchange (see `target_app.exchanges`).
"""
