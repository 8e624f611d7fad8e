"""analytics-os: watches the other services, the portfolio and the model, and acts on them."""
