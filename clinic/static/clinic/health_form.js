// Answers are kept on the server while they are given: on every change, and a second after typing stops.
// Nothing is ever written to the browser's storage. Without this file the button saves as well.
(() => {
  "use strict";
  const form = document.querySelector("[data-save]");
  if (!form) return;
  document.documentElement.classList.add("has-scripts");
  const words = form.dataset;
  const saved = document.getElementById("saved");
  const live = document.getElementById("live");
  const trouble = document.getElementById("save-trouble");
  const PAUSE = 1000;
  const LONGEST = 5000;
  const PATIENCE = 15000;
  const FIRST_WAIT = 2000;
  const LONGEST_WAIT = 30000;

  let changes = 0; // how often something was changed
  let kept = 0; // how many of those changes the server has confirmed
  let isSaving = false;
  let isLeaving = false;
  let stuck = ""; // only a person can go on: a "choice" between two answers, "sign-in", or "no"
  let wasAnnounced = false;
  let wait = FIRST_WAIT;
  let pause = null;
  let firstChange = 0;
  let pressed = null; // the button that waits for the answers to be safe

  const patience = () => (AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined);

  const say = (text, isFailed) => {
    saved.querySelector("[data-saved-words]").textContent = text;
    saved.hidden = false;
    saved.classList.toggle("is-failed", Boolean(isFailed));
  };

  const announce = (text) => {
    if (live.textContent !== text) live.textContent = text;
  };

  const tell = (kind, refusal) => {
    const title = refusal || words[`${kind}Title`];
    const more = refusal ? "" : words[`${kind}Words`];
    trouble.querySelector("[data-trouble-title]").textContent = title;
    trouble.querySelector("[data-trouble-words]").textContent = more;
    if (trouble.hidden) announce(`${title} ${more}`);
    trouble.hidden = false;
    say(words.notSaved, true);
  };

  const confirmSave = (answer, sent) => {
    kept = sent;
    wait = FIRST_WAIT;
    stuck = "";
    form.elements.revision.value = answer.revision;
    if (!trouble.hidden || !wasAnnounced) announce(answer.saved);
    wasAnnounced = true;
    trouble.hidden = true;
    say(answer.saved);
    showUrgent(answer.urgent);
    document.dispatchEvent(new Event("form-saved"));
  };

  const showUrgent = (markup) => {
    const place = document.getElementById("urgent-place");
    const before = place.textContent.trim();
    place.innerHTML = markup;
    const box = place.firstElementChild;
    if (box && place.textContent.trim() !== before) box.scrollIntoView({ block: "start" });
  };

  const showConflict = (markup) => {
    stuck = "choice";
    pressed = null;
    const place = document.getElementById("conflict-place");
    place.innerHTML = markup;
    say(words.notSaved, true);
    place.firstElementChild.focus();
  };

  const fail = (kind) => {
    pressed = null;
    tell(kind);
    later(save);
  };

  const later = (work) => {
    setTimeout(work, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  const read = async (response, sent) => {
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    if (response.redirected || (!isJson && response.ok) || response.status === 403) {
      stuck = "sign-in";
      pressed = null;
      tell("signedOut");
      later(lookForSignIn);
    } else if (response.status === 422) {
      stuck = "no";
      pressed = null;
      tell("refused", (await response.json()).refusal);
    } else if (response.status === 409) {
      const answer = await response.json();
      showConflict(answer.conflict);
      showUrgent(answer.urgent);
    } else if (response.ok) {
      confirmSave(await response.json(), sent);
    } else {
      fail("failed");
      if (response.status === 423) document.dispatchEvent(new Event("nuan:locked"));
    }
  };

  const save = async () => {
    clearTimeout(pause);
    pause = null;
    if (isSaving || stuck || kept === changes) return;
    isSaving = true;
    firstChange = 0;
    const sent = changes;
    const slow = setTimeout(() => trouble.hidden && say(words.saving), 300);
    try {
      const body = new FormData(form);
      await read(await fetch(words.save, { method: "POST", body, signal: patience() }), sent);
    } catch {
      fail(navigator.onLine ? "failed" : "offline");
    } finally {
      clearTimeout(slow);
      isSaving = false;
    }
    if (kept !== changes && trouble.hidden && !stuck) save();
    else if (pressed && kept === changes) leave();
  };

  // Who signed in again has a new token for forms; the page is asked for it, and its answers stay as they are.
  const refreshToken = async () => {
    const page = await fetch(window.location.href, { signal: patience() });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("#page-form [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  };

  const tryAgain = async () => {
    if (stuck === "sign-in") await refreshToken().catch(() => {});
    stuck = "";
    save();
  };

  const lookForSignIn = () => stuck === "sign-in" && !isSaving && tryAgain();

  const leave = () => {
    const button = pressed;
    pressed = null;
    isLeaving = true;
    button.click();
  };

  const isText = (field) => field.matches("textarea, input:not([type=radio]):not([type=checkbox])");

  const note = (field) => {
    if (!field.name) return;
    changes += 1;
    if (!isText(field)) {
      save();
      return;
    }
    firstChange = firstChange || Date.now();
    clearTimeout(pause);
    pause = setTimeout(save, Math.min(PAUSE, Math.max(0, firstChange + LONGEST - Date.now())));
  };

  form.addEventListener("input", (event) => note(event.target));
  form.addEventListener("change", (event) => {
    if (isText(event.target) && kept !== changes) save();
  });

  // "None of these" and the others put each other out; the server checks that as well.
  form.addEventListener("input", ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    const group = [...form.querySelectorAll(`input[type=checkbox][name="${target.name}"]`)];
    for (const other of group) {
      if (other !== target && (target.value === "none" || other.value === "none")) other.checked = false;
    }
  }, true);

  // The drawing of the face ticks the list.
  for (const zone of form.querySelectorAll("[data-zone]")) {
    zone.addEventListener("click", () => form.querySelector(`input[value=${zone.dataset.zone}]`).click());
  }

  // A button goes on only when the server has everything; offline the page stays as it is.
  form.addEventListener("submit", (event) => {
    if (isLeaving || stuck === "choice" || (kept === changes && trouble.hidden)) {
      isLeaving = true;
      return;
    }
    event.preventDefault();
    pressed = event.submitter || document.querySelector("button[form=page-form]:not([name])");
    tryAgain();
  });

  trouble.querySelector("[data-try-again]").addEventListener("click", tryAgain);
  window.addEventListener("online", save);
  window.addEventListener("focus", lookForSignIn);
  window.addEventListener("offline", () => kept !== changes && tell("offline"));

  // Whoever goes away without pressing anything: the last second travels along.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || kept === changes || stuck || isSaving || isLeaving) return;
    const sent = changes;
    fetch(words.save, { method: "POST", body: new FormData(form), keepalive: true })
      .then((response) => read(response, sent))
      .catch(() => {});
  });
  window.addEventListener("beforeunload", (event) => {
    if (kept !== changes && !isLeaving) event.preventDefault();
  });

  // Back from another page: what is shown may be old.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && kept === changes) window.location.reload();
    isLeaving = false;
  });
})();
