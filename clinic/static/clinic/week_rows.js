// The rows of a week: what is drawn is read from them and written into them, so the form is all there is.
window.weekRows = (() => {
  "use strict";

  const body = document.querySelector("[data-rows]");
  const blank = document.getElementById("blank-row");
  const total = document.querySelector('input[name="row-TOTAL_FORMS"]');
  const most = Number(document.querySelector('input[name="row-MAX_NUM_FORMS"]').value);

  const field = (row, name) => row.querySelector(`[data-field="${name}"]`);
  const sites = [...blank.content.querySelector('[data-field="site"]').options].map((option) => (
    { id: option.value, name: option.text }
  ));

  // "9:00", "09.00" and "0900" are the same minute of the day.
  const toMinutes = (text) => {
    const parts = /^(\d{1,2})[:.]?(\d{2})$/.exec(text.trim());
    if (!parts || Number(parts[1]) > 23 || Number(parts[2]) > 59) return null;
    return Number(parts[1]) * 60 + Number(parts[2]);
  };
  const toClock = (minutes) => (
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`
  );

  const read = (row) => {
    const day = Number(field(row, "weekday").value);
    const from = toMinutes(field(row, "starts").value);
    const to = toMinutes(field(row, "ends").value);
    if (!day || from === null || to === null || to <= from || field(row, "DELETE").checked) return null;
    return { row, day, from, to, site: field(row, "site").value };
  };
  const all = () => [...body.querySelectorAll("[data-row]")];
  const isBlank = (row) => ["weekday", "starts", "ends"].every((name) => field(row, name).value === "");

  const append = () => {
    if (Number(total.value) >= most) return null;
    const row = blank.content.querySelector("[data-row]").cloneNode(true);
    for (const node of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace("__prefix__", total.value));
      }
    }
    total.value = Number(total.value) + 1;
    body.append(row);
    return row;
  };

  return {
    sites,
    toClock,
    list: () => all().map(read).filter(Boolean).sort((a, b) => a.day - b.day || a.from - b.from),
    write(row, { day, from, to, site }) {
      field(row, "weekday").value = day;
      field(row, "starts").value = toClock(from);
      field(row, "ends").value = toClock(to);
      field(row, "site").value = site;
      field(row, "DELETE").checked = false;
    },
    add(block) {
      const row = all().find((each) => isBlank(each) && !field(each, "DELETE").checked) || append();
      if (row) this.write(row, block);
      return row;
    },
    clear(row) {
      for (const name of ["weekday", "starts", "ends"]) field(row, name).value = "";
      field(row, "DELETE").checked = false;
    },
    append,
    onTyping: (changed) => body.addEventListener("change", changed),
  };
})();
