// No page keeps anything in the browser: not even htmx, which would note the address, and a visit's link is its key.
// Before htmx: it does without when it finds no storage.
"use strict";
for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(window, name, {
    get() { throw new DOMException("This site keeps nothing in the browser.", "SecurityError"); },
  });
}
