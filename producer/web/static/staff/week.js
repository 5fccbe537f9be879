// Picking, moving and stretching times with mouse and keys. All of it fills in the forms that are there without this.
"use strict";
(() => {
  const week = document.querySelector(".week[data-may-change]");
  const form = document.getElementById("picked");
  if (!week || !form) return;

  const ROW = 5;
  const said = document.getElementById("week-said");
  const scroller = week.closest(".week-scroll");
  const slots = [...week.querySelectorAll(".slot")];
  const pickOf = (slot) => slot.querySelector(".pick");
  const stopOf = (slot) => pickOf(slot) || slot.querySelector("a");
  const columnOf = (element) => element.closest(".column");
  const isGrid = () => week.querySelector(".axis").offsetHeight > 0;
  const rowHeight = () => week.querySelector(".axis span").getBoundingClientRect().height / 12;
  const clock = (minutes) => [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0")).join(":");
  const say = (text) => { said.textContent = text; };

  // What is picked.

  let last = null;
  const picks = () => [...week.querySelectorAll(".slot .pick:checked")];
  const showPicked = () => {
    const count = picks().length;
    const text = count === 1 ? form.dataset.one : form.dataset.many.replace("#", count);
    form.hidden = count === 0 && !document.getElementById("faults");
    document.getElementById("picked-count").textContent = count ? `(${text})` : "";
    document.getElementById("picked-none").hidden = count === 0;
    if (count) say(text);
  };
  const pickUpTo = (slot) => {
    const [from, to] = [slots.indexOf(last || slot), slots.indexOf(slot)].sort((a, b) => a - b);
    for (const each of slots.slice(from, to + 1)) if (pickOf(each)) pickOf(each).checked = true;
    last = slot;
    showPicked();
  };
  for (const all of week.querySelectorAll(".pick-all .pick")) {
    const ids = new Set(all.value.split(" "));
    all.removeAttribute("name");
    all.addEventListener("change", () => {
      for (const each of columnOf(all).querySelectorAll(".slot .pick")) if (ids.has(each.value)) each.checked = all.checked;
    });
  }
  week.addEventListener("change", (event) => { last = event.target.closest(".slot"); showPicked(); });
  document.getElementById("picked-none").addEventListener("click", () => {
    for (const each of week.querySelectorAll(".pick:checked")) each.checked = false;
    showPicked();
    if (last) stopOf(last).focus();
  });

  // One is sent on its own: moved by minutes, or given a length.

  const remember = (slot) => sessionStorage.setItem("week", JSON.stringify(
    { path: location.pathname, top: scroller.scrollTop, left: scroller.scrollLeft, y: scrollY, id: slot ? slot.id : "" }));
  const send = (slot, act, field, value) => {
    for (const each of picks()) each.checked = false;
    pickOf(slot).checked = true;
    document.getElementById(field).value = value;
    remember(slot);
    form.requestSubmit(form.querySelector(`button[value="${act}"]`));
  };
  form.addEventListener("submit", () => remember(last));

  // Not yet sent: how the time would be.

  let pending = null;
  const show = (slot, moved, stretched, aside = 0) => {
    const height = rowHeight();
    slot.classList.add("ghost");
    slot.style.transform = `translate(${aside}px, ${(moved / ROW) * height}px)`;
    slot.style.marginBottom = stretched ? `${(-stretched / ROW) * height}px` : "";
  };
  const drop = () => {
    if (!pending) return;
    pending.slot.classList.remove("ghost");
    pending.slot.style.transform = pending.slot.style.marginBottom = "";
    pending = null;
  };
  const commit = () => {
    const { slot, moved, stretched } = pending;
    drop();
    if (moved) send(slot, "move", "minutes", moved);
    else if (stretched) send(slot, "length", "new_length", Number(slot.dataset.to) - Number(slot.dataset.from) + stretched);
  };
  const nudge = (slot, by, isStretching) => {
    if (!pickOf(slot)) return;
    if (pending && pending.slot !== slot) drop();
    pending = pending || { slot, moved: 0, stretched: 0 };
    const from = Number(slot.dataset.from), to = Number(slot.dataset.to);
    if (isStretching) pending = { slot, moved: 0, stretched: Math.max(pending.stretched + by, from - to + ROW) };
    else pending = { slot, moved: pending.moved + by, stretched: 0 };
    show(slot, pending.moved, pending.stretched);
    say(`${clock(from + pending.moved)}–${clock(to + pending.moved + pending.stretched)}. ${form.dataset.ask}`);
  };
  week.addEventListener("focusout", (event) => { if (pending && !pending.slot.contains(event.relatedTarget)) drop(); });

  // The keys. One time is in the tab order; arrows go to the others.

  let current = null;
  for (const stop of week.querySelectorAll(".slot .pick, .slot a")) stop.tabIndex = -1;
  const rove = (slot) => {
    if (current) stopOf(current).tabIndex = -1;
    if (slot) stopOf(slot).tabIndex = 0;
    current = slot;
  };
  const beside = (slot, step) => {
    const columns = [...week.querySelectorAll(".column")];
    for (let at = columns.indexOf(columnOf(slot)) + step; columns[at]; at += step) {
      const others = [...columns[at].querySelectorAll(".slot")];
      const near = (other) => Math.abs(Number(other.dataset.from) - Number(slot.dataset.from));
      if (others.length) return others.reduce((best, other) => (near(other) < near(best) ? other : best));
    }
    return null;
  };
  const steps = {
    ArrowUp: (slot) => slots[slots.indexOf(slot) - 1],
    ArrowDown: (slot) => slots[slots.indexOf(slot) + 1],
    ArrowLeft: (slot) => beside(slot, -1),
    ArrowRight: (slot) => beside(slot, 1),
    Home: () => slots[0],
    End: () => slots[slots.length - 1],
  };
  const go = (slot) => { if (slot) { rove(slot); stopOf(slot).focus(); } };
  week.addEventListener("keydown", (event) => {
    const slot = event.target.closest(".slot");
    if (event.key === "Enter" && event.target.closest(".pick-all")) event.preventDefault();
    if (!slot || event.ctrlKey || event.metaKey) return;
    const by = { ArrowUp: -ROW, ArrowDown: ROW }[event.key];
    if (event.altKey && by) nudge(slot, by, event.shiftKey);
    else if (event.altKey) return;
    else if (event.key === "Enter" && pending) commit();
    else if (event.key === "Enter") slot.querySelector("a").click();
    else if (event.key === "Escape" && pending) drop();
    else if (event.key === " " && event.shiftKey) pickUpTo(slot);
    else if (steps[event.key]) go(steps[event.key](slot));
    else return;
    event.preventDefault();
  });
  rove(slots[0]);
  week.addEventListener("focusin", (event) => { const slot = event.target.closest(".slot"); if (slot) rove(slot); });

  // The mouse: drag a time, its lower edge, or across the others.

  let drag = null;
  const minuteAt = (list, y) => Number(week.dataset.opens) * 60 + Math.round((y - list.getBoundingClientRect().top) / rowHeight()) * ROW;
  const columnAt = (x) => [...week.querySelectorAll(".column")].find((column) => {
    const { left, right } = column.getBoundingClientRect();
    return left <= x && x < right;
  });
  const daysTo = (slot, column) => {
    const here = columnOf(slot);
    if (!column || column.dataset.performer !== here.dataset.performer || column.dataset.resource !== here.dataset.resource) return 0;
    return Math.round((Date.parse(column.dataset.day) - Date.parse(here.dataset.day)) / 864e5);
  };
  week.addEventListener("dragstart", (event) => event.preventDefault());
  week.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType === "touch" || !isGrid() || event.target.closest(".pick, .head")) return;
    const slot = event.target.closest(".slot");
    const list = event.target.closest(".slots");
    if (slot && !event.shiftKey && pickOf(slot)) {
      const edge = slot.getBoundingClientRect().bottom - event.clientY;
      drag = { kind: edge < 7 ? "stretch" : "move", slot, x: event.clientX, y: event.clientY };
    } else if (list && !slot) {
      drag = { kind: "box", list, x: event.clientX, y: event.clientY };
      event.preventDefault();
    }
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const down = event.clientY - drag.y, aside = event.clientX - drag.x;
    if (!drag.isOn && Math.hypot(down, aside) < 5) return;
    drag.isOn = true;
    if (drag.kind === "box") showBox(event);
    else {
      const by = Math.round(down / rowHeight()) * ROW;
      const { slot } = drag;
      const days = drag.kind === "move" ? daysTo(slot, columnAt(event.clientX)) : 0;
      const stretched = Math.max(by, Number(slot.dataset.from) - Number(slot.dataset.to) + ROW);
      pending = drag.kind === "move" ? { slot, moved: by + days * 1440, stretched: 0 } : { slot, moved: 0, stretched };
      show(slot, drag.kind === "move" ? by : 0, pending.stretched, days ? aside : 0);
    }
  });
  const showBox = (event) => {
    drag.box = drag.box || document.body.appendChild(Object.assign(document.createElement("div"), { className: "box" }));
    const [left, top] = [Math.min(event.clientX, drag.x), Math.min(event.clientY, drag.y)];
    Object.assign(drag.box.style, { left: `${left}px`, top: `${top}px`,
      width: `${Math.abs(event.clientX - drag.x)}px`, height: `${Math.abs(event.clientY - drag.y)}px` });
  };
  const within = (slot, box) => {
    const each = slot.getBoundingClientRect();
    return each.left < box.right && each.right > box.left && each.top < box.bottom && each.bottom > box.top;
  };
  addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    if (!done || !done.isOn) return;
    if (done.kind !== "box") {
      addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
      setTimeout(() => { if (pending) commit(); });
      return;
    }
    const box = done.box.getBoundingClientRect();
    done.box.remove();
    const hit = slots.filter((slot) => pickOf(slot) && within(slot, box));
    for (const slot of hit) pickOf(slot).checked = true;
    if (hit.length) { last = hit[hit.length - 1]; showPicked(); } else offer(done.list, box);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    if (drag.box) drag.box.remove();
    drag = null;
    drop();
  });
  week.addEventListener("click", (event) => {
    const slot = event.target.closest(".slot");
    if (!slot || !event.shiftKey || event.target.closest(".pick:not(:checked)")) return;
    if (!event.target.closest(".pick")) event.preventDefault();
    pickUpTo(slot);
  });

  // Empty time that was dragged over becomes what the form to add times says.
  const offer = (list, box) => {
    const adding = document.getElementById("add");
    const from = minuteAt(list, box.top), to = minuteAt(list, box.bottom);
    if (!adding || !adding.querySelector("form") || to - from < ROW || to >= 1440) return;
    const column = columnOf(list);
    const fields = { day: column.dataset.day, opens: clock(from), closes: clock(to), performer: column.dataset.performer, resource: column.dataset.resource };
    for (const [name, value] of Object.entries(fields)) {
      const field = document.getElementById(name);
      if (field && value !== undefined) field.value = value;
    }
    const length = document.getElementById("length");
    length.value = Math.min(Number(length.value) || to - from, to - from);
    adding.open = true;
    document.getElementById("opens").focus();
  };

  // Back from a change, one is where one was, and hears what was done.
  form.classList.add("follows");
  document.querySelector(".week-keys").hidden = false;
  showPicked();
  const before = JSON.parse(sessionStorage.getItem("week") || "null");
  const above = document.getElementById("said");
  sessionStorage.removeItem("week");
  if (document.getElementById("faults")) document.getElementById("faults").focus();
  else if (before && before.path.startsWith(location.pathname)) {
    scrollTo(0, before.y);
    scroller.scrollTo(before.left, before.top);
    const slot = before.id && document.getElementById(before.id);
    if (slot) { rove(slot); stopOf(slot).focus({ preventScroll: true }); }
    above.classList.add("near");
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => above.classList.remove("near"), { once: true });
  } else {
    const first = week.querySelector(".now") || slots[0];
    if (first && isGrid()) scroller.scrollTop = Math.max(0, first.offsetTop - 130);
  }
  const told = document.querySelector("#said .alert");
  if (told) setTimeout(() => say(told.textContent), 200);
})();
