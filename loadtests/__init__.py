"""Locust scenarios: one public module each. The toolkit starts them and never imports them."""
