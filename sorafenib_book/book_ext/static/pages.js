/* The later parts of a long chapter are laid out once the reader acts (pages.css). */
(() => {
  "use strict";
  const parts = [...document.querySelectorAll("article section > :not(section)")];
  const top = (part) => part.getBoundingClientRect().top;
  const whole = (event) => {
    // Whoever was led here without a key or a finger, by a screen reader or a search of the browser, stays here.
    const here = event && parts.find((part) => part.getBoundingClientRect().bottom > 64);
    const before = here && top(here);
    parts.forEach((part) => part.classList.add("arrived"));
    if (here) scrollBy({ top: top(here) - before, behavior: "instant" });
  };
  // A place asked for (location.hash keeps `#:~:text=` back) or kept from a former visit is right on a whole page only.
  const [visit] = performance.getEntriesByType("navigation");
  if (!visit || visit.type !== "navigate" || visit.name.includes("#")) return whole();
  (window.firstAct || ((call) => call()))(whole);
})();

/* The later rows of a long table (pages.css) come when they are asked for, searched for, or led to. */
(() => {
  "use strict";
  const long = document.querySelectorAll("table.long");
  const rest = (table) => [...table.tBodies[0].rows].slice(3);
  const open = (table) => {
    table.classList.add("whole");
    rest(table).forEach((row) => row.removeAttribute("hidden"));
  };
  for (const table of long) {
    table.nextElementSibling.firstElementChild.addEventListener("click", () => {
      open(table);
      rest(table)[0].tabIndex = -1;
      rest(table)[0].focus({ preventScroll: true });
    });
    rest(table).forEach((row) => {
      row.setAttribute("hidden", "until-found");
      row.addEventListener("beforematch", () => open(table));
    });
  }
  // An address leads to a row, or to a table by the name above it; one with words, to any of them.
  const led = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const after = place && place.id.startsWith("tab-") && [...document.querySelectorAll("article table")].find((table) =>
      place.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING);
    long.forEach((table) => { if (table === after || table.contains(place)) open(table); });
  };
  if (performance.getEntriesByType("navigation")[0]?.name.includes(":~:")) long.forEach(open);
  led();
  addEventListener("hashchange", led);
})();

/* Turning a phone keeps the place: what was at the top of the screen, and how much of it had been read. */
(() => {
  "use strict";
  const parts = [...document.querySelectorAll("article section > :not(section)")];
  let here, read, timer, width = innerWidth;
  const look = () => {
    here = parts.find((part) => part.getBoundingClientRect().bottom > 64);
    const { top, height } = here ? here.getBoundingClientRect() : {};
    read = top < 64 ? (64 - top) / height : 0;
  };
  addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(look, 150); }, { passive: true });
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    if (!here || !scrollY) return;
    const { top, height } = here.getBoundingClientRect();
    scrollBy({ top: top + read * height - 64, behavior: "instant" });
  });
})();

/* One button a chapter opens or folds all of its code. */
(() => {
  "use strict";
  const button = document.querySelector(".show-code");
  const cells = [...document.querySelectorAll("details.hide")];
  if (!button || !cells.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Hide all code" : "Show all code";
    cells.forEach((cell) => { cell.open = open; });
  });
})();

/* The package's whole address, wherever this copy of the book is. */
for (const name of document.querySelectorAll(".package-address")) {
  name.textContent = new URL(name.dataset.wheel, document.baseURI).href;
}

/* A cell that can be copied comes with what it needs: the set-up, and the cells that prepare its figure's data. */
(() => {
  "use strict";
  // its own, not that of cells in the same fold
  const code = (cell) => [...cell.querySelectorAll(".cell_input pre")].find((pre) => pre.closest(".cell") === cell).textContent.trimEnd();
  const setup = document.querySelector(".cell.tag_setup");
  if (!setup || !navigator.clipboard) return;
  for (const cell of document.querySelectorAll(".cell.tag_reusable")) {
    const chart = cell.querySelector("[data-chart]");
    const prepared = chart ? document.querySelectorAll(`.cell.for-${chart.dataset.chart}`) : [];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-with-setup";
    button.setAttribute("aria-live", "polite");
    button.textContent = "Copy with set-up";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(`${[setup, ...prepared, cell].map(code).join("\n\n")}\n`);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy with set-up"; }, 2000);
    });
    cell.querySelector(":scope > details.above-input").before(button);
  }
})();

/* A heading, a caption or a row that leads to itself also copies its address. */
(() => {
  "use strict";
  const page = document.querySelector("article");
  if (!page || !navigator.clipboard) return;
  const status = document.createElement("p");
  status.className = "copied";
  status.setAttribute("role", "status");
  page.append(status);
  page.addEventListener("click", async (event) => {
    const link = event.target.closest(".headerlink, .data-rows a[href^='#']");
    if (!link) return;
    await navigator.clipboard.writeText(link.href);
    status.textContent = "Address copied";
    setTimeout(() => { status.textContent = ""; }, 2000);
  });
})();

