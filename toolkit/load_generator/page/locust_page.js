// Adds to Locust's page what the toolkit knows: which scenario or mix is sent, ahead of the form,
// and, above Locust's own figures, what was not sent or answered and how each threshold stands.
(() => {
  "use strict";
  const PAUSE = 1500; // ms between two looks at the state
  let state = null;
  let leaving = false;

  // What the scenario says by itself: a field with 0 in it would say nothing to the reader.
  const defaults = JSON.parse(document.currentScript.dataset.defaults);
  for (const [name, value] of Object.entries(defaults)) {
    const field = (window.templateArgs.extra_options || {})[name];
    if (field) field.default_value = value;
  }

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const send = (path, body) =>
    fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  const strip = element("aside", { id: "toolkit", hidden: true });
  strip.setAttribute("aria-label", "How the run is judged");
  document.body.prepend(strip);

  const isDark = () => {
    const channels = getComputedStyle(document.body).backgroundColor.match(/\d+/g) || [255];
    return Number(channels[0]) < 128;
  };

  const svg = (name, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // One line for each scenario; `column` is the figure's place in a point, of which 0 is the time.
  function mixChart(title, charts, column) {
    const all = Object.values(charts).flat();
    const end = Math.max(...all.map(([at]) => at));
    const top = Math.max(...all.map((point) => point[column])) || 1;
    const drawing = svg("svg", { viewBox: "-2 -4 304 68", role: "img", "aria-label": title });
    drawing.append(svg("line", { x1: 0, x2: 300, y1: 60, y2: 60, class: "axis" }));
    const legend = element("figcaption", { textContent: `${title}, up to ${Number(top.toPrecision(3))}` });
    Object.entries(charts).forEach(([scenario, points], number) => {
      const place = ([at, ...rest]) => `${(300 * at) / end},${60 - (60 * rest[column - 1]) / top}`;
      const line = points.map(place).join(" ");
      // A line of one point is drawn as a dot.
      const drawn = points.length > 1 ? line : `${line} ${line}`;
      drawing.append(svg("polyline", { points: drawn, class: `toolkit-line${number % 6}` }));
      const key = element("span", { className: `toolkit-line${number % 6}`, textContent: scenario });
      legend.append(" ", key);
    });
    return element("figure", {}, legend, drawing);
  }

  function mixParts(mix) {
    const title = element("b", { textContent: `mix ${mix.name}: ${mix.state}` });
    const lines = element("pre", { textContent: mix.lines.join("\n") });
    const charts = Object.keys(mix.charts).length
      ? [mixChart("answers a second", mix.charts, 1), mixChart("P95 so far, ms", mix.charts, 2)]
      : [];
    const parts = [title, ...charts, lines];
    if (mix.state === "under way") {
      const stop = element("button", { textContent: "Stop the mix" });
      stop.onclick = () => send("./toolkit/mix/stop", {});
      parts.splice(1, 0, stop);
    }
    if (mix.report) {
      parts.splice(1, 0, element("a", { href: "./toolkit/mix/report", textContent: "Report" }));
    }
    return parts;
  }

  function runParts() {
    const figures = state.figures.map(({ what, value }) =>
      element("div", {}, element("b", { textContent: value }), element("span", { textContent: what }))
    );
    const thresholds = state.thresholds.map(({ text, state: how, measured }) =>
      element("li", { className: how, textContent: `${text}: ${measured}` })
    );
    const report = element("a", { href: "./toolkit-report.html", textContent: "Report" });
    return [...figures, report, element("ul", {}, ...thresholds)];
  }

  function showStrip() {
    const parts = [...(state.mix ? mixParts(state.mix) : []), ...(state.has_run ? runParts() : [])];
    strip.hidden = parts.length === 0;
    strip.className = isDark() ? "dark" : "";
    strip.replaceChildren(...parts);
  }

  async function switchTo(name, lead) {
    const answer = await send("./toolkit/scenario", { name });
    if (!answer.ok) {
      lead.querySelector("p").textContent = await answer.text();
      return;
    }
    leaving = true;
    lead.querySelector("p").textContent = `loading ${name} …`;
    const ready = setInterval(async () => {
      try {
        const now = await (await fetch("./toolkit/state")).json();
        if (now.scenario === name) {
          clearInterval(ready);
          location.reload();
        }
      } catch {
        // It is starting anew.
      }
    }, 500);
  }

  function leadOf(box) {
    const group = (label, names, kind) => {
      const made = element("optgroup", { label });
      for (const name of names) {
        made.append(element("option", { textContent: name, value: `${kind}:${name}` }));
      }
      return made;
    };
    const select = element("select", { id: "toolkit-scenario" });
    select.append(group("Scenarios", state.scenarios, "scenario"));
    if (state.mixes.length) select.append(group("Mixes, of several scenarios at once", state.mixes, "mix"));
    select.value = `scenario:${state.scenario}`;
    const label = element("label", { htmlFor: select.id, textContent: "Scenario" });
    const lead = element("div", { className: "toolkit-lead" }, label, select);
    lead.append(element("p", { textContent: state.question }));
    const start = element("button", { type: "button", className: "toolkit-start" });
    start.hidden = true;
    select.onchange = () => {
      const [kind, name] = select.value.split(/:(.*)/s);
      const isMix = kind === "mix";
      box.classList.toggle("toolkit-mix", isMix);
      start.hidden = !isMix;
      start.textContent = `Start the mix ${name}`;
      start.onclick = async () => {
        const answer = await send("./toolkit/mix", { name });
        lead.querySelector("p").textContent = answer.ok ? "It is under way; see above." : await answer.text();
      };
      if (!isMix && name !== state.scenario) switchTo(name, lead);
    };
    return [lead, start];
  }

  function leadForm() {
    const rate = document.querySelector('form [name="rate"]');
    const accordion = rate && rate.closest(".MuiAccordion-root");
    if (!accordion || accordion.dataset.toolkit) return;
    accordion.dataset.toolkit = "seen";
    const summary = accordion.querySelector(".MuiAccordionSummary-root");
    if (summary.getAttribute("aria-expanded") !== "true") summary.click();
    const title = summary.querySelector(".MuiTypography-root");
    if (title) title.textContent = "What is sent";
    // Only the form that starts a run: what is under way keeps its scenario.
    if (!state.is_running) accordion.parentElement.prepend(...leadOf(accordion.parentElement));
  }

  async function look() {
    if (!leaving) {
      try {
        state = await (await fetch("./toolkit/state")).json();
        showStrip();
        leadForm();
      } catch {
        // Locust's own page says that nothing answers.
      }
    }
    setTimeout(look, PAUSE);
  }
  new MutationObserver(() => state && leadForm()).observe(document.body, {
    childList: true,
    subtree: true,
  });
  look();
})();
