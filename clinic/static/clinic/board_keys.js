// Keys of the board. Single letters have an off-switch in their help (a plain cookie, as on the clinicians' pages).
(() => {
  "use strict";
  const shared = window.nuanBoard;
  if (!shared) return;
  const { board, words, visits, visit, link, columns, placeOf } = shared;

  const safely = location.protocol === "https:";
  const COOKIE = safely ? "__Host-nuan-keys=off" : "nuan-keys=off";
  const help = document.getElementById("keys");
  let on = !document.cookie.split("; ").includes(COOKIE);

  // One visit is in the order of Tab; arrows go to the others.
  let current = "";
  const mark = () => {
    const all = visits();
    const chosen = all.find((each) => each.dataset.ref === current) || all[0];
    for (const each of all) link(each).tabIndex = each === chosen ? 0 : -1;
  };
  board.addEventListener("focusin", ({ target }) => {
    const article = target.closest(".vb");
    if (!article || article.dataset.ref === current) return;
    const before = visit(current);
    if (before) link(before).tabIndex = -1;
    else mark();
    current = article.dataset.ref;
    link(article).tabIndex = 0;
  });
  const inColumn = (column) => [...column.querySelectorAll(".vb")];
  const beside = (article, step) => {
    const all = columns();
    const { start } = placeOf(article);
    for (let at = all.indexOf(article.closest(".bcol")) + step; at >= 0 && at < all.length; at += step) {
      const near = inColumn(all[at]).sort(
        (one, other) => Math.abs(one.dataset.start - start) - Math.abs(other.dataset.start - start),
      );
      if (near.length) return near[0];
    }
    return null;
  };
  const neighbour = (article, key) => {
    const own = inColumn(article.closest(".bcol"));
    const at = own.indexOf(article);
    switch (key) {
      case "ArrowUp": return own[at - 1];
      case "ArrowDown": return own[at + 1];
      case "Home": return own[0];
      case "End": return own.at(-1);
      case "ArrowLeft": return beside(article, -1);
      case "ArrowRight": return beside(article, 1);
      default: return undefined;
    }
  };
  board.addEventListener("keydown", (event) => {
    const article = event.target.closest(".vb");
    if (!article || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = neighbour(article, event.key);
    if (next === undefined) {
      if (event.key.startsWith("Arrow")) event.preventDefault();
      return;
    }
    event.preventDefault();
    if (!next) return;
    link(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // On a Thai keyboard the same key gives another letter: then the key itself counts.
  const CODES = { Slash: "/", BracketLeft: "[", BracketRight: "]" };
  const letter = (event) => {
    if (/^[\x21-\x7e]$/.test(event.key)) return event.key.toLowerCase();
    if (event.key.length !== 1) return event.key;
    if (event.code === "Slash" && event.shiftKey) return "?";
    return CODES[event.code] || event.code.replace(/^Key/, "").toLowerCase();
  };
  const isTyping = (target) =>
    target.isContentEditable || target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  // The visit that has the focus; otherwise the one in the panel.
  const chosenVisit = () =>
    document.activeElement.closest(".vb") || visit(shared.openReference());
  const STEPS = { a: "arrive", r: "in-room", d: "finish" };
  const CARE_STEPS = "rd"; // nurses and doctors take these too; the rest is the desk's
  const act = (key) => {
    const article = chosenVisit();
    if (!article || (board.dataset.mayAct !== "1" && !CARE_STEPS.includes(key))) return false;
    if (key in STEPS) shared.take(article, STEPS[key]);
    else if (key === "m") shared.openSheet(shared.step(article, "move"), link(article));
    else if (key === "g") {
      link(article).focus({ preventScroll: true });
      shared.grab(article);
    } else return false;
    return true;
  };
  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    target.focus();
    if (target.matches("input")) target.select();
    else target.click();
    return true;
  };

  const openHelp = () => {
    help.opener = shared.describe(document.activeElement);
    help.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || shared.isDragging() || shared.isGrabbing()) return;
    if (event.key === "Escape") {
      if (shared.openReference()) shared.closePanel();
      return;
    }
    if (!on || isTyping(event.target)) return;
    const key = letter(event);
    if (key === "?") openHelp();
    else if (event.shiftKey || (!act(key) && !press(key))) return;
    event.preventDefault();
  });

  const box = help.querySelector("[data-keys-switch]");
  box.checked = on;
  box.addEventListener("change", () => {
    on = box.checked;
    document.cookie = `${COOKIE}; path=/; samesite=lax; max-age=${on ? 0 : 31536000}${safely ? "; secure" : ""}`;
    shared.announce(on ? words.keysOn : words.keysOff);
  });
  help.addEventListener("click", ({ target }) => {
    if (target === help || target.closest("[data-close]")) help.close();
  });
  help.addEventListener("close", () => shared.focusAgain(help.opener));
  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", openHelp);
  }

  document.addEventListener("board-applied", mark);
  mark();
})();
