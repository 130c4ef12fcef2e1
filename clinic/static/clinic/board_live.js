// The board stays as the server has it: asked every four seconds while somebody looks, never twice at once.
(() => {
  "use strict";
  const shared = window.nuanBoard;
  if (!shared) return;
  const { board, words, first, last, visits, visit, link, column, insert, swap, clock, fill } = shared;

  const EVERY = 4000;
  const LONGEST = 60000;
  const bar = document.getElementById("not-live");
  let timer = 0;
  let asking = null;
  let askAgain = false;
  let failures = 0;
  let isSignedOut = false;
  let kept = null; // an answer that came while somebody was dragging
  let lastLive = Date.now();
  const siteClock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", timeZone: board.dataset.zone,
  });

  // What the server last sent, as the browser writes it; marks of our own are not in it.
  const parse = (html) => {
    const box = document.createElement("template");
    box.innerHTML = html;
    return box.content.firstElementChild;
  };
  const withoutToken = (html) => html.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "").trim();
  const asShown = () =>
    visits().map((each) => [each.dataset.ref, `${each.closest(".bcol").dataset.column} ${each.outerHTML}`]);
  const shown = new Map(asShown());
  let isWhole = true; // false if more than visits has changed: hours, columns, time off
  const parts = new Map();

  // The clock of the clinic runs on from the server's last word; a day that is not today has none.
  let serverNow = Number(board.dataset.now);
  let serverNowAt = Date.now();
  const makeLine = () => {
    const line = document.createElement("div");
    line.className = "nowline";
    line.setAttribute("aria-hidden", "true");
    line.append(document.createElement("b"));
    board.querySelector(".bcol").parentElement.append(line);
    return line;
  };
  const drawNow = () => {
    if (!serverNow) return;
    const now = serverNow + Math.floor((Date.now() - serverNowAt) / 60000);
    const line = board.querySelector(".nowline") || makeLine();
    if (Number(line.dataset.now) === now && line.style.top) return;
    line.dataset.now = now;
    line.style.top = `calc(var(--minute) * ${now - first})`;
    line.hidden = now < first || now > last;
    line.querySelector("b").textContent = clock(now);
  };

  const say = (text, more) => {
    if (bar.dataset.said === text) return;
    bar.dataset.said = text;
    bar.replaceChildren(text, ...(more ? [" ", more] : []));
    bar.hidden = false;
    shared.announce(text);
  };
  // Who signed in again has a new token for forms; what is typed in them stays as it is.
  const renewToken = async () => {
    const page = await (await fetch(window.location.href)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (!fresh) return;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.value;
  };
  const recover = () => {
    failures = 0;
    if (isSignedOut) renewToken().catch(fail);
    isSignedOut = false;
    lastLive = Date.now();
    if (bar.hidden) return;
    bar.hidden = true;
    delete bar.dataset.said;
    shared.announce(words.liveAgain);
  };
  const fail = () => {
    failures += 1;
    say(fill(words.notLive, { time: siteClock.format(lastLive) }));
  };
  const endSession = () => {
    isSignedOut = true;
    const again = document.createElement("a");
    again.href = window.location.href; // the page itself asks who is there, and comes back here
    again.textContent = words.signIn;
    say(words.signedOut, again);
  };

  const redraw = (reference, { column: id, html }) => {
    const fresh = parse(html);
    const old = visit(reference);
    const place = column(id);
    const key = `${id} ${fresh.outerHTML}`;
    const { start, minutes } = fresh.dataset;
    if (!place || Number(start) < first || Number(start) + Number(minutes) > last) isWhole = false;
    if (shown.get(reference) === key && old) return false;
    shown.set(reference, key);
    const hadFocus = old?.contains(document.activeElement);
    old?.remove();
    if (place) insert(fresh, place);
    if (hadFocus && place) link(fresh).focus({ preventScroll: true });
    return true;
  };
  const remove = (article) => {
    const hadFocus = article.contains(document.activeElement);
    const near = article.closest(".bcol").querySelectorAll(".vb");
    const at = [...near].indexOf(article);
    const next = near[at + 1] || near[at - 1];
    shown.delete(article.dataset.ref);
    article.remove();
    if (hadFocus) (next ? link(next) : board).focus({ preventScroll: true });
  };
  // When people and rooms are off; other columns or hours than the page has need a new page.
  const drawAround = (answer) => {
    if (answer.grid && answer.grid !== board.dataset.grid) isWhole = false;
    if (!isWhole) return;
    for (const [id, html] of Object.entries(answer.shades || {})) {
      const box = document.createElement("template");
      box.innerHTML = html;
      for (const shade of column(id).querySelectorAll(".voff")) shade.remove();
      column(id).prepend(box.content);
    }
  };
  const drawParts = (answer) => {
    for (const [name, html] of Object.entries(answer.parts || {})) {
      const place = document.querySelector(`[data-part="${name}"]`);
      if (!place || (name === "heads" && !isWhole)) continue;
      const box = document.createElement("template");
      box.innerHTML = html;
      const key = withoutToken(box.innerHTML);
      if (!parts.has(name)) parts.set(name, withoutToken(place.innerHTML));
      if (parts.get(name) === key) continue;
      parts.set(name, key);
      swap(place, html);
    }
  };

  // The grid as the page would have it now. While something is on its way the next poll asks again.
  const redrawGrid = async () => {
    const answer = await fetch(window.location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
    if (!fresh) throw new Error("no board");
    if (shared.isDragging() || board.querySelector("[aria-busy]")) return;
    if (Number(fresh.dataset.first) !== first || Number(fresh.dataset.last) !== last) {
      if (!document.querySelector("dialog[open]")) window.location.reload();
      return;
    }
    swap(board, fresh.innerHTML);
    Object.assign(board.dataset, { version: fresh.dataset.version, grid: fresh.dataset.grid });
    shown.clear();
    for (const [reference, key] of asShown()) shown.set(reference, key);
    document.dispatchEvent(new CustomEvent("board-applied", { detail: { changed: new Set(shown.keys()) } }));
  };

  // A visit whose drop is on its way is left alone, and asked for again.
  const apply = (answer) => {
    isWhole = true;
    const changed = new Set();
    let isComplete = true;
    for (const [reference, what] of Object.entries(answer.visits)) {
      if (visit(reference)?.hasAttribute("aria-busy")) isComplete = false;
      else if (redraw(reference, what)) changed.add(reference);
    }
    const there = new Set(answer.refs);
    for (const article of visits()) {
      if (there.has(article.dataset.ref)) continue;
      if (article.hasAttribute("aria-busy")) isComplete = false;
      else {
        changed.add(article.dataset.ref);
        remove(article);
      }
    }
    drawAround(answer);
    drawParts(answer);
    serverNow = answer.now;
    serverNowAt = Date.now();
    drawNow();
    if (!isWhole) redrawGrid().catch(fail);
    else if (isComplete) board.dataset.version = answer.version;
    document.dispatchEvent(new CustomEvent("board-applied", { detail: { changed } }));
  };

  const read = async () => {
    const address = new URL(board.dataset.changes, window.location.href);
    address.searchParams.set("version", board.dataset.version);
    const answer = await shared.ask(address, { headers: { "X-Nuan-Poll": "1", Accept: "application/json" } });
    if (shared.isSignedOut(answer)) {
      endSession();
      return;
    }
    if (!answer.ok) throw new Error("not live");
    const changes = answer.status === 204 ? null : await answer.json();
    recover();
    if (changes && shared.isDragging()) kept = changes;
    else if (changes) apply(changes);
  };
  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden && !isSignedOut) timer = setTimeout(poll, Math.min(EVERY * 2 ** failures, LONGEST));
  };
  const poll = () => {
    clearTimeout(timer);
    if (asking) {
      askAgain = true;
      return asking;
    }
    asking = read().catch(fail).finally(() => {
      asking = null;
      if (askAgain) {
        askAgain = false;
        poll();
      } else {
        plan();
      }
    });
    return asking;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
  document.addEventListener("board-dragged", () => {
    if (kept) apply(kept);
    kept = null;
  });
  document.addEventListener("board-signed-out", endSession);
  document.body.addEventListener("board-refused", () => poll());
  window.addEventListener("online", () => poll());
  window.addEventListener("offline", fail);
  window.addEventListener("focus", () => isSignedOut && poll());
  window.addEventListener("pageshow", (event) => event.persisted && poll());
  setInterval(drawNow, 5000);

  shared.poll = poll;
  shared.forget = (reference) => shown.delete(reference);
  drawNow();
  // Whoever opens today sees what is on now.
  const nowLine = board.querySelector(".nowline");
  if (nowLine && !nowLine.hidden) board.scrollTop = Math.max(0, nowLine.offsetTop - board.clientHeight / 3);
  plan();
})();
