// Small forms over the board: links with data-sheet open in one dialog. Typed text is never thrown away unasked.
(() => {
  "use strict";
  const shared = window.nuanBoard;
  const dialog = document.getElementById("sheet");
  if (!shared || !dialog) return;
  const { words, board, describe, focusAgain } = shared;

  const body = document.getElementById("sheet-body");
  const question = document.getElementById("sheet-question");
  let opener = null;
  let asked = 0; // the newest request wins
  let isTyped = false;

  const focusFirst = () => {
    const target = body.querySelector(".errors") || body.querySelector("[autofocus]") || body.querySelector("[data-focus]");
    target?.focus();
  };
  const open = async (address, from = document.activeElement) => {
    if (!dialog.open) opener = describe(from);
    const mine = asked += 1;
    if (!dialog.open) {
      body.replaceChildren();
      dialog.showModal();
    }
    body.setAttribute("aria-busy", "true");
    try {
      const answer = await shared.ask(address);
      if (mine !== asked) return;
      if (shared.isSignedOut(answer)) {
        shut();
        document.dispatchEvent(new Event("board-signed-out"));
        return;
      }
      if (!answer.ok) throw new Error("no sheet");
      isTyped = false;
      shared.swap(body, await answer.text());
      focusFirst();
    } catch {
      if (mine !== asked) return;
      shut();
      shared.warn(words.failed);
    } finally {
      body.removeAttribute("aria-busy");
    }
  };

  const shut = () => {
    asked += 1;
    isTyped = false;
    question.hidden = true;
    const alarm = document.getElementById("board-alert");
    if (dialog.contains(alarm)) document.body.append(alarm);
    if (dialog.open) dialog.close();
    body.replaceChildren();
    if (opener && !focusAgain(opener)) board.focus({ preventScroll: true });
    opener = null;
  };
  const close = () => {
    if (!isTyped) {
      shut();
      return;
    }
    question.hidden = false;
    question.querySelector("[data-keep]").focus();
  };
  question.querySelector("[data-throw]").addEventListener("click", shut);
  question.querySelector("[data-keep]").addEventListener("click", () => {
    question.hidden = true;
    (body.querySelector("[data-typed]") || body.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
  });

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (question.hidden) close();
    else question.querySelector("[data-keep]").click();
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("[data-close]")) close();
  });
  // What was typed last is where the person goes on. A date or a choice counts as typed as well.
  body.addEventListener("input", ({ target }) => {
    isTyped = true;
    for (const field of body.querySelectorAll("[data-typed]")) delete field.dataset.typed;
    target.dataset.typed = "";
  });

  // Links are opened here before htmx, or the browser, follows them; with a modifier they are plain links.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-sheet]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    open(link.href, link);
  }, true);

  // A form that ends on another page than its own (the sign-in page) is not shown in the sheet.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target !== body && target?.id !== "panel") return;
    if (/^\s*<!doctype/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      document.dispatchEvent(new Event("board-signed-out"));
      shared.warn(words.signedOut);
    } else if (target === body && xhr.status === 200) {
      isTyped = false;
    }
  });
  // After page.js, which would go to the heading.
  document.addEventListener("htmx:afterSettle", ({ target }) => target === body && focusFirst());
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.body.addEventListener(fault, ({ detail }) => {
      const { status = 0 } = detail.xhr || {};
      if (status === 409) return; // refused, in words of its own
      if (status === 403) document.dispatchEvent(new Event("board-signed-out"));
      shared.warn(status === 403 ? words.signedOut : status ? words.failed : words.offline);
    });
  }

  document.body.addEventListener("board-done", shut);

  // An empty time of a column is where a visit is booked.
  board.addEventListener("click", (event) => {
    const { target } = event;
    const column = target.closest(".bcol[data-column]");
    if (!column || target.closest(".vb, .voff, a, button") || board.dataset.mayAct !== "1" || !board.dataset.book) return;
    const perMinute = column.getBoundingClientRect().height / (shared.last - shared.first);
    const pressed = shared.first + (event.clientY - column.getBoundingClientRect().top) / perMinute;
    const address = new URL(board.dataset.book, window.location.href);
    address.searchParams.set("time", shared.clock(Math.floor(pressed / 10) * 10));
    address.searchParams.set("column", column.dataset.column);
    open(address);
  });

  shared.openSheet = open;
})();
