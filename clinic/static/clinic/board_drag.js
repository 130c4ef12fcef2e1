// Visits are dragged with a mouse, a pen or, after a long press, a finger. Nothing needs it: G and Move do the same.
(() => {
  "use strict";
  const shared = window.nuanBoard;
  if (!shared) return;
  const { board, first, last, placeOf, isMovable, makeGhost, within } = shared;

  const SLACK = 4; // pixels a button may tremble and still click
  const FINGER_SLACK = 10;
  const LONG_PRESS = 350;
  const EDGE = 48; // pixels at an edge in which the board scrolls
  const FASTEST = 14;
  let press = null;
  let drag = null;
  let frame = 0;

  const scrollerOf = (element, axis) => {
    for (let each = element.parentElement; each; each = each.parentElement) {
      const overflow = getComputedStyle(each)[`overflow${axis}`];
      const size = axis === "X" ? "Width" : "Height";
      if (/auto|scroll/.test(overflow) && each[`scroll${size}`] > each[`client${size}`]) return each;
    }
    return document.scrollingElement;
  };
  const edgesOf = (scroller) =>
    scroller === document.scrollingElement
      ? { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight }
      : scroller.getBoundingClientRect();

  const start = () => {
    const { x, y, mode, pointer } = press;
    // The board may have drawn it anew since the press; what somebody has just changed is looked at first.
    const article = shared.visit(press.article.dataset.ref);
    if (!article || article.dataset.seen !== press.article.dataset.seen || !isMovable(article)) {
      stop({ drops: false });
      return;
    }
    clearTimeout(press.timer);
    const ghost = makeGhost(article, mode === "resize" ? "is-resize" : "");
    const place = placeOf(article);
    const down = scrollerOf(ghost.element, "Y");
    const across = scrollerOf(ghost.element, "X");
    drag = {
      article, ghost, mode, from: place, place, x, y, isFine: false,
      // Where in the visit it was taken hold of, in minutes.
      grip: (y - article.getBoundingClientRect().top) / ghost.perMinute - (mode === "resize" ? place.minutes : 0),
      down, across, downEdges: edgesOf(down), acrossEdges: edgesOf(across),
    };
    try {
      article.setPointerCapture(pointer);
    } catch { /* the pointer has just left */ }
    ghost.show(place);
    window.navigator.vibrate?.(10);
  };

  const speed = (at, low, high) => {
    if (at < low + EDGE) return -FASTEST * Math.min(1, (low + EDGE - at) / EDGE);
    if (at > high - EDGE) return FASTEST * Math.min(1, (at - high + EDGE) / EDGE);
    return 0;
  };
  const scroll = () => {
    const before = [drag.down.scrollTop, drag.across.scrollLeft];
    const dy = speed(drag.y, drag.downEdges.top, drag.downEdges.bottom);
    const dx = drag.mode === "move" ? speed(drag.x, drag.acrossEdges.left, drag.acrossEdges.right) : 0;
    if (dy) drag.down.scrollTop += dy;
    if (dx) drag.across.scrollLeft += dx;
    return before[0] !== drag.down.scrollTop || before[1] !== drag.across.scrollLeft;
  };
  const aim = () => {
    const { ghost, from, grip, mode, isFine, x, y } = drag;
    const origin = ghost.origin();
    const snap = isFine ? 5 : 10;
    const at = first + (y - origin.top - ghost.measured[0].top) / ghost.perMinute - grip;
    const snapped = Math.round(at / snap) * snap;
    if (mode === "resize") {
      return { ...from, minutes: Math.max(snap, Math.min(snapped, last) - from.start) };
    }
    const across = x - origin.left;
    const over = ghost.measured.findLast((each) => across >= each.left) || ghost.measured[0];
    return within({ column: over.column, start: snapped, minutes: from.minutes }, snap);
  };
  const draw = () => {
    frame = 0;
    if (!drag) return;
    const hasScrolled = scroll();
    drag.place = aim();
    drag.ghost.show(drag.place);
    if (hasScrolled) ask();
  };
  const ask = () => {
    frame ||= requestAnimationFrame(draw);
  };

  const stop = ({ drops }) => {
    clearTimeout(press?.timer);
    press = null;
    if (!drag) return;
    const { article, ghost, from } = drag;
    const place = drops ? aim() : from;
    drag = null;
    cancelAnimationFrame(frame);
    frame = 0;
    ghost.remove();
    // The click that ends a drag is none.
    const swallow = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 50);
    if (drops) shared.drop(article, place);
    document.dispatchEvent(new Event("board-dragged"));
  };

  board.addEventListener("pointerdown", (event) => {
    const article = event.target.closest(".vb");
    if (drag || !article || event.button || event.ctrlKey || event.metaKey || !event.isPrimary || !isMovable(article)) return;
    const { bottom, height } = article.getBoundingClientRect();
    const isFinger = event.pointerType === "touch";
    const handle = Math.min(isFinger ? 14 : 8, height / 3);
    press = {
      article, x: event.clientX, y: event.clientY, pointer: event.pointerId, isFinger,
      mode: bottom - event.clientY <= handle ? "resize" : "move",
      timer: isFinger ? setTimeout(start, LONG_PRESS) : 0,
    };
  });
  document.addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.pointer) return;
    if (!drag) {
      const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
      if (press.isFinger && far > FINGER_SLACK) stop({ drops: false }); // that is scrolling
      if (!press || press.isFinger || far <= SLACK) return;
      start();
      if (!drag) return;
    }
    drag.x = event.clientX;
    drag.y = event.clientY;
    drag.isFine = event.shiftKey;
    ask();
  });
  document.addEventListener("pointerup", (event) => {
    if (press && event.pointerId === press.pointer) stop({ drops: true });
  });
  document.addEventListener("pointercancel", () => press && stop({ drops: false }));
  for (const end of ["blur", "resize"]) window.addEventListener(end, () => press && stop({ drops: false }));
  document.addEventListener("scroll", () => drag && ask(), { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (!drag || event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    stop({ drops: false });
  }, true);

  // The browser's own ideas about links and fingers.
  board.addEventListener("dragstart", (event) => event.target.closest?.(".vb") && event.preventDefault());
  board.addEventListener("contextmenu", (event) => press?.isFinger && event.preventDefault());
  board.addEventListener("touchmove", (event) => {
    if (drag || (press && !press.isFinger)) event.preventDefault(); // a pen drags at once
  }, { passive: false });

  shared.isDragging = () => drag !== null;
})();
