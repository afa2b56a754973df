/* One slide at a time, turned by keys, buttons or the list of slides; without script they stand one below the other. */
(() => {
  "use strict";
  const slides = [...document.querySelectorAll(".slide")];
  const bar = document.querySelector("nav");
  const list = bar.querySelector("select");
  const turns = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
  let at = 0;

  /* A chart takes the room there is; one that is too high for the screen keeps the full width, and the slide scrolls. */
  function fit() {
    const chart = slides[at].querySelector(".chart");
    if (!chart) return;
    const stage = chart.parentElement;
    const room = innerHeight - bar.offsetHeight - stage.getBoundingClientRect().top - scrollY - 12;
    const across = stage.clientWidth / chart.offsetWidth;
    const whole = Math.min(across, room / chart.offsetHeight);
    const scale = whole >= 1.05 ? whole : slides[at].classList.contains("beside") ? across : 1.05;
    chart.style.setProperty("--scale", scale);
    stage.style.height = `${chart.offsetHeight * scale}px`;
  }

  function show(index) {
    at = Math.max(0, Math.min(slides.length - 1, index));
    slides.forEach((slide, i) => { slide.hidden = i !== at; });
    list.value = at;
    scrollTo(0, 0);
    fit();
    history.replaceState(null, "", `#${slides[at].id}`);
  }

  function turn(index) {
    show(index);
    slides[at].focus({ preventScroll: true });  // a screen reader reads the slide from here
  }

  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    show(Math.max(0, slides.indexOf(target && target.closest(".slide"))));
  }

  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.closest("input, select") || (key === " " && target.closest("button, summary, a"))) return;
    const index = { Home: 0, End: slides.length - 1 }[key] ?? (key in turns ? at + turns[key] : null);
    if (index === null) return;
    event.preventDefault();
    turn(index);
  });
  bar.querySelectorAll("button").forEach((button) => {
    button.addEventListener("click", () => show(at + Number(button.dataset.turn)));
  });
  list.addEventListener("change", () => show(Number(list.value)));
  addEventListener("hashchange", follow);
  addEventListener("resize", fit);
  addEventListener("toggle", fit, true);
  bar.hidden = false;
  follow();
})();
