// The page about one form: who else is here, newer versions, and a draft that is kept. All works without it.
(() => {
  "use strict";

  const EVERY = 15000;
  const place = document.querySelector("[data-presence]");
  const form = document.querySelector("[data-draft]");
  const live = document.getElementById("live");

  // Asking never extends the session: the server saves a session only when it changes.
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.presence, { redirect: "manual", headers: { "X-Nuan-Poll": "1" } });
      if (answer.status === 423) document.dispatchEvent(new Event("nuan:locked"));
      if (answer.status === 403) return location.reload(); // the record is closed: nothing of it stays on the screen
      if (!answer.ok) throw new Error("refused");
      const words = (await answer.text()).trim();
      if (words === place.dataset.words) return;
      place.dataset.words = words;
      place.innerHTML = words;
      live.textContent = place.textContent.trim();
    } catch {
      place.dataset.words = "";
      place.textContent = place.dataset.lost;
    }
  };
  if (place) {
    place.dataset.words = place.innerHTML.trim();
    setInterval(() => { if (!document.hidden) ask(); }, EVERY);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
    document.addEventListener("nuan:ask", ask);
  }
  if (document.querySelector("[data-print]")) window.addEventListener("load", () => window.print());
  if (!form) return;

  // A newer version has to be seen before anything is decided; the server says the same.
  const status = form.querySelector("[data-status]");
  form.addEventListener("submit", (event) => {
    const isDraft = event.submitter && event.submitter.hasAttribute("formaction");
    if (isDraft || !document.querySelector("[data-newer]")) { sending = true; return; }
    event.preventDefault();
    status.textContent = form.dataset.blocked;
    document.querySelector("[data-newer] a").focus();
  });

  // What is typed is kept by the server a second after typing stops, and nowhere in the browser.
  let waiting = 0;
  let changed = false;
  let busy = false;
  let sending = false;
  const save = async () => {
    if (busy || !changed || sending) return;
    busy = true;
    changed = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual",
      });
      const said = answer.status === 409 || answer.ok ? await answer.json() : {};
      if (answer.ok) {
        form.elements.seen.value = said.seen;
        status.textContent = form.dataset.saved;
      } else if (said.refused) {
        status.textContent = said.refused;
      } else {
        changed = true;
        if (answer.status === 423) document.dispatchEvent(new Event("nuan:locked"));
        throw new Error("not saved");
      }
    } catch {
      changed = true;
      status.textContent = form.dataset.unsaved;
      waiting = setTimeout(save, 5000);
    }
    busy = false;
    if (changed && !waiting) later();
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { waiting = 0; save(); }, 1000);
  };
  form.addEventListener("input", () => { changed = true; later(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("beforeunload", (event) => { if (changed && !sending) event.preventDefault(); });

  const message = form.elements.message;
  const phrases = form.querySelector("[data-phrases]");
  phrases.hidden = false;
  for (const button of phrases.querySelectorAll("[data-phrase]")) {
    button.addEventListener("click", () => {
      message.value = [message.value.trim(), button.dataset.phrase].filter(Boolean).join("\n");
      message.dispatchEvent(new Event("input", { bubbles: true }));
      message.focus();
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".btn-primary"));
    }
  });
})();