/* What a number, a source, a term or a figure is, as a card: the words of the link's title, which a page without script shows. */
(() => {
  "use strict";
  const kinds = ".cell-link, .glossary-term, .bibtex-citation a, a.internal[href^='#fig-']";
  const card = document.createElement("div");
  card.className = "card-of-link";
  card.id = "card-of-link";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  let shown, timer;

  const headline = (link) => {
    const figure = document.getElementById(link.hash.slice(1));
    const picture = figure && figure.querySelector("img");
    if (!picture) return "";
    card.append(Object.assign(document.createElement("img"), { src: picture.currentSrc || picture.src, alt: "" }));
    return figure.querySelector(".chart-headline").textContent;
  };
  const line = (words, first) => {
    const element = document.createElement(first ? "strong" : "span");
    const [before, doi] = words.split(/\bdoi:(?=10\.)/);
    element.append(before);
    if (doi) {
      const address = doi.replace(/\.$/, "");
      element.append(Object.assign(document.createElement("a"), { href: `https://doi.org/${address}`, textContent: `doi:${address}`, tabIndex: -1 }));
    }
    return element;
  };
  const hide = () => {
    clearTimeout(timer);
    card.hidden = true;
    if (shown) shown.removeAttribute("aria-describedby");
    shown = undefined;
  };
  const show = (link) => {
    hide();
    card.replaceChildren();
    const words = link.dataset.card || headline(link);
    if (!words) return;
    const lines = words.split("\u2028");
    card.append(...lines.map((text, i) => line(text, i === 0 && lines.length > 1)));
    card.hidden = false;
    const place = link.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(place.left, wide - card.offsetWidth - 8));
    const above = place.bottom + card.offsetHeight + 8 > innerHeight && place.top > card.offsetHeight + 8;
    const top = above ? place.top - card.offsetHeight - 4 : place.bottom + 4;
    Object.assign(card.style, { left: `${left + scrollX}px`, top: `${top + scrollY}px` });
    link.setAttribute("aria-describedby", card.id);
    shown = link;
  };
  const later = (call) => { clearTimeout(timer); timer = setTimeout(call, 150); };
  const link = ({ target }) => target.closest && target.closest(kinds);
  // an act may come from the window, which is in nothing
  const inside = ({ target }) => target instanceof Node && card.contains(target);

  const over = (event) => {
    if (event.pointerType === "touch") return;
    const found = link(event);
    if (found && found !== shown) later(() => show(found));
    else if (found || inside(event)) clearTimeout(timer);
    else later(hide);
  };
  const focused = (event) => {
    const found = link(event);
    if (found && found.matches(":focus-visible")) show(found);
    else if (!inside(event)) hide();
  };

  (window.firstAct || ((call) => call()))((first) => {
    document.body.append(card);
    for (const each of document.querySelectorAll(`:is(${kinds})[title]`)) {
      each.dataset.card = each.title;
      each.removeAttribute("title");
    }
    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", focused);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    // The first tap shows, the second one follows.
    document.addEventListener("click", (event) => {
      const found = link(event);
      const touch = event.pointerType ? event.pointerType === "touch" : matchMedia("(hover: none)").matches;
      if (found && touch && found !== shown) {
        show(found);
        if (shown === found) event.preventDefault();
      } else if (!inside(event)) hide();
    });
    if (first) (first.type === "focusin" ? focused : over)(first);
  });
})();

/* Beside a figure's downloads: the whole screen for it, and how it is cited, by its name and the book's version. */
(() => {
  "use strict";
  const told = (name) => document.querySelector(`meta[name="citation_${name}"]`)?.content;
  const button = (words, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: words, onclick: act });
    return made;
  };
  const cited = (figure) => {
    const name = figure.id, title = figure.querySelector(".chart-headline").textContent.trim();
    const address = new URL(`#${name}`, location.href).href, online = location.protocol.startsWith("http");
    const book = `${told("inbook_title")}. Version ${told("version")}, ${told("publication_date")}`;
    const words = document.createElement("p"), entry = document.createElement("pre");
    words.textContent = `${told("author")}. ${title} Figure ${name} in: ${book}.${online ? ` ${address}` : ""}`;
    entry.textContent = `@misc{${name},\n  author = {{${told("author")}}},\n  title = {{${title}}},\n`
      + `  howpublished = {Figure ${name} in: ${book}},\n  year = {${told("publication_date")}},\n`
      + `${online ? `  url = {${address}},\n` : ""}}`;
    entry.tabIndex = 0;
    const box = document.createElement("div");
    box.className = "figure-citation";
    box.append(words, entry);
    return box;
  };
  // At once: a line that came later would move what an address led to.
  for (const figure of document.querySelectorAll("figure[id^='fig-']")) {
    const row = figure.querySelector(".chart-downloads");
    if (!row || !told("author")) continue;
    const cite = button("Cite this figure", () => {
      const open = cite.getAttribute("aria-expanded") !== "true";
      cite.setAttribute("aria-expanded", String(open));
      if (open) row.after(cited(figure)); else row.nextElementSibling.remove();
    });
    cite.setAttribute("aria-expanded", "false");
    row.append(cite);
    if (document.fullscreenEnabled) row.append(button("Full screen", () => figure.requestFullscreen()));
  }
})();
