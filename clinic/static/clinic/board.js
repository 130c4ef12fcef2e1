// What the scripts of the day board share: where visits stand, what the server answers, what is said.
// Without any of them the board is a page of links and forms.
(() => {
  "use strict";

  const board = document.getElementById("board");
  if (!board) return;
  const words = document.getElementById("board-words").dataset;
  const live = document.getElementById("live");
  const alarm = document.getElementById("board-alert");
  const PATIENCE = 15000;
  // Sheets and panels are no pages: htmx would put the address of every boosted form into the history.
  if (window.htmx) window.htmx.config.historyEnabled = false;

  const first = Number(board.dataset.first);
  const last = Number(board.dataset.last);
  const visits = () => [...board.querySelectorAll(".vb")];
  const visit = (reference) => document.getElementById(`v-${reference}`);
  const link = (article) => article.querySelector(".vb-in");
  const columns = () => [...board.querySelectorAll(".bcol[data-column]")];
  // Who has no room stands in a column of their own, but nobody can be put there.
  const targets = (from) => columns().filter((each) => each.dataset.column || each === from);
  const column = (id) => board.querySelector(`.bcol[data-column="${CSS.escape(id)}"]`);
  const clock = (minutes) =>
    `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (_all, name) => parts[name]);

  // A place is a column, a start and a length; both in minutes, the start from local midnight.
  const placeOf = (article) => ({
    column: article.closest(".bcol"),
    start: Number(article.dataset.start),
    minutes: Number(article.dataset.minutes),
  });
  const isSame = (one, other) =>
    one.column === other.column && one.start === other.start && one.minutes === other.minutes;

  // In the order of time, which is the order for whoever reads or tabs.
  const insert = (article, into) => {
    const later = [...into.querySelectorAll(".vb")].find(
      (other) => other !== article && Number(other.dataset.start) > Number(article.dataset.start),
    );
    if (article.parentElement === into && article.nextElementSibling === later) return;
    if (article.isConnected && into.moveBefore) into.moveBefore(article, later || null); // the focus stays in it
    else into.insertBefore(article, later || null);
  };
  const put = (article, place) => {
    article.dataset.start = place.start;
    article.dataset.minutes = place.minutes;
    article.style.top = `calc(var(--minute) * ${place.start - first})`;
    article.style.height = `calc(var(--minute) * ${place.minutes})`;
    const hadFocus = article.contains(document.activeElement);
    insert(article, place.column);
    if (hadFocus && !article.contains(document.activeElement)) link(article).focus({ preventScroll: true });
  };

  // One polite region for outcomes; an alert that stays for what was refused.
  const announce = (text) => {
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  };
  const announceVisit = (reference) => {
    const article = visit(reference);
    if (article) announce(link(article).textContent.replace(/\s+/g, " ").trim());
  };
  const quiet = () => {
    if (alarm.contains(document.activeElement)) focusAgain(alarm.opener);
    alarm.replaceChildren();
  };
  const warn = (text, override) => {
    alarm.opener = describe(document.activeElement);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = words.close;
    close.addEventListener("click", quiet);
    const said = document.createElement("span");
    said.textContent = text;
    alarm.replaceChildren(said, close);
    if (override) {
      const link = document.createElement("a");
      link.href = override;
      link.dataset.sheet = "";
      link.textContent = words.override;
      said.after(link);
    }
    // A dialog hides everything under it: what is said goes on top of it.
    const top = document.querySelector("dialog[open]") || document.body;
    if (alarm.parentElement !== top) top.append(alarm);
  };

  // Elements come and go with every answer: a description finds the one that took the place of another.
  const describe = (element) => {
    if (!element || element === document.body) return null;
    const reference = element.closest(".vb")?.dataset.ref;
    const selectors = [
      element.id && `#${CSS.escape(element.id)}`,
      reference && `#v-${reference} .vb-in`,
      element.name && `[name="${CSS.escape(element.name)}"]`,
      element.dataset.key && `[data-key="${CSS.escape(element.dataset.key)}"]`,
      element.getAttribute("href") && `a[href="${CSS.escape(element.getAttribute("href"))}"]`,
      element.form?.getAttribute("action") && `form[action="${CSS.escape(element.form.getAttribute("action"))}"] button`,
    ];
    return { element, selectors: selectors.filter(Boolean) };
  };
  const focusAgain = (described, root = document) => {
    if (!described) return false;
    const found = described.element.isConnected
      ? described.element
      : described.selectors.map((selector) => root.querySelector(selector)).find(Boolean);
    found?.focus({ preventScroll: true });
    return Boolean(found);
  };
  const swap = (place, html) => {
    const focused = place.contains(document.activeElement) ? describe(document.activeElement) : null;
    const { scrollTop, scrollLeft } = place;
    place.innerHTML = html;
    window.htmx?.process(place);
    Object.assign(place, { scrollTop, scrollLeft });
    if (focused && !focusAgain(focused, place)) place.querySelector("[data-focus], a, button")?.focus({ preventScroll: true });
  };

  // Every request says whether it worked: "done", "refused" (the server's words are shown by who listens),
  // "signed-out" or "lost". Nothing here follows a redirect: only the sign-in page would be behind it.
  const ask = (address, options = {}) => fetch(address, {
    ...options,
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
    headers: { "HX-Request": "true", ...options.headers },
  });
  const isSignedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 403;
  const pass = (answer) => {
    const told = JSON.parse(answer.headers.get("HX-Trigger") || "{}");
    for (const [name, detail] of Object.entries(told)) {
      // A drag or a key leaves the person where they are; forms open the visit they were about.
      document.body.dispatchEvent(new CustomEvent(name, { detail: { ...detail, stays: true }, bubbles: true }));
    }
    return Object.keys(told);
  };
  const post = async (address, fields) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await ask(address, {
        method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token },
      });
      if (isSignedOut(answer)) {
        document.dispatchEvent(new Event("board-signed-out"));
        return "signed-out";
      }
      const told = pass(answer);
      if (!answer.ok && !told.includes("board-refused")) warn(words.failed);
      return answer.ok ? "done" : "refused";
    } catch {
      return "lost";
    }
  };

  document.body.addEventListener("board-refused", ({ detail }) => warn(detail.words, detail.override));
  document.body.addEventListener("board-done", quiet);

  window.nuanBoard = {
    board, words, first, last, visits, visit, link, columns, targets, column, clock, fill, placeOf, isSame, insert, put,
    announce, announceVisit, warn, describe, focusAgain, swap, ask, isSignedOut, post,
    isMovable: (article) =>
      board.dataset.mayAct === "1" && article.dataset.movable === "1" && !article.hasAttribute("aria-busy")
      && article.dataset.seen !== undefined,
    isDragging: () => false,
    poll: () => {},
  };
})();
