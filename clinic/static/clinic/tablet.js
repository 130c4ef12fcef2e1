// A form on the clinic's tablet. The server closes it after ten idle minutes; this script clears the screen at
// that moment, online or not, and lets a real touch keep it open. Without it the next press finds it closed.
(() => {
  "use strict";
  const bar = document.querySelector("[data-tablet]");
  if (!bar) return;
  const { seconds, alive, stillHere, locked } = bar.dataset;
  const soon = document.querySelector("[data-tablet-soon]");
  const lockedPage = document.querySelector("[data-tablet-locked]");
  const token = bar.querySelector("[name=csrfmiddlewaretoken]").value;
  const IDLE = Number(seconds) * 1000;
  const WARNING = 60000;
  const TOLD_EVERY = 60000; // the server hears of touches once a minute
  const LOOKED_EVERY = 10000; // the desk may end it at any time
  const PATIENCE = 8000;

  let touched = Date.now();
  let told = touched;
  let looked = touched;
  let isLocked = false;
  let isTelling = false;

  const patience = () => (AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined);

  const lock = () => {
    if (isLocked) return;
    isLocked = true;
    clearInterval(clock);
    document.body.replaceChildren(lockedPage.content.cloneNode(true));
    document.title = document.querySelector("h1").textContent.trim();
    document.querySelector("[data-focus]").focus();
    window.history.replaceState(null, "", locked);
  };

  const ask = async (address, options) => {
    try {
      const answer = await fetch(address, { cache: "no-store", signal: patience(), ...options });
      if (answer.status === 410) lock();
      return answer.ok;
    } catch {
      return false; // offline: the clock here goes on
    }
  };

  const tell = async () => {
    if (isTelling || touched <= told || Date.now() - told < TOLD_EVERY) return;
    isTelling = true;
    const at = touched;
    const ago = String(Math.round((Date.now() - at) / 1000));
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, ago });
    if (await ask(stillHere, { method: "POST", body })) told = at;
    isTelling = false;
  };

  const look = () => {
    if (isLocked) return;
    const now = Date.now();
    if (now - touched >= IDLE) {
      lock();
      return;
    }
    soon.hidden = now - touched < IDLE - WARNING;
    tell();
    if (now - looked < LOOKED_EVERY) return;
    looked = now;
    ask(alive);
  };

  const touch = () => {
    look(); // whoever comes too late finds it locked
    if (isLocked) return;
    touched = Date.now();
    soon.hidden = true;
    tell();
  };

  const clock = setInterval(look, 1000);
  for (const kind of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(kind, (event) => event.isTrusted && touch(), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);

  // Back and forward never show what was on the screen: a page that comes out of memory is asked for anew.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || isLocked) return;
    document.body.hidden = true;
    window.location.reload();
  });
})();
