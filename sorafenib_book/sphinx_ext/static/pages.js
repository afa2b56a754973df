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
