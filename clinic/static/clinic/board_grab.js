// The key path of every drag: G (or Alt and an arrow) takes hold of a visit, arrows move it, Enter puts it down.
(() => {
  "use strict";
  const shared = window.nuanBoard;
  if (!shared) return;
  const { board, words, targets, placeOf, isSame, isMovable, makeGhost, within, say, announce, fill } = shared;

  const STEP = 10;
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  let grab = null;

  const begin = (article) => {
    const place = placeOf(article);
    grab = { article, ghost: makeGhost(article, "is-grab"), from: place, place, seen: article.dataset.seen };
    grab.ghost.show(place);
  };
  const end = () => {
    grab.ghost.remove();
    grab = null;
  };
  const cancel = (text) => {
    end();
    announce(text);
  };
  const shift = ([across, down], isLength) => {
    const { place } = grab;
    const all = targets(grab.from.column);
    const at = all.indexOf(place.column) + (isLength ? 0 : across);
    const next = within({
      column: all[Math.max(0, Math.min(at, all.length - 1))],
      start: place.start + (isLength ? 0 : down * STEP),
      minutes: place.minutes + (isLength ? down * STEP : 0),
    }, Math.min(STEP, place.minutes));
    if (isLength) next.start = place.start;
    if (next.start + next.minutes > shared.last) return;
    grab.place = next;
    grab.ghost.show(next);
    grab.ghost.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(say(next));
  };

  board.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    const article = event.target.closest(".vb");
    if (event.ctrlKey || event.metaKey || !article) return;
    if (!grab) {
      if (!event.altKey || !arrow) return;
      if (isMovable(article)) {
        begin(article);
        shift(arrow, event.shiftKey);
      } else {
        announce(words.fixed);
      }
    } else if (arrow) {
      shift(arrow, event.shiftKey);
    } else if (event.key === "Enter") {
      const { place, from } = grab;
      end();
      if (isSame(place, from)) announce(words.unmoved);
      else shared.drop(article, place);
    } else if (event.key === "Escape") {
      cancel(words.unmoved);
    } else if (event.key !== "Tab") {
      return;
    }
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  board.addEventListener("focusout", ({ target }) => {
    // An answer may replace the visit while it is held: the focus comes back by itself.
    setTimeout(() => {
      if (grab && grab.article.contains(target) && !grab.article.contains(document.activeElement)) cancel(words.unmoved);
    });
  });
  document.addEventListener("board-applied", () => {
    if (!grab) return;
    const now = shared.visit(grab.article.dataset.ref);
    if (now === grab.article) return;
    if (!now || now.dataset.seen !== grab.seen) {
      cancel(words.changed);
      return;
    }
    // Columns may be new elements as well.
    const again = (place) => ({ ...place, column: shared.column(place.column.dataset.column) });
    const place = again(grab.place);
    const from = again(grab.from);
    grab.ghost.remove();
    if (!place.column || !from.column) {
      grab = null;
      announce(words.unmoved);
      return;
    }
    grab = { ...grab, article: now, ghost: makeGhost(now, "is-grab"), from, place };
    grab.ghost.show(place);
  });

  shared.grab = (article) => {
    if (grab) return;
    if (!isMovable(article)) {
      announce(words.fixed);
      return;
    }
    begin(article);
    announce(fill(words.grabbed, { place: say(grab.place) }));
  };
  shared.isGrabbing = () => grab !== null;
})();
