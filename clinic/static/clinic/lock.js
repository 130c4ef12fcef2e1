// A page with health data that is left alone: after a quarter of an hour the screen is cleared, online or not.
// The server locks by itself; this hides what is already on the screen. What was typed and not kept yet waits
// in memory, never in the browser's storage, and comes back for the same person only.
(() => {
  "use strict";
  const place = document.getElementById("lock-screen");
  if (!place) return;
  const { seconds, person, state, stillHere, lock: lockPage, token } = place.dataset;
  const IDLE = Number(seconds) * 1000;
  const TOLD_EVERY = 60000; // the server hears of touches once a minute
  const PATIENCE = 5000;

  let touched = Date.now();
  let told = touched;
  let csrf = token;
  let hidden = null; // what was on the screen
  let isTelling = false;
  let isAsking = false;

  const patience = () => (AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined);

  // Whoever has something unsaved objects to leaving the page; asking them is how we know.
  const hasUnsaved = () => {
    const leaving = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaving);
    return leaving.defaultPrevented;
  };

  const ask = async () => {
    const answer = await fetch(state, {
      headers: { "X-Nuan-Poll": "1", Accept: "application/json" }, cache: "no-store", signal: patience(),
    });
    if (!answer.ok) throw new Error("no answer");
    return answer.json();
  };

  const cover = () => {
    if (hidden) return;
    const isUnsaved = hasUnsaved();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    hidden = { nodes: [...document.body.childNodes], title: document.title };
    document.body.replaceChildren(place.content.cloneNode(true));
    const link = document.querySelector("[data-unlock]");
    const back = window.location.pathname + window.location.search;
    if (isUnsaved) {
      link.target = "_blank"; // this window keeps what is not saved
      link.href = `${lockPage}?${new URLSearchParams({ next: link.dataset.unlocked })}`;
      document.querySelector("[data-lock-unsaved]").hidden = false;
    } else {
      link.href = `${lockPage}?${new URLSearchParams({ next: back })}`;
    }
    document.title = document.querySelector("[data-lock-title]").textContent.trim();
    link.focus();
  };

  const uncover = (fresh) => {
    if (!hidden) return;
    document.body.replaceChildren(...hidden.nodes);
    document.title = hidden.title;
    hidden = null;
    csrf = fresh;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
    touched = told = Date.now();
  };

  // Another window may have kept it open: the server knows. Without an answer it is covered.
  const look = async () => {
    if (isAsking || (!hidden && Date.now() - touched < IDLE)) return;
    isAsking = true;
    try {
      const said = await ask();
      if (said.left <= 0) cover();
      else if (said.person !== person) window.location.reload();
      else if (hidden) uncover(said.token);
      else touched = Date.now() - IDLE + said.left * 1000;
    } catch {
      cover();
    }
    isAsking = false;
  };

  const tell = async () => {
    if (isTelling || hidden || touched <= told || Date.now() - told < TOLD_EVERY) return;
    isTelling = true;
    const at = touched;
    try {
      const answer = await fetch(stillHere, {
        method: "POST", headers: { "X-CSRFToken": csrf, Accept: "application/json" }, signal: patience(),
      });
      if (answer.ok && !answer.redirected) told = at;
      else if (answer.status < 500) cover(); // locked, ended, or somebody else's
    } catch {
      // offline: the clock here goes on
    }
    isTelling = false;
  };

  const touch = () => {
    if (hidden) return;
    if (Date.now() - touched >= IDLE) {
      look(); // whoever comes too late finds it covered
      return;
    }
    touched = Date.now();
    tell();
  };

  setInterval(() => { if (!hidden) look(); }, 1000);
  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    document.addEventListener(kind, (event) => event.isTrusted && touch(), { capture: true, passive: true });
  }
  document.addEventListener("nuan:locked", cover);
  document.body.addEventListener("nuan:locked", cover);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.body.hidden = true;
    window.location.reload();
  });
})();
