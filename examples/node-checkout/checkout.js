// A checkout in JavaScript. It has no library for metrics: it writes Prometheus' text format itself.
"use strict";

const http = require("node:http");

const EDGES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const PORT = Number(process.env.CHECKOUT_PORT || 8080);

const requests = { ok: 0, refused: 0, error: 0 };
const buckets = EDGES.map(() => 0);
let seconds = 0;
let carts = 0;

function metrics() {
  const lines = [
    "# HELP checkout_requests_total Checkouts, by how they ended.",
    "# TYPE checkout_requests_total counter",
    ...Object.entries(requests).map(
      ([outcome, count]) => `checkout_requests_total{outcome="${outcome}"} ${count}`,
    ),
    "# HELP checkout_request_duration_seconds Time from a request to its answer.",
    "# TYPE checkout_request_duration_seconds histogram",
    ...EDGES.map(
      (edge, i) => `checkout_request_duration_seconds_bucket{le="${edge}"} ${buckets[i]}`,
    ),
    `checkout_request_duration_seconds_bucket{le="+Inf"} ${total()}`,
    `checkout_request_duration_seconds_sum ${seconds}`,
    `checkout_request_duration_seconds_count ${total()}`,
    "# HELP checkout_open_carts Carts that are not paid yet.",
    "# TYPE checkout_open_carts gauge",
    `checkout_open_carts ${carts}`,
    "",
  ];
  return lines.join("\n");
}

function total() {
  return requests.ok + requests.refused + requests.error;
}

function observed(outcome, began) {
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  requests[outcome] += 1;
  seconds += took;
  EDGES.forEach((edge, i) => {
    if (took <= edge) buckets[i] += 1;
  });
}

function answer(response, status, text, type = "text/plain") {
  response.writeHead(status, { "Content-Type": type });
  response.end(text);
}

http
  .createServer((request, response) => {
    const began = process.hrtime.bigint();
    if (request.url === "/metrics") {
      answer(response, 200, metrics(), "text/plain; version=0.0.4");
    } else if (request.url === "/checkout" && request.method === "GET") {
      answer(response, 200, "paid\n");
      observed("ok", began);
    } else {
      answer(response, 404, "no such page\n");
      observed("refused", began);
    }
  })
  .listen(PORT, "127.0.0.1");
