"""Customers look at the products, and buy one; every sale must succeed."""

import json

from locust import task

from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.users import JudgedUser


class Customer(JudgedUser):
    """Looks twice, and buys once."""

    load = DefaultLoad(rate=20, seconds=60, thresholds=("p(95)<100ms",))

    @task(2)
    def look(self) -> None:
        """Everything that is for sale."""
        with self.ask("GET", "/products", name="look") as answer:
            answer.expect(200)

    @task
    def buy(self) -> None:
        """One pen."""
        body = json.dumps({"product": "pen"}).encode()
        with self.ask("POST", "/orders", name="buy", body=body) as answer:
            answer.expect(200)
