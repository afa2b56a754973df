/* Data tables: search, choose, sort, and the whole of the row that a link leads to. */
(() => {
  "use strict";
  // A browser takes long to lay out a long table: its later rows come when the reader acts, or was led to one of them.
  const arrive = (later) => {
    later.previousElementSibling.append(...later.children);
    later.remove();
  };
  const entries = document.querySelector(".citation-list");
  const complete = () => {
    document.querySelectorAll(".later").forEach(arrive);
    if (entries) entries.classList.add("all");
    document.querySelectorAll(".more-rows").forEach((note) => note.remove());
  };
  // Cards are tall, also those that a phone makes of rows: the page stays short until more are asked for.
  const phone = matchMedia("(max-width: 640px)");
  const ask = (count, first) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Show the other ${count}`;
    button.addEventListener("click", () => {
      const next = first.querySelector("a");
      complete();
      next.focus({ preventScroll: true });
    });
    return button;
  };
  const offer = () => {
    if (entries && !entries.classList.contains("all") && entries.children.length > 20) {
      const note = document.createElement("p");
      note.className = "more-rows";
      note.append(ask(entries.children.length - 20, entries.children[20]));
      entries.after(note);
    }
    document.querySelectorAll(".later").forEach((later) => {
      const note = later.parentElement.querySelector(".more-rows") || later.closest(".data-rows").querySelector(".more-rows");
      if (later.localName === "tbody" && !phone.matches) {
        arrive(later);
        note.remove();
        return;
      }
      note.replaceChildren(ask(later.children.length, later.firstElementChild));
    });
  };
  (window.firstAct || ((call) => call()))(offer);
  const asked = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const lead = () => {
    complete();
    if (entries && entries.contains(asked())) asked().scrollIntoView();
  };
  if (location.hash || location.search) lead();
  addEventListener("hashchange", lead);

  for (const table of document.querySelectorAll(".data-table")) {
    const rows = [...(table.dataset.of ? document.querySelectorAll(table.dataset.of) : table.querySelectorAll("[data-choice]"))];
    let texts;
    const search = table.querySelector("input");
    const selects = [...table.querySelectorAll("select")];
    const count = table.querySelector("output");

    const tell = (shown) => {
      const all = `${rows.length} ${count.dataset.things}`;
      count.textContent = shown === rows.length ? all : `${shown} of ${all}`;
    };
    const filter = () => {
      complete();
      texts = texts || rows.map((row) => row.textContent.toLowerCase());
      const words = search.value.toLowerCase().split(/\s+/);
      let shown = 0;
      rows.forEach((row, i) => {
        const values = (row.dataset.choice || "").split("|");
        row.hidden = !(words.every((word) => texts[i].includes(word))
          && selects.every((select, k) => !select.value || select.value === values[k]));
        shown += !row.hidden;
      });
      tell(shown);
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
    const chosen = new URLSearchParams(location.search);
    for (const field of [search, ...selects]) {
      field.disabled = false;
      field.value = chosen.get(field.name) || "";
      if (field.selectedIndex === -1) field.value = "";
      field.addEventListener("input", filter);
      field.addEventListener("change", remember);
    }
    if (search.value || selects.some((select) => select.value)) {
      filter();
      // What a link has chosen is seen, and can be taken back.
      if (!location.hash) addEventListener("load", () => table.scrollIntoView({ block: "start", behavior: "instant" }));
    } else if (table.dataset.of) tell(rows.length);

    [...table.querySelectorAll("th")].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        complete();
        const down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column].textContent;
        const words = new Intl.Collator("en", { numeric: true }).compare;
        // "10.7 months (9.4 to 13.3)" and "less than 0.001" are in the order of their first number.
        const number = (text) => parseFloat(text.replaceAll(",", "").match(/-?\d*\.?\d+/));
        const numbers = rows.some((row) => row.cells[column].className === "number");
        const order = (a, b) => (numbers && number(a) !== number(b) ? number(a) - number(b) : words(a, b));
        const empty = (row) => (value(row) === "" ? 1 : 0);
        table.querySelector(".row-whole")?.remove();
        rows.slice().sort((a, b) => empty(a) - empty(b) || (down ? -1 : 1) * order(value(a), value(b)))
          .forEach((row) => row.parentNode.append(row));
      });
    });

    const showWhole = () => {
      table.querySelector(".row-whole")?.remove();
      const row = asked();
      if (!row || !table.contains(row)) return;
      if (row.hidden) { search.value = ""; selects.forEach((select) => { select.value = ""; }); filter(); }
      if (row.cells) {
        const heads = [...table.querySelectorAll("th")];
        const told = heads.map((head, i) => ({ head: head.textContent, column: head.dataset.column, raw: head.className === "raw", cell: row.cells[i] }))
          .filter(({ cell }) => cell.textContent);
        // The cell that a link meant; one that the file alone has brings all columns.
        const linked = new URLSearchParams(location.search).get("cell");
        const names = linked ? [linked, linked.replace(/_(low|high)$/, "")] : [];
        const meant = told.find(({ column, raw }) => !raw && names.includes(column)) || told.find(({ column }) => names.includes(column));
        table.querySelectorAll(".meant").forEach((cell) => cell.classList.remove("meant"));
        if (meant) {
          meant.cell.classList.add("meant");
          if (meant.raw) table.querySelector(".all-columns").checked = true;
        }
        const value = ({ cell }) => [...cell.childNodes].filter(({ nodeName }) => nodeName !== "SMALL").map(({ textContent }) => textContent).join("").trim();
        const arm = ({ cell }) => (cell.querySelector("small") || {}).textContent;
        const words = (each) => {
          const [name, unit = ")"] = each.head.split(/ \((?=[^()]*\)$)/);
          return `${name}: ${value(each)} ${unit.slice(0, -1)}`.replace(/ (?=%)/, "").trim();
        };
        const large = (text) => text.charAt(0).toUpperCase() + text.slice(1);
        const line = (name, ...content) => {
          const term = document.createElement("dt"), value = document.createElement("dd");
          term.textContent = name;
          value.append(...content);
          return [term, value];
        };
        const copy = ({ cell }) => [...cell.childNodes].map((node) => node.cloneNode(true));
        const [subject, ...others] = told.filter(({ raw }) => !raw);
        const numbers = others.filter(({ cell }) => cell.className.includes("number"));
        const sentence = document.createElement("p");
        const strong = document.createElement("strong");
        strong.textContent = `${subject.cell.textContent}.`;
        const arms = numbers.filter(arm).map((each) => `${arm(each)} ${value(each)}`).join(", ");
        const said = [arms, ...numbers.filter((each) => !arm(each)).map(words)].filter(Boolean);
        sentence.append(strong, ...said.map((each) => ` ${large(each)}.`));
        const list = document.createElement("dl");
        list.append(...others.filter((each) => !numbers.includes(each)).flatMap((each) => line(each.head, ...copy(each))));
        const file = document.createElement("details"), summary = document.createElement("summary"), all = document.createElement("dl");
        summary.textContent = "As in the file";
        all.append(...told.filter(({ raw }) => raw).flatMap((each) => line(each.column, ...copy(each))));
        file.append(summary, all);
        file.open = Boolean(phone.matches && meant && meant.raw);
        const whole = document.createElement("tr"), cell = whole.insertCell(), box = document.createElement("div");
        whole.className = "row-whole";
        cell.colSpan = row.cells.length;
        box.append(sentence, list, file);
        cell.append(box);
        row.after(whole);
      }
      row.scrollIntoView({ block: "start" });
    };
    addEventListener("hashchange", showWhole);
    showWhole();
  }
})();
