// Keys of the clinicians' pages, with an off-switch. Everything works without them.
(() => {
  "use strict";

  const safely = location.protocol === "https:";
  const COOKIE = safely ? "__Host-nuan-keys=off" : "nuan-keys=off";
  const keys = document.querySelector("[data-keys]");
  const rows = [...document.querySelectorAll("[data-row]")];
  let on = !document.cookie.split("; ").includes(COOKIE);

  const control = keys && keys.querySelector("[data-keys-switch]");
  if (control) {
    const box = control.querySelector("input");
    control.hidden = false;
    box.checked = on;
    box.addEventListener("change", () => {
      on = box.checked;
      document.cookie = `${COOKIE}; path=/; samesite=lax; max-age=${on ? 0 : 31536000}${safely ? "; secure" : ""}`;
    });
  }

  // One row is chosen; its preview is beside it and its place is in the address.
  const choose = (row, focus) => {
    for (const each of rows) {
      const chosen = each === row;
      each.classList.toggle("cur", chosen);
      const preview = document.querySelector(`[data-preview="${each.dataset.row}"]`);
      if (preview) preview.hidden = !chosen;
      const pick = each.querySelector(".pick-row");
      if (chosen) pick.setAttribute("aria-current", "true");
      else pick.removeAttribute("aria-current");
    }
    const address = new URL(location.href);
    address.searchParams.set("selected", row.dataset.row);
    address.hash = "";
    history.replaceState(null, "", address);
    if (focus) row.querySelector("[data-open]").focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const current = () => rows.findIndex((row) => row.classList.contains("cur"));
  for (const row of rows) {
    row.querySelector(".pick-row").addEventListener("click", (event) => {
      if (getComputedStyle(document.querySelector(".split")).gridTemplateColumns.split(" ").length < 2) return;
      event.preventDefault();
      choose(row, true); // Enter then opens the form
    });
    row.addEventListener("focusin", () => { if (rows[current()] !== row) choose(row, false); });
  }

  const move = (step) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, current() + step))];
    if (row) choose(row, true);
  };

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (typing) return;
    const key = event.key.toLowerCase();
    if (key === "?" && keys) {
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    } else if (rows.length && (key === "j" || key === "k")) {
      move(key === "j" ? 1 : -1);
    } else if (rows.length && key === "enter" && event.target === document.body) {
      rows[Math.max(0, current())].querySelector("[data-open]").click();
    } else {
      const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!target) return;
      target.focus();
      target.click();
    }
    event.preventDefault();
  });
})();
