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

  // Words that a question has and its answer need not.
  const idle = new Set((`a about after all am an and any are as at be become becomes been being but by can come comes could did do does for
    from had has have how i if in into is it its long many may me more much my of on one or our should so some than that
    the their them then there these they this those to was we were what when where which who whom whose why will with would
    you your take takes use used`).split(/\s+/));
  // What people say, and what the field says.
  const field_words = {
    live: "survival", lives: "survival", living: "survival", survive: "survival", die: "death", dies: "death",
    side: "adverse", effects: "events", surgery: "resection", operation: "resection", help: "added", helps: "added",
    adding: "added", chemo: "chemotherapy", resistant: "resistance", predicts: "marker", predict: "marker",
    blocks: "inhibits", inhibit: "inhibits", get: "cases", gets: "cases",
  };
  const greek = {
    α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ζ: "zeta", η: "eta", θ: "theta", κ: "kappa", λ: "lambda",
    μ: "mu", σ: "sigma", τ: "tau", χ: "chi", ω: "omega",
  };
  const letters = Object.values(greek).sort((a, b) => b.length - a.length);
  // Without accents, raised and lowered signs; Greek letters by their names.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/\p{Script=Greek}/gu, (letter) => greek[letter.replace("ς", "σ")] || letter);
  // A word, or a number with its decimals.
  const word_of = /\d+(?:[.,]\d+)+|[\p{L}\p{N}\p{M}\p{Pd}]+/gu;
  const split = (text) => text.match(word_of) || [];
  const short = (word) => letters.reduce((left, name) => left.replaceAll(name, name[0]), word);
  const british = (word) => word.replace(/iz(?=(e|ed|es|ing|ations?)$)/, "is").replace(/^tumor(?=s?$)/, "tumour");
  // "HIF-1α" is found as hif1alpha, hif1a, hif and 1alpha.
  const known = new Map();
  const forms = (word) => {
    if (!known.has(word)) {
      const parts = plain(word).split(/\p{Pd}/u).filter(Boolean).map(british);
      const joined = parts.join("");
      const brief = short(joined);
      known.set(word, [...new Set([joined, ...parts, ...(brief.length > 2 ? [brief] : [])])].filter(Boolean));
    }
    return known.get(word);
  };
  const kinds = { section: 6, figure: 1.5, term: 3, study: 1.5, row: 1, publication: 1 };
  const options = {
    fields: ["title", "text", "names"],
    storeFields: ["title", "page", "address", "text", "kind"],
    tokenize: (text) => split(text).flatMap(forms),
    processTerm: (term) => term,
    searchOptions: {
      boost: { title: 3 },
      // What explains a word comes before the rows that hold it.
      boostDocument: (id, term, { address, kind }) => (
        kinds[kind] * (kind !== "section" || /^(chapters|index)/.test(address) ? 1 : 0.4)),
      combineWith: "AND",
      tokenize: (text) => [text],
    },
  };
  const indexed = () => {
    const engine = new MiniSearch(options);
    engine.addAll(window.searchIndex);
    return engine;
  };

  const whole = { prefix: (term) => term.length > 2, weights: { prefix: 0.4, fuzzy: 0.2 } };
  // A letter or two may be wrong in a long word; a number or the name of a gene is right or another.
  const slips = { ...whole, fuzzy: (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : 0) };
  const asked = (text) => {
    const words = split(text);
    const told = words.filter((word) => !idle.has(word.toLowerCase()));
    return told.length ? told : words;
  };
  // Each word in one of its forms: joined, in the field's own word, or all of its parts.
  const either = (word) => {
    const [joined] = forms(word);
    const said = field_words[joined];
    // "live" is survival, and not the start of "liver".
    const words = said ? [said, { queries: [joined], prefix: joined.length > 5, fuzzy: 0 }] : [joined];
    const pieces = plain(word).split(/\p{Pd}/u).filter(Boolean).map(british);
    return {
      combineWith: "OR",
      queries: [...words, ...(pieces.length > 1 ? [{ combineWith: "AND", queries: pieces }] : [])],
    };
  };
  // Neighbours may stand as one word: "Hep G2", "hand foot".
  const together = (words) => words.slice(1).map((word, i) => ({
    combineWith: "AND",
    queries: [...words.slice(0, i).map(either), { queries: [forms(words[i] + word)[0]], prefix: false, fuzzy: 0 },
      ...words.slice(i + 2).map(either)],
  }));
  const enough = 3;
  /* Places that hold all words; where they are few, those that hold them with a slip, then those that hold some. */
  const search = (engine, text) => {
    const words = asked(text);
    const all = { combineWith: "OR", queries: [{ combineWith: "AND", queries: words.map(either) }, ...together(words)] };
    const some = { combineWith: "OR", queries: words.map(either) };
    const found = new Map();
    [[all, whole], [all, slips], [some, slips]].forEach(([query, way], tier) => {
      if (found.size >= enough) return;
      for (const result of engine.search(query, way)) if (!found.has(result.id)) found.set(result.id, { ...result, tier });
    });
    // What has several words in its title, and all of them, is what was asked for.
    const dated = /\b(19|20)\d\d\b/.test(text);
    const named = ({ title, kind }) => {
      const there = split(title).flatMap(forms);
      // without a year its first author has to be named
      if (kind === "publication" && !dated && !words.some((word) => forms(word).includes(there[0]))) return false;
      return words.length > 1 && words.every((word) => forms(word).some((form) => there.some((name) => name.startsWith(form))));
    };
    for (const result of found.values()) if (named(result)) result.score *= dated ? 2 : 1.5;
    const best = () => [...found.values()].sort((a, b) => a.tier - b.tier || b.score - a.score);
    // Rows do not fill the first screen: each further one steps back.
    best().filter(({ kind }) => kind === "row").forEach((result, i) => { result.score *= 0.8 ** i; });
    return best();
  };

  /* The part of a text that holds most of the words, marked. */
  const excerpt = (text, terms) => {
    const paragraph = document.createElement("p");
    const wanted = new Set(terms);
    const hits = [...text.matchAll(word_of)].filter(([word]) => forms(word).some((form) => wanted.has(form)));
    const near = (hit) => new Set(hits.filter(({ index }) => index >= hit.index && index < hit.index + 140).map(([word]) => plain(word))).size;
    const best = hits.reduce((a, b) => (a && near(a) >= near(b) ? a : b), undefined);
    let from = best ? Math.max(0, best.index - 60) : 0, to = Math.min(text.length, from + 220);
    if (from) from = text.indexOf(" ", from) + 1;
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), from);
    let done = from;
    if (from) paragraph.append("… ");
    for (const { 0: word, index } of hits) {
      if (index < from || index + word.length > to) continue;
      const mark = document.createElement("mark");
      mark.textContent = word;
      paragraph.append(text.slice(done, index), mark);
      done = index + word.length;
    }
    paragraph.append(text.slice(done, to) + (to < text.length ? " …" : ""));
    return paragraph;
  };

  const show = async () => {
    const engine = field.value.trim() && await loaded();
    const words = field.value.trim();
    const results = words ? search(engine, words) : [];
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
    const places = `${results.length} ${results.length === 1 ? "place" : "places"} found${more}`;
    count.textContent = words ? (results.length && results[0].tier === 2 ? `No place has all of these words. ${places} with some of them` : places) : "";
  };

  // The address keeps what was asked, for a link and for the way back.
  const remember = () => {
    const address = new URL(location.href), words = field.value.trim();
    if (words) address.searchParams.set("q", words); else address.searchParams.delete("q");
    document.title = `${words ? `${words} - ` : ""}${title}`;
    // A browser may refuse this for a page that is opened as a file.
    try { history.replaceState(history.state, "", address); } catch { /* the address stays as it was */ }
  };
  const title = document.title;
  let pause;
  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", () => { show(); clearTimeout(pause); pause = setTimeout(remember, 300); });
  // Enter need not load the page again.
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    remember();
    show();
  });
  list.addEventListener("click", () => { clearTimeout(pause); remember(); }, true);
  show().then(() => {
    // Who comes back finds the place of the list again, which was empty when the browser looked for it.
    if (history.state && history.state.top) scrollTo(0, history.state.top);
  });
  addEventListener("pagehide", () => {
    try { history.replaceState({ top: scrollY }, ""); } catch { /* of a file */ }
  });
  if (!field.value) field.focus();
})();
