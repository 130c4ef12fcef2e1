// Choosing a time without reloading. Without this file every link and button still works.
(() => {
  "use strict";
  const form = () => document.getElementById("times");
  const page = () => document.getElementById("times-page");
  if (!form()) return;

  // What is chosen, in the bar at the foot: the server wrote both zones beside every time.
  const sayChoice = () => {
    const chosen = form().querySelector("input[name=start]:checked");
    const when = document.getElementById("choice-when");
    when.textContent = chosen ? chosen.dataset.when : when.dataset.none;
    document.getElementById("choice-where").textContent = chosen ? chosen.dataset.where : "";
    const canChoose = form().querySelector("input[name=start]") !== null;
    document.getElementById("choice").classList.toggle("is-hidden", !canChoose);
  };

  let isFirstDrawing = false;

  const redraw = () => {
    if (window.htmx) window.htmx.trigger(form(), "redraw");
    else document.getElementById("show").click();
  };

  // A year typed into a date is 2, 20, 202 before it is 2026.
  const isHalfTyped = (field) => field.type === "date" && field.value !== "" && field.value < "2000";

  document.addEventListener("change", ({ target }) => {
    if (target.name === "start") sayChoice();
    else if (target.matches("[data-redraw]") && !isHalfTyped(target)) redraw();
  });

  // Addresses stay short and hold no token; a swap needs no jump to an anchor.
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event;
    detail.path = detail.path.split("#")[0];
    if (isFirstDrawing) {
      for (const [name, value] of new URLSearchParams(window.location.search)) {
        if (!detail.formData.get(name)) detail.formData.set(name, value);
      }
    }
    for (const [name, value] of [...detail.formData.entries()]) {
      if (!value || name === "csrfmiddlewaretoken" || name === "key") detail.formData.delete(name);
    }
  });
  document.addEventListener("htmx:beforeRequest", () => {
    page().setAttribute("aria-busy", "true");
    document.getElementById("times-fault").hidden = true;
  });
  // A time chosen while the server was still drawing stays chosen, and what was unfolded stays so.
  let chosenMeanwhile = "";
  let narrowWasOpen = false;
  document.addEventListener("htmx:beforeSwap", () => {
    chosenMeanwhile = form().querySelector("input[name=start]:checked")?.value ?? "";
    narrowWasOpen = page().querySelector(".narrow").open;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const times = [...form().querySelectorAll("input[name=start]")];
    const same = times.find((time) => time.value === chosenMeanwhile);
    if (same && !times.some((time) => time.checked)) same.checked = true;
    if (narrowWasOpen) page().querySelector(".narrow").open = true;
    // Nobody asked for the first drawing: it is not announced.
    const words = page().querySelector("[data-announce]");
    if (isFirstDrawing && words) words.removeAttribute("data-announce");
    isFirstDrawing = false;
  });
  document.addEventListener("htmx:afterSettle", () => {
    form().setAttribute("hx-push-url", "true");
    sayChoice();
  });
  document.addEventListener("htmx:historyRestore", sayChoice);
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(fault, () => {
      page().removeAttribute("aria-busy");
      document.getElementById("times-fault").hidden = isFirstDrawing;
    });
  }

  // Back from the next page: what was free a while ago may be gone.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  sayChoice();

  // The person's own city, if nobody has said another yet: the server then writes both times.
  document.addEventListener("DOMContentLoaded", () => {
    const { siteZone, home } = page().dataset;
    const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const asked = new URLSearchParams(window.location.search).has("zone");
    if (home || asked || !here || here === siteZone || page().querySelector(".errors")) return;
    form().elements.home.value = here;
    form().setAttribute("hx-push-url", "false");
    isFirstDrawing = true;
    redraw();
  });
})();
