// Where a visit is put down: shown there at once, asked of the server, put back if it says no.
(() => {
  "use strict";
  const shared = window.nuanBoard;
  if (!shared) return;
  const { board, words, first, last, targets, placeOf, isSame, put, clock, fill } = shared;

  const step = (article, name) => shared.link(article).dataset.panel.replace(/panel\/$/, `${name}/`);
  const say = (place) =>
    fill(words.place, { from: clock(place.start), to: clock(place.start + place.minutes), column: place.column.dataset.name });

  // The same drop may be sent twice, with one key: it counts once.
  const send = async (address, fields) => {
    const result = await shared.post(address, fields);
    return result === "lost" ? shared.post(address, fields) : result;
  };
  const drop = async (article, to) => {
    const from = placeOf(article);
    if (isSame(from, to)) return;
    const fields = {
      start: `${board.dataset.day}T${clock(to.start)}`,
      column: to.column.dataset.column,
      kind: to.column.dataset.kind,
      seen: article.dataset.seen,
      key: crypto.randomUUID(),
    };
    if (to.minutes !== from.minutes) fields.minutes = to.minutes;
    put(article, to);
    article.setAttribute("aria-busy", "true");
    const result = await send(step(article, "drop"), fields);
    article.removeAttribute("aria-busy");
    if (result === "done") {
      delete article.dataset.seen; // nobody takes hold of it before it is drawn anew: they would come second
      shared.forget(article.dataset.ref);
      shared.announce(fill(words.moved, { place: say(to) }));
    } else {
      put(article, from);
      if (result === "lost") shared.warn(words.offline);
      if (result === "signed-out") shared.warn(words.signedOut);
    }
    await shared.poll();
  };

  // A step by its key: the same address as its button in the panel.
  const take = async (article, name) => {
    if (article.hasAttribute("aria-busy") || !article.dataset.seen) return;
    article.setAttribute("aria-busy", "true");
    const result = await send(step(article, name), { seen: article.dataset.seen, key: crypto.randomUUID() });
    article.removeAttribute("aria-busy");
    if (result === "done") delete article.dataset.seen;
    if (result === "lost") shared.warn(words.offline);
    if (result === "signed-out") shared.warn(words.signedOut);
    await shared.poll();
    if (result === "done") shared.announceVisit(article.dataset.ref);
  };

  // A shadow of the visit where it would be put down. It is always there, since a new element would have the
  // browser look through the whole page's styles; it measures once, and then only moves what is seen.
  const element = document.createElement("div");
  element.setAttribute("aria-hidden", "true");
  const text = document.createTextNode("");
  element.append(document.createElement("b"));
  element.firstChild.append(text);
  const takeGhost = (kind = "") => {
    element.className = `vghost ${kind}`.trim();
    if (!element.isConnected) board.querySelector(".bcol[data-column]")?.parentElement.append(element);
  };
  takeGhost();
  document.addEventListener("board-applied", () => element.isConnected || takeGhost());
  const makeGhost = (article, kind) => {
    takeGhost(kind);
    const box = element.offsetParent.getBoundingClientRect();
    const measured = targets(article.closest(".bcol")).map((column) => {
      const { left, top, width, height } = column.getBoundingClientRect();
      return { column, left: left - box.left, top: top - box.top, width, height };
    });
    const perMinute = measured[0].height / (last - first);
    let drawn = null;
    article.classList.add("is-lifted");
    element.classList.add("is-on");
    return {
      element,
      perMinute,
      measured,
      origin: () => element.offsetParent.getBoundingClientRect(),
      show: (place) => {
        if (drawn && isSame(drawn, place)) return;
        const { left, top, width } = measured.find((each) => each.column === place.column);
        if (!drawn || drawn.column !== place.column) element.style.width = `${width}px`;
        if (!drawn || drawn.minutes !== place.minutes) element.style.height = `${place.minutes * perMinute}px`;
        element.style.transform = `translate(${left}px, ${top + (place.start - first) * perMinute}px)`;
        text.data = `${clock(place.start)} – ${clock(place.start + place.minutes)}`;
        drawn = place;
      },
      remove: () => {
        element.classList.remove("is-on");
        article.classList.remove("is-lifted");
      },
    };
  };

  // Within the day that is shown, and never shorter than a step.
  const within = ({ column, start, minutes }, shortest) => {
    const long = Math.max(shortest, Math.min(minutes, last - first));
    return { column, start: Math.max(first, Math.min(start, last - long)), minutes: long };
  };

  Object.assign(shared, { drop, take, step, say, makeGhost, within });
})();
