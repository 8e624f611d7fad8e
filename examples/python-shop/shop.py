"""A shop: GET /products, POST /orders. Its metrics are prometheus-client's, named by its author."""

import json
import os
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import Counter, Gauge, Histogram, generate_latest

REQUESTS = Counter("shop_http_requests", "Requests, by route and status.", ["route", "status"])
DURATION = Histogram(
    "shop_http_request_duration_seconds",
    "Time from a request to its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0),
)
STOCK = Gauge("shop_stock_items", "Items in stock, by product.", ["product"])
REVENUE = Counter("shop_revenue_cents", "Money taken, in cents.")
PRICES = {"book": 1_990, "pen": 150, "lamp": 4_500}
ROUTES = {("GET", "/products"), ("POST", "/orders")}


class Payment:
    """The bank that the shop asks. The fault endpoint breaks it, for drills."""

    broken = False


class Shop(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body waits 40 ms for the header's acknowledgement

    def do_GET(self) -> None:
        """List the products, or the metrics."""
        if self.path == "/metrics":
            self.answer(200, generate_latest())
        elif self.path == "/products":
            self.measured(lambda: (200, PRICES))
        else:
            self.measured(lambda: (404, {"error": "no such page"}))

    def do_POST(self) -> None:
        """Sell something, or break the bank."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/admin/faults":
            self.administer(broken=True)
        elif self.path == "/orders":
            self.measured(lambda: order(body))
        else:
            self.measured(lambda: (404, {"error": "no such page"}))

    def do_DELETE(self) -> None:
        """Mend the bank."""
        self.administer(broken=False)

    def administer(self, *, broken: bool) -> None:
        """Take a fault from whoever has the token, which is set in drills alone."""
        token = os.environ.get("SHOP_ADMIN_TOKEN")
        if not token or self.headers.get("Authorization") != f"Bearer {token}":
            self.answer(403, b"{}")
            return
        Payment.broken = broken
        self.answer(200, b"{}")

    def measured(self, work: Callable[[], tuple[int, object]]) -> None:
        """Answer with what `work` gives, counted and timed."""
        began = time.perf_counter()
        route = self.path if (self.command, self.path) in ROUTES else "other"
        status, document = work()
        self.answer(status, json.dumps(document).encode())
        REQUESTS.labels(route, str(status)).inc()
        DURATION.labels(route).observe(time.perf_counter() - began)

    def answer(self, status: int, body: bytes) -> None:
        """Send it."""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


def order(body: bytes) -> tuple[int, object]:
    """Sell one item."""
    try:
        product = json.loads(body)["product"]
        price = PRICES[product]
    except (ValueError, KeyError, TypeError):
        return 422, {"error": "name a product that we have"}
    if Payment.broken:
        return 502, {"error": "the bank does not answer"}
    STOCK.labels(product).dec()
    REVENUE.inc(price)
    return 200, {"product": product, "price": price}


def main() -> None:
    """Serve until the end."""
    for product in PRICES:
        STOCK.labels(product).set(100_000)
    for _, route in ROUTES:  # from 0, so that rate() sees the first of each
        DURATION.labels(route)
        REQUESTS.labels(route, "200")
    port = int(os.environ.get("SHOP_PORT", "8000"))
    ThreadingHTTPServer(("127.0.0.1", port), Shop).serve_forever()


if __name__ == "__main__":
    main()
