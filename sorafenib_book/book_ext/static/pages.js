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
  const code = (cell) => cell.querySelector(".cell_input pre").textContent.trimEnd();
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
    cell.querySelector("details.hide").before(button);
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

/* The meaning of a term as a card, for the keyboard too; without script the browser shows it as a tooltip. */
for (const term of document.querySelectorAll(".glossary-term")) {
  term.dataset.meaning = term.title;
  term.setAttribute("aria-description", term.title);
  term.removeAttribute("title");
}
