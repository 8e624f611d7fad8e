"""The system test: eighteen scenarios that a person or a test runs against the three services."""
