// The search for patients: arrows through the results, Enter opens one, / goes to the box. Nothing depends on it.
(() => {
  "use strict";
  const box = document.getElementById("people-q");
  const results = document.getElementById("results");
  if (!box || !results) return;
  const on = !document.cookie.split("; ").some((cookie) => /^(__Host-)?nuan-keys=off$/.test(cookie));
  const links = () => [...results.querySelectorAll("[data-result]")];

  // Enter waits for the answer to what was typed last, so that it never opens somebody of an older list.
  let asked = 0;
  let wanted = false;
  const openFirst = () => { const [first] = links(); if (first) first.click(); };
  box.addEventListener("input", () => { asked += 1; wanted = false; });
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target !== results) return;
    asked = 0;
    if (wanted) openFirst();
    wanted = false;
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && links().length) {
      event.preventDefault();
      links()[0].focus();
    } else if (event.key === "Enter" && window.htmx && box.value.trim()) {
      event.preventDefault();
      if (asked) wanted = true;
      else openFirst();
    }
  });
  results.addEventListener("keydown", (event) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (at < 0 || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    if (event.key === "ArrowUp" && at === 0) box.focus();
    else all[Math.min(all.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  });
  document.addEventListener("keydown", (event) => {
    if (!on || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
