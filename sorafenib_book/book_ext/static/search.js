/* The search page: sections, figures and rows that hold the words, best first. */
(() => {
  "use strict";
  const field = document.getElementById("search-words");
  const list = document.getElementById("search-results");
  const count = document.getElementById("search-count");
  const most = 40;

  // The index is large: it comes when there is something to look for.
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const script = (name) => new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = folder + name;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${name} did not load`));
    document.head.append(element);
  });
  let loading;
  const loaded = () => loading = loading
    || Promise.all([script("minisearch.min.js"), script("search-index.js")]).then(indexed);

  const split = (text) => text.split(/[^\p{L}\p{N}-]+/u).filter(Boolean);
  const options = {
    fields: ["title", "text"],
    storeFields: ["title", "page", "address", "text"],
    // "HIF-1a" is one word, and so are its parts.
    tokenize: (text) => split(text).flatMap((word) => (
      word.includes("-") ? [word, ...word.split("-"), word.replaceAll("-", "")] : [word])).filter(Boolean),
    searchOptions: {
      boost: { title: 3 },
      // What explains a word comes before the rows that hold it.
      boostDocument: (id, term, { address }) => (
        address.startsWith("chapters/") ? 3 : address.startsWith("reference/glossary.html") ? 2 : 1),
      combineWith: "AND",
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 5 ? 0.15 : 0),
      tokenize: split,
    },
  };
  const indexed = () => {
    const engine = new MiniSearch(options);
    engine.addAll(window.searchIndex);
    return engine;
  };

  const excerpt = (text, terms) => {
    const found = new RegExp(terms.map((term) => term.replace(/[^\p{L}\p{N}-]/gu, "")).join("|"), "iu").exec(text);
    const paragraph = document.createElement("p");
    if (!found) { paragraph.textContent = text.slice(0, 160); return paragraph; }
    const start = Math.max(0, text.lastIndexOf(" ", Math.max(0, found.index - 70)));
    const mark = document.createElement("mark");
    mark.textContent = found[0];
    paragraph.append(
      (start ? "…" : "") + text.slice(start, found.index), mark,
      `${text.slice(found.index + found[0].length, found.index + 120)}…`,
    );
    return paragraph;
  };

  const show = async () => {
    const engine = field.value.trim() && await loaded();
    const words = field.value.trim();
    const results = words ? engine.search(words) : [];
    list.replaceChildren(...results.slice(0, most).map((result) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = result.address;
      link.textContent = result.title;
      const page = document.createElement("span");
      page.textContent = result.title === result.page ? "" : ` in ${result.page}`;
      item.append(link, page, excerpt(result.text, result.terms));
      return item;
    }));
    const more = results.length > most ? `, the first ${most} shown` : "";
    count.textContent = words ? `${results.length} places found${more}` : "";
  };

  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", show);
  show();
  if (!field.value) field.focus();
})();
