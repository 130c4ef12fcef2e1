// Small things every page does; nothing depends on them.
(() => {
  "use strict";

  // After a swap, a summary of errors or the heading of the new view takes the focus. On a whole page
  // `autofocus` does that without us.
  const focusFirst = (root) => {
    const target = root.querySelector("[data-focus]");
    if (target) target.focus();
  };
  if (!document.querySelector("[autofocus]")) focusFirst(document);
  document.addEventListener("htmx:afterSettle", (event) => focusFirst(event.target));

  // After a swap, say what changed, once.
  document.addEventListener("htmx:afterSettle", (event) => {
    const words = event.target.querySelector("[data-announce]");
    const live = document.getElementById("live");
    if (words && live) live.textContent = words.dataset.announce;
  });

  // The button at the foot of a page waits until the one at the top has gone.
  const first = document.querySelector("[data-sticky-until]");
  const sticky = first && document.getElementById(first.dataset.stickyUntil);
  if (sticky && "IntersectionObserver" in window) {
    new IntersectionObserver(([entry]) => {
      sticky.classList.toggle("is-hidden", entry.isIntersecting || entry.boundingClientRect.top > 0);
    }).observe(first);
  }
})();
