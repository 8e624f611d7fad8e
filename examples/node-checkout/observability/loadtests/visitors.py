"""Ten customers a second, come what may, of whom each must be able to pay."""

from locust import task

from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.users import JudgedUser


class Visitor(JudgedUser):
    """Asks for one page, again and again."""

    load = DefaultLoad(rate=10, seconds=60)

    @task
    def pay(self) -> None:
        """Pay."""
        with self.ask("GET", "/checkout", name="pay") as answer:
            answer.expect(200)
