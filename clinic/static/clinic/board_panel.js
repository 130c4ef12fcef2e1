// The panel beside the board: one visit, kept in the address, and as fresh as the board unless somebody types in it.
(() => {
  "use strict";
  const shared = window.nuanBoard;
  const panel = document.getElementById("panel");
  if (!shared || !panel) return;
  const { board, words, visit, visits, link, swap } = shared;

  const app = document.body;
  let reference = new URL(window.location.href).searchParams.get("visit") || "";
  let asked = 0;
  let isTyped = false;
  let isStale = false;

  const mark = () => {
    for (const each of visits()) {
      const isOpen = each.dataset.ref === reference;
      each.classList.toggle("sel", isOpen);
      if (isOpen) link(each).setAttribute("aria-current", "true");
      else link(each).removeAttribute("aria-current");
    }
  };
  const remember = () => {
    const address = new URL(window.location.href);
    if (reference) address.searchParams.set("visit", reference);
    else address.searchParams.delete("visit");
    address.hash = "";
    window.history.replaceState(window.history.state, "", address);
  };
  const load = async (address, mine) => {
    const answer = await shared.ask(address);
    if (mine !== asked) return false;
    if (shared.isSignedOut(answer)) document.dispatchEvent(new Event("board-signed-out"));
    if (!answer.ok) throw new Error("no panel");
    const html = await answer.text();
    if (mine !== asked) return false;
    isTyped = false;
    isStale = false;
    swap(panel, html);
    return true;
  };

  const open = async (which, address, { focus = false } = {}) => {
    const mine = asked += 1;
    reference = which;
    panel.setAttribute("aria-busy", "true");
    try {
      if (!(await load(address, mine))) return;
      panel.hidden = false;
      app.classList.add("has-panel");
      remember();
      mark();
      if (focus) panel.querySelector("[data-focus], h2")?.focus({ preventScroll: true });
      panel.scrollTop = 0;
    } catch {
      if (mine === asked) shared.warn(words.failed);
    } finally {
      if (mine === asked) panel.removeAttribute("aria-busy");
    }
  };
  const close = () => {
    asked += 1;
    const article = visit(reference);
    const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
    reference = "";
    isTyped = false;
    panel.hidden = true;
    panel.replaceChildren();
    app.classList.remove("has-panel");
    remember();
    mark();
    if (hadFocus && article) link(article).focus({ preventScroll: true });
  };
  // Only what the visit's own block says where its panel is; the address of others follows the same pattern.
  const addressOf = (which) => {
    const article = visit(which);
    return article ? link(article).dataset.panel : board.dataset.panels?.replace("REF", encodeURIComponent(which));
  };
  const refresh = () => {
    if (!reference || panel.hidden) return;
    isStale = true;
    const typing = isTyped || panel.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
    const address = panel.dataset.address || addressOf(reference);
    if (typing || !address || shared.isDragging()) return;
    load(address, asked).catch(() => {});
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("a[data-panel]");
    if (!opener || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const which = opener.closest(".vb")?.dataset.ref || new URL(opener.href).searchParams.get("visit");
    panel.dataset.address = opener.dataset.panel;
    open(which, opener.dataset.panel, { focus: true });
  }, true);
  panel.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (!closer) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  }, true);
  panel.addEventListener("input", () => { isTyped = true; });
  panel.addEventListener("focusout", () => isStale && !isTyped && setTimeout(refresh));

  document.addEventListener("board-applied", ({ detail }) => {
    mark();
    if (detail.changed.has(reference) || isStale) refresh();
  });
  document.body.addEventListener("board-done", ({ detail }) => {
    const { ref, site, day, address, stays } = detail;
    isTyped = false;
    if (site !== board.dataset.site || day !== board.dataset.day) {
      window.location.assign(address);
      return;
    }
    const polled = shared.poll();
    if (!ref || stays) return;
    polled.then(() => shared.announceVisit(ref));
    const where = addressOf(ref);
    if (!where) return;
    panel.dataset.address = where;
    open(ref, where);
  });

  if (reference && !panel.hidden) {
    app.classList.add("has-panel");
    mark();
  }
  shared.closePanel = close;
  shared.openReference = () => (panel.hidden ? "" : reference);
})();
