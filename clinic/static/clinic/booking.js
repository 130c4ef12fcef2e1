// The held time counts down, and what is typed is kept on the server. Everything works without this.
(() => {
  "use strict";

  const hold = document.querySelector("[data-hold]");
  if (hold) {
    const text = hold.querySelector("[data-hold-text]");
    const ring = hold.querySelector("[data-hold-ring]");
    const live = document.getElementById("live");
    const end = Date.now() + Number(hold.dataset.hold) * 1000;
    const warnAt = 2 * 60;
    let warned = Number(hold.dataset.hold) <= warnAt;
    const show = () => {
      const left = Math.round((end - Date.now()) / 1000);
      const minutes = Math.ceil(left / 60);
      if (left <= 0) text.textContent = hold.dataset.holdOver;
      else if (minutes === 1) text.textContent = hold.dataset.holdOne;
      else text.textContent = hold.dataset.holdMany.replace("#", minutes);
      ring.setAttribute("stroke-dasharray", `${Math.max(0, Math.min(1, left / 600)) * 113} 113`);
      if (left <= warnAt && left > 0 && !warned) {
        warned = true;
        live.textContent = hold.dataset.holdWarning;
      }
      if (left > 0) setTimeout(show, Math.max(1000, (left % 60 || 60) * 1000));
    };
    setTimeout(show, Math.max(1000, ((Number(hold.dataset.hold) % 60) || 60) * 1000));
    window.addEventListener("pageshow", (event) => event.persisted && show());
  }

  // Kept by the server, never in the browser's storage: for whoever goes away without pressing a button.
  // Never while a button's own request is on its way, so that nothing older overwrites it.
  const form = document.querySelector("[data-keep-typed]");
  if (form) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden" || !changed) return;
      changed = false;
      const data = new FormData(form);
      data.set("draft", "1");
      navigator.sendBeacon(form.action, data);
    });
  }
})();
