/* Pictures of charts come alive as Plotly charts once the reader acts; one that fails keeps its picture. */
(() => {
  "use strict";
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const charts = [...document.querySelectorAll("[data-chart]")];
  const phone = matchMedia("(max-width: 640px)");
  const touch = matchMedia("(any-pointer: coarse)");
  const firstAct = window.firstAct || ((call) => call());

  const library = `${folder}plotly-cartesian.min.js`;
  const loaded = {};
  const script = (address) => loaded[address] = loaded[address] || new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = resolve;
    element.onerror = () => {
      delete loaded[address];
      reject(new Error(`${address} did not load`));
    };
    document.head.append(element);
  });
  const content = async (chart) => {
    await script(chart.dataset.content);
    return window.chartContents[chart.dataset.chart];
  };
  const alive = () => charts.filter((chart) => chart.classList.contains("is-live"));
  const fields = (chart) => [...chart.querySelectorAll(".chart-control input, .chart-control select")];
  const control = (source, field) => source.controls[field.id.replace(/.*-control-/, "")];

  /* What several controls choose together is found by a key: 1 or 0 for each box, the number of each choice. */
  const stateFields = (chart) => [...chart.querySelectorAll(".chart-state input, .chart-state select")];
  const allFields = (chart) => [...fields(chart), ...stateFields(chart)];
  const read = (all) => all.map((field) => field.type === "checkbox" ? Number(field.checked) : field.value).join(".");
  const choose = (all, key) => key.split(".").forEach((value, i) => {
    if (all[i].type === "checkbox") all[i].checked = value === "1";
    else all[i].value = value;
  });

  /* Say which state is chosen; where there is none, the fields go back to the one that is shown. */
  function settle(chart, { start, steps, refused }) {
    const all = stateFields(chart), key = read(all), known = key in steps;
    if (known) chart.dataset.state = key;
    else choose(all, chart.dataset.state || start);
    chart.querySelector(".chart-says").textContent = known ? steps[key].says : refused;
    return known;
  }

  /* The state stands in the address, so that it can be sent: ?fig-a=1.0.2#fig-a; its first one does not. */
  const first = new Map(charts.map((chart) => [chart, read(allFields(chart))]));
  function remember(chart) {
    const address = new URL(location.href), name = chart.dataset.chart, state = read(allFields(chart));
    if (state === first.get(chart)) address.searchParams.delete(name);
    else address.searchParams.set(name, state);
    if (document.getElementById(name)) address.hash = name;
    try { history.replaceState(null, "", address); } catch { /* the address stays as it was */ }
  }

  /* Whether an address asks for a state of this chart that its fields can show. */
  function recalled(chart) {
    const all = allFields(chart), asked = new URLSearchParams(location.search).get(chart.dataset.chart);
    if (!asked || asked.split(".").length !== all.length) return false;
    choose(all, asked);
    if (read(all) === asked) return true;
    choose(all, first.get(chart));
    return false;
  }

  function describe(field, control) {
    const label = control.steps[field.value].label + control.suffix;
    if (field.type === "range") {
      field.setAttribute("aria-valuetext", label);
      field.nextElementSibling.textContent = label;
    }
  }

  async function apply(chart, live, source) {
    for (const field of fields(chart)) {
      const { steps, active } = control(source, field);
      const step = steps[field.value];
      describe(field, control(source, field));
      if (chart.dataset.touched || field.value !== String(active)) {
        chart.dataset.touched = "yes";
        await run(live, step.method, step.args);
      }
    }
    if (source.states) {
      const { start, steps } = source.states, all = stateFields(chart);
      if (read(all) !== (chart.dataset.state || start)) settle(chart, source.states);
      if (chart.dataset.touched || read(all) !== start) {
        chart.dataset.touched = "yes";
        await run(live, "update", steps[read(all)].args);
      }
    }
  }

  /* Plotly refuses an animation that another one ends: that is no fault. */
  const run = async (live, method, args) => {
    if (method === "skip") return;
    const done = window.Plotly[method](live, ...structuredClone(args));
    await (method === "animate" ? done.catch(() => {}) : done);
  };

  /* A slider of frames shows which one an animation has reached. */
  function follow(chart, live, source) {
    live.on("plotly_animatingframe", ({ name }) => {
      for (const field of fields(chart)) {
        const at = control(source, field).steps.findIndex(({ method, args }) =>
          method === "animate" && Array.isArray(args[0]) && args[0].includes(name));
        if (at >= 0) {
          field.value = at;
          describe(field, control(source, field));
        }
      }
    });
  }

  /* A tap on a picture is answered at once; it is done again on the chart that comes. */
  function heard(chart, tap) {
    if (chart.classList.contains("is-live")) return;
    tapped.set(chart, tap);
    if (chart.querySelector(".chart-coming")) return;
    const sign = document.createElement("p");
    sign.className = "chart-coming";
    sign.setAttribute("role", "status");
    sign.textContent = "Loading the chart\u2026";
    chart.querySelector(".chart-canvas").append(sign);
    // the sign is on the screen before the library keeps the browser busy
    requestAnimationFrame(() => setTimeout(() => enqueue(chart)));
  }
  const tapped = new Map();
  function answer(chart, lives) {
    chart.querySelector(".chart-coming")?.remove();
    const tap = tapped.get(chart), { left, top } = chart.getBoundingClientRect();
    tapped.delete(chart);
    if (!tap || !lives) return;
    const place = { clientX: left + tap.x, clientY: top + tap.y, bubbles: true };
    document.elementFromPoint(place.clientX, place.clientY)?.dispatchEvent(new MouseEvent("mousemove", place));
  }

  async function draw(chart) {
    const [source] = await Promise.all([
      content(chart), script(library),
      content(chart).then(({ template }) => template && script(`${folder}chart-templates.js`)),
    ]);
    // Plotly writes into what it is given; the next drawing needs it as it was.
    const { data, layouts, frames } = structuredClone(source);
    // A small chart has the narrow layout only.
    const layout = (!phone.matches && layouts.wide) || layouts.narrow;
    const live = chart.querySelector(".chart-live");
    if (source.template) layout.template = window.chartTemplates[source.template];
    // A finger that scrolls must not be caught by a chart.
    if (layout.dragmode === undefined) layout.dragmode = touch.matches ? false : "zoom";
    live.hidden = false;
    await window.Plotly.newPlot(live, data, layout, {
      displaylogo: false,
      displayModeBar: touch.matches ? false : "hover",
      modeBarButtons: [["toImage", "resetScale2d"]],
      toImageButtonOptions: { filename: chart.dataset.chart, scale: 2 },
      doubleClick: "reset",
    });
    if (frames) {
      await window.Plotly.addFrames(live, frames);
      follow(chart, live, source);
    }
    await apply(chart, live, source);
    live.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    live.tabIndex = 0;
    fit(chart);
    fitting.observe(chart.querySelector(".chart-canvas"));
    chart.classList.add("is-live");
    explore(chart, live);
    answer(chart, true);
    if (alive().length === 1) ahead();
  }

  /* What the reader comes to next follows the first chart, one after another so that the next one need not wait. */
  async function ahead() {
    for (const chart of charts) await content(chart).catch(() => {});
  }

  /* Drawn at the size of its picture and scaled as that is, a chart fits every screen that the picture fits. */
  function fit(chart) {
    const live = chart.querySelector(".chart-live");
    const scale = chart.querySelector(".chart-canvas").clientWidth / live._fullLayout.width;
    live.style.transform = scale === 1 ? "" : `scale(${scale})`;
  }
  // Not the window's size: a slide that was hidden when that changed has a width only when it is shown.
  const fitting = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target.closest("[data-chart]"))));

  /* Arrow keys step through the points; the words of the hover label are read out. */
  function explore(chart, live) {
    if (live.dataset.explored) return;
    live.dataset.explored = "yes";
    const status = document.createElement("p");
    status.className = "chart-status";
    status.setAttribute("role", "status");
    chart.append(status);
    let at = -1;
    live.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") window.Plotly.Fx.unhover(live);
      if (!step || event.target !== live) return;
      event.preventDefault();
      const points = live._fullData.flatMap((trace, curveNumber) =>
        trace.visible === true && trace.hoverinfo !== "skip" && trace.x
          ? [...trace.x.keys()].map((pointNumber) => ({ curveNumber, pointNumber })) : []);
      if (!points.length) return;
      at = (at + step + points.length) % points.length;
      const { xaxis, yaxis } = live._fullData[points[at].curveNumber];
      window.Plotly.Fx.unhover(live);
      window.Plotly.Fx.hover(live, [points[at]], (xaxis || "x") + (yaxis || "y"));
      status.textContent = [...live.querySelectorAll(".hoverlayer text")].map((text) =>
        [...text.querySelectorAll("tspan")].map((line) => line.textContent).join(", ") || text.textContent).join("; ");
    });
  }

  /* The tables of the figures are text until they may be wanted: opened, or searched by the browser. */
  async function unpack(tables) {
    for (const table of tables) {
      table.outerHTML = table.textContent;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  let queue = Promise.resolve();
  function enqueue(chart) {
    if (chart.dataset.queued) return;
    chart.dataset.queued = "yes";
    queue = queue
      .then(() => new Promise((resolve) => setTimeout(resolve)))
      .then(() => draw(chart))
      .catch((error) => {
        chart.querySelector(".chart-live").hidden = true;
        answer(chart, false);
        console.warn(`${chart.dataset.chart} keeps its picture: ${error.message}`);
      });
  }

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        near.unobserve(entry.target);
        enqueue(entry.target);
      }
    }
  }, { rootMargin: "400px 0px" });

  /* While nothing happens the library is fetched, not run; a file has no network to wait for. */
  function fetchAhead() {
    if (!charts.length || loaded[library] || navigator.connection?.saveData || !location.protocol.startsWith("http")) return;
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", as: "script", href: library }));
  }
  // a second later, so that it takes nothing from what the page itself still draws
  addEventListener("load", () => setTimeout(() => (window.requestIdleCallback || setTimeout)(fetchAhead), 1000));

  firstAct(() => {
    charts.forEach((chart) => near.observe(chart));
    unpack(document.querySelectorAll(".chart-table noscript"));
  });
  charts.filter((chart) => "noPicture" in chart.dataset).forEach((chart) => near.observe(chart));

  for (const chart of charts) {
    chart.querySelector(".chart-picture").addEventListener("pointerdown", ({ clientX, clientY }) => {
      const { left, top } = chart.getBoundingClientRect();
      heard(chart, { x: clientX - left, y: clientY - top });
    });
    for (const field of allFields(chart)) {
      field.disabled = false;
      let waiting = false;
      field.addEventListener("input", async () => {
        const source = await content(chart);
        if (!field.closest(".chart-state")) describe(field, control(source, field));
        else if (!settle(chart, source.states)) return;
        if (!chart.classList.contains("is-live")) return enqueue(chart);
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          chart.dataset.touched = "yes";
          apply(chart, chart.querySelector(".chart-live"), source);
        });
      });
      // after the input has settled, and once a slider, not at each of its steps
      field.addEventListener("change", async () => {
        await content(chart);
        remember(chart);
      });
    }
    if (recalled(chart)) near.observe(chart);
    for (const button of chart.querySelectorAll(".chart-control button")) {
      button.disabled = false;
      button.addEventListener("click", async () => {
        const source = await content(chart);
        if (!chart.classList.contains("is-live")) {
          enqueue(chart);
          await queue;
        }
        const step = source.controls[button.dataset.control].steps[button.value];
        const again = step.args2 && button.getAttribute("aria-pressed") === "true";
        if (step.args2) button.setAttribute("aria-pressed", String(!again));
        run(chart.querySelector(".chart-live"), step.method, again ? step.args2 : step.args);
      });
    }
  }

  phone.addEventListener("change", () => alive().forEach((chart) => {
    delete chart.dataset.queued;
    enqueue(chart);
  }));
})();
