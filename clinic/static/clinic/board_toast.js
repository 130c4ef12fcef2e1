// What can be taken back stays on screen until its three minutes are over, and longer while somebody is at it.
(() => {
  "use strict";
  const toast = document.getElementById("toast");
  if (!window.nuanBoard || !toast) return;

  let timer = 0;
  const hide = () => {
    if (toast.matches(":hover, :focus-within")) {
      timer = setTimeout(hide, 1000);
      return;
    }
    toast.replaceChildren();
  };
  const watch = () => {
    clearTimeout(timer);
    const until = toast.querySelector("[data-until]")?.dataset.until;
    if (until) timer = setTimeout(hide, Math.max(0, Date.parse(until) - Date.now()));
  };
  // What was taken back or sent on its way is not offered again, even before the board has asked what is new.
  toast.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && toast.replaceChildren());
  new MutationObserver(watch).observe(toast, { childList: true });
  watch();
})();
