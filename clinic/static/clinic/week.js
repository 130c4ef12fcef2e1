// A week of hours to draw on, by mouse, finger or keys. Everything it does is done to the rows of the form.
(() => {
  "use strict";

  const STEP = 15;
  const HOUR = 36; // pixels
  const rows = window.weekRows;
  const week = document.getElementById("week");
  const live = document.getElementById("live");
  const columns = [...week.querySelectorAll("[data-col]")];
  const say = week.dataset;
  let range = [360, 1320]; // 06:00 to 22:00, and more if somebody works then
  let drag = null;

  const dayOf = (column) => Number(column.closest("[data-day]").dataset.day);
  const columnOf = (day) => columns[day - 1];
  const nameOf = (day) => columnOf(day).closest("[data-day]").dataset.name;
  const siteName = (id) => (rows.sites.find((site) => site.id === id) || { name: "" }).name;
  const siteClass = (id) => `site-${rows.sites.findIndex((site) => site.id === id) % 6}`;
  const chosenSite = () => {
    const chosen = week.querySelector("[data-draw-site]:checked");
    return chosen ? chosen.value : rows.sites[0].id;
  };
  const inWords = (block) => say.sayBlock
    .replace("{day}", nameOf(block.day)).replace("{from}", rows.toClock(block.from))
    .replace("{to}", rows.toClock(block.to)).replace("{site}", siteName(block.site));
  const announce = (words) => { live.textContent = ""; live.textContent = words; };
  const toPixels = (minutes) => ((minutes - range[0]) / 60) * HOUR;

  // --- what is drawn ---------------------------------------------------------------------------
  const place = (node, block) => {
    node.style.top = `${toPixels(block.from)}px`;
    node.style.height = `${Math.max(14, toPixels(block.to) - toPixels(block.from) - 2)}px`;
    node.className = `wb ${siteClass(block.site)}`;
    node.querySelector(".wb-in").firstChild.textContent = `${rows.toClock(block.from)}\u2013${rows.toClock(block.to)}`;
    node.querySelector(".wb-in").setAttribute("aria-label", inWords(block));
    node.querySelector(".wb-in small").textContent = rows.sites.length > 1 ? siteName(block.site) : "";
    node.querySelector(".wb-x").setAttribute("aria-label", `${say.sayRemove}: ${inWords(block)}`);
  };
  const make = (block) => {
    const node = document.createElement("div");
    node.innerHTML = '<i class="wb-edge from" data-edge="from"></i><button type="button" class="wb-in"><span></span><small></small></button>'
      + '<button type="button" class="wb-x">\u00d7</button><i class="wb-edge to" data-edge="to"></i>';
    node.block = block;
    place(node, block);
    columnOf(block.day).append(node);
    return node;
  };
  const drawHours = (blocks) => {
    range = [
      Math.min(360, ...blocks.map((block) => Math.floor(block.from / 60) * 60)),
      Math.max(1320, ...blocks.map((block) => Math.ceil(block.to / 60) * 60)),
    ];
    const hours = week.querySelector("[data-hours]");
    hours.replaceChildren();
    for (let minute = range[0]; minute < range[1]; minute += 60) {
      const label = document.createElement("span");
      label.textContent = rows.toClock(minute);
      label.style.top = `${toPixels(minute)}px`;
      hours.append(label);
    }
    for (const column of [...columns, hours]) column.style.height = `${toPixels(range[1])}px`;
  };
  const draw = (focusRow) => {
    const blocks = rows.list();
    drawHours(blocks);
    for (const column of columns) column.replaceChildren();
    for (const block of blocks) {
      const node = make(block);
      if (block.row === focusRow) node.querySelector(".wb-in").focus({ preventScroll: true });
    }
  };
  const changed = (focusRow) => {
    draw(focusRow);
    document.body.dispatchEvent(new CustomEvent("week-changed"));
  };

  // --- what may be drawn -----------------------------------------------------------------------
  const others = (day, row) => rows.list().filter((block) => block.day === day && block.row !== row);
  const isFree = (block) => block.from >= 0 && block.to <= 1439 && block.to > block.from && block.day >= 1
    && block.day <= 7 && !others(block.day, block.row).some((each) => each.from < block.to && block.from < each.to);
  const gapAround = (day, minute, row) => others(day, row).reduce(
    ([low, high], each) => [
      each.to <= minute ? Math.max(low, each.to) : low, each.from >= minute ? Math.min(high, each.from) : high,
    ],
    [range[0], Math.min(range[1], 1425)],
  );
  const change = (block, wanted) => {
    const next = { ...block, ...wanted };
    if (!isFree(next)) { announce(say.sayOverlap); return; }
    rows.write(block.row, next);
    announce(inWords(next));
    changed(block.row);
  };
  const add = (block) => {
    const row = rows.add(block);
    if (!row) { announce(say.sayFull); return; }
    announce(`${say.sayAdded}: ${inWords(block)}`);
    changed(row);
  };
  const remove = (block) => {
    rows.clear(block.row);
    announce(`${say.sayRemoved}: ${inWords(block)}`);
    changed();
    (columnOf(block.day).querySelector(".wb-in") || columnOf(block.day).parentNode.querySelector("[data-add]")).focus();
  };
  const addTo = (day) => {
    const taken = others(day, null);
    const starts = [540, ...taken.map((block) => block.to + 60), ...taken.map((block) => block.to)];
    for (const from of starts) {
      for (const length of [480, 240, 180, 60, 15]) {
        const block = { day, from, to: from + length, site: chosenSite(), row: null };
        if (block.to <= 1080 && isFree(block)) { add(block); return; }
      }
    }
    announce(say.sayFull);
  };

  // --- keys and buttons ------------------------------------------------------------------------
  const KEYS = {
    ArrowUp: (block, shift) => (shift ? { to: block.to - STEP } : { from: block.from - STEP, to: block.to - STEP }),
    ArrowDown: (block, shift) => (shift ? { to: block.to + STEP } : { from: block.from + STEP, to: block.to + STEP }),
    ArrowLeft: (block) => ({ day: block.day - 1 }),
    ArrowRight: (block) => ({ day: block.day + 1 }),
  };
  week.addEventListener("keydown", (event) => {
    const node = event.target.closest(".wb");
    if (!node || !event.target.matches(".wb-in") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in KEYS) change(node.block, KEYS[event.key](node.block, event.shiftKey));
    else if (event.key === "Delete" || event.key === "Backspace") remove(node.block);
    else return;
    event.preventDefault();
  });
  week.addEventListener("click", (event) => {
    const adding = event.target.closest("[data-add]");
    const removing = event.target.closest(".wb-x");
    if (adding) addTo(dayOf(adding.closest("[data-day]").querySelector("[data-col]")));
    if (removing) remove(removing.closest(".wb").block);
  });
  document.querySelector("[data-do-copy]").addEventListener("click", (event) => {
    event.preventDefault();
    const part = document.querySelector("[data-copy]");
    const from = Number(part.querySelector("select").value);
    const days = [...part.querySelectorAll("input:checked")].map((box) => Number(box.value)).filter((day) => day !== from);
    const model = others(from, null);
    for (const day of days) {
      for (const block of others(day, null)) rows.clear(block.row);
      for (const block of model) rows.add({ ...block, day });
    }
    for (const box of part.querySelectorAll("input:checked")) box.checked = false;
    announce(say.sayCopied);
    changed();
  });
  document.querySelector("[data-more-rows]").addEventListener("click", (event) => {
    event.preventDefault();
    const row = rows.append();
    if (row) row.querySelector("select").focus();
  });

  // --- mouse, pen and finger -------------------------------------------------------------------
  const minuteAt = (column, event) => {
    const exact = range[0] + ((event.clientY - column.getBoundingClientRect().top) / HOUR) * 60;
    return Math.min(range[1], Math.max(range[0], Math.round(exact / STEP) * STEP));
  };
  const KINDS = {
    draw: (block, minute) => ({ from: Math.min(drag.minute, minute), to: Math.max(drag.minute, minute) }),
    from: (block, minute) => ({ from: Math.min(minute, block.to - STEP) }),
    to: (block, minute) => ({ to: Math.max(minute, block.from + STEP) }),
  };
  const begin = (event, column) => {
    const node = event.target.closest(".wb");
    const edge = event.target.closest("[data-edge]");
    const minute = minuteAt(column, event);
    if (node) {
      drag = { kind: edge ? edge.dataset.edge : "move", node, block: node.block, now: node.block, minute };
    } else if (event.pointerType !== "touch") { // a finger scrolls; it has the buttons
      const block = { day: dayOf(column), from: minute, to: minute, site: chosenSite(), row: null };
      drag = { kind: "draw", node: null, block, now: block, minute };
    }
    if (drag) {
      drag.column = column;
      drag.gap = gapAround(drag.block.day, drag.block.row ? drag.block.from : minute, drag.block.row);
      column.setPointerCapture(event.pointerId);
    }
  };
  const follow = (event) => {
    let next;
    if (drag.kind === "move") {
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const column = (under && under.closest("[data-col]")) || drag.column;
      const by = minuteAt(column, event) - drag.minute;
      next = { ...drag.block, day: dayOf(column), from: drag.block.from + by, to: drag.block.to + by };
      if (!isFree(next) || next.from < range[0] || next.to > range[1]) return;
      columnOf(next.day).append(drag.node);
    } else {
      const [low, high] = drag.gap;
      const minute = Math.min(high, Math.max(low, minuteAt(drag.column, event)));
      next = { ...drag.block, ...KINDS[drag.kind](drag.block, minute) };
    }
    drag.now = next;
    if (!drag.node && next.to > next.from) drag.node = make(next);
    if (drag.node) place(drag.node, next);
  };
  const end = (keep) => {
    const { block, now, node } = drag;
    drag = null;
    const isSame = block.day === now.day && block.from === now.from && block.to === now.to;
    if (!keep || isSame || now.to - now.from < STEP) {
      draw(keep && node ? block.row : undefined);
    } else if (block.row) {
      change(block, now);
    } else {
      add(now);
    }
  };
  for (const column of columns) {
    column.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || drag || event.target.closest(".wb-x")) return;
      event.preventDefault();
      begin(event, column);
    });
    column.addEventListener("pointermove", (event) => { if (drag) follow(event); });
    column.addEventListener("pointerup", () => { if (drag) end(true); });
    column.addEventListener("pointercancel", () => { if (drag) end(false); });
  }
  document.addEventListener("keydown", (event) => { if (drag && event.key === "Escape") end(false); });

  // --- begin -----------------------------------------------------------------------------------
  for (const dot of week.querySelectorAll("[data-site-dot]")) dot.classList.add(siteClass(dot.dataset.siteDot));
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
  rows.onTyping(() => changed());
  for (const name of ["first_date", "last_date"]) {
    document.getElementById(`id_${name}`).addEventListener("change", () => changed());
  }
  if (rows.sites.length) {
    const list = document.querySelector("[data-fold]");
    week.hidden = false;
    list.open = list.hasAttribute("data-has-errors");
    draw();
  }
})();
