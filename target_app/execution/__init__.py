"""The execution service: signed webhooks in, exchange orders out."""
