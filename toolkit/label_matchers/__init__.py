"""Label matchers of PromQL and of Alertmanager, and the regular expressions in them."""
