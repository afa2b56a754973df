/* A reader's first act: what a page may leave until then it gives to firstAct. A page without this script calls it at once. */
(() => {
  "use strict";
  const acts = ["scroll", "wheel", "pointerdown", "pointermove", "touchstart", "keydown", "click", "focusin"];
  const waiting = [];
  let first;
  const act = (event) => {
    first = event;
    acts.forEach((name) => removeEventListener(name, act));
    for (const call of waiting) {
      // One that fails keeps no other from its work.
      try { call(event); } catch (error) { console.error(error); }
    }
  };
  acts.forEach((name) => addEventListener(name, act, { passive: true }));
  window.firstAct = (call) => (first ? call(first) : waiting.push(call));
})();
