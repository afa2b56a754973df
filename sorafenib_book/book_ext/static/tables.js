/* Data tables: search, choose, sort, and the whole of the row that a link leads to. */
(() => {
  "use strict";
  // A browser takes long to lay out a long table: its later rows come when the reader acts, or was led to one of them.
  const complete = () => {
    document.querySelectorAll(".later").forEach((later) => {
      later.previousElementSibling.append(...later.children);
      later.remove();
    });
    document.querySelectorAll(".more-rows").forEach((note) => note.remove());
  };
  (window.firstAct || ((call) => call()))(complete);
  if (location.hash || location.search) complete();

  for (const table of document.querySelectorAll(".data-table")) {
    const rows = [...table.querySelectorAll("[data-choice]")];
    let texts;
    const search = table.querySelector("input");
    const selects = [...table.querySelectorAll("select")];
    const count = table.querySelector("output");

    const filter = () => {
      texts = texts || rows.map((row) => row.textContent.toLowerCase());
      const words = search.value.toLowerCase().split(/\s+/);
      let shown = 0;
      rows.forEach((row, i) => {
        const values = row.dataset.choice.split("|");
        row.hidden = !(words.every((word) => texts[i].includes(word))
          && selects.every((select, k) => !select.value || select.value === values[k]));
        shown += !row.hidden;
      });
      const all = `${rows.length} ${count.dataset.things}`;
      count.textContent = shown === rows.length ? all : `${shown} of ${all}`;
    };
    // What is chosen stands in the address, so that a selection can be linked to: ?verdict=corrected&search=label
    const remember = () => {
      const address = new URL(location.href);
      for (const field of [search, ...selects]) {
        if (field.value) address.searchParams.set(field.name, field.value);
        else address.searchParams.delete(field.name);
      }
      // A browser may refuse this for a page that is opened as a file.
      try { history.replaceState(null, "", address); } catch { /* the address stays as it was */ }
    };
    const asked = new URLSearchParams(location.search);
    for (const field of [search, ...selects]) {
      field.disabled = false;
      field.value = asked.get(field.name) || "";
      if (field.selectedIndex === -1) field.value = "";
      field.addEventListener("input", filter);
      field.addEventListener("change", remember);
    }
    if (search.value || selects.some((select) => select.value)) filter();

    [...table.querySelectorAll("th")].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column].textContent;
        const words = new Intl.Collator("en", { numeric: true }).compare;
        const order = (a, b) => (isNaN(a) || isNaN(b) ? words(a, b) : a - b);
        const empty = (row) => (value(row) === "" ? 1 : 0);
        table.querySelector(".row-whole")?.remove();
        rows.slice().sort((a, b) => empty(a) - empty(b) || (down ? -1 : 1) * order(value(a), value(b)))
          .forEach((row) => row.parentNode.append(row));
      });
    });

    const showWhole = () => {
      table.querySelector(".row-whole")?.remove();
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!row || !table.contains(row)) return;
      if (row.hidden) { search.value = ""; selects.forEach((select) => { select.value = ""; }); filter(); }
      if (row.cells) {
        const whole = document.createElement("tr");
        whole.className = "row-whole";
        const cell = whole.insertCell();
        cell.colSpan = row.cells.length;
        const list = document.createElement("dl");
        const heads = [...table.querySelectorAll("th")].map((head) => head.textContent);
        // How sure the row is comes first.
        const first = ({ head }) => (["check", "unchecked fields", "source"].includes(head) ? 0 : 1);
        const cells = [...row.cells].map((source, i) => ({ head: heads[i], source }));
        cells.sort((a, b) => first(a) - first(b)).forEach(({ head, source }) => {
          if (!source.textContent) return;
          const term = document.createElement("dt");
          term.textContent = head;
          const value = document.createElement("dd");
          value.append(...[...source.childNodes].map((node) => node.cloneNode(true)));
          list.append(term, value);
        });
        cell.append(list);
        row.after(whole);
      }
      row.scrollIntoView({ block: "start" });
    };
    addEventListener("hashchange", () => { complete(); showWhole(); });
    showWhole();
  }
})();
