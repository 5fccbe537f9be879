"use strict";

// Tells beside the form how many times a day the pattern gives, while it is typed.
(() => {
  const sum = document.getElementById("sum");
  if (!sum) return;
  const field = (name) => document.getElementById(name);
  const minutesOf = (clock) => {
    const [hours, minutes] = clock.split(":").map(Number);
    return hours * 60 + minutes;
  };
  const clockOf = (minutes) =>
    [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

  function starts() {
    const [opens, closes] = [field("opens"), field("closes")].map((each) => minutesOf(each.value));
    const [length, pause] = [field("length"), field("pause")].map((each) => Number(each.value || 0));
    const found = [];
    if ([opens, closes, length, pause].some(Number.isNaN) || length < 1 || pause < 0) return null;
    for (let at = opens; at + length <= closes; at += length + pause) found.push(`${clockOf(at)}–${clockOf(at + length)}`);
    return found;
  }

  function tell() {
    const found = starts();
    const shown = found && found.length > 4 ? [...found.slice(0, 2), "…", found.at(-1)] : found;
    const words = found && (found.length === 0 ? sum.dataset.none : found.length === 1 ? sum.dataset.one : sum.dataset.many);
    sum.textContent = found ? words.replace("{number}", found.length).replace("{times}", shown.join(", ").replace("…,", "…")) : "";
  }

  for (const name of ["opens", "closes", "length", "pause"]) field(name).addEventListener("input", tell);
  tell();
})();

// Days are picked one by one into a field of days, which can be typed in as well.
for (const field of document.querySelectorAll("[data-pick]")) {
  const [label, day, add] = ["label", "input", "button"].map((name) => document.createElement(name));
  label.className = "form-label";
  day.type = "date";
  day.className = "form-control";
  add.type = "button";
  add.className = "btn btn-outline-secondary";
  add.textContent = field.dataset.add;
  label.append(field.dataset.pick, day);
  add.addEventListener("click", () => {
    if (!day.value) {
      day.focus();
      return;
    }
    const listed = field.value.trim().replace(/,$/, "");
    field.value = listed ? `${listed}, ${day.value}` : day.value;
    day.value = "";
    day.focus();
  });
  const picker = document.createElement("div");
  picker.className = "picker";
  picker.append(label, add);
  field.closest(".mb-3").append(picker);
}

// What is confirmed is what is shown: after another period has been typed it has to be shown first.
(() => {
  const period = document.querySelector("form.period");
  const confirm = document.querySelector("form.confirm button");
  if (!period || !confirm) return;
  const show = period.querySelector("button");
  const asShown = new URLSearchParams(new FormData(period)).toString();
  period.addEventListener("input", () => {
    const differs = new URLSearchParams(new FormData(period)).toString() !== asShown;
    confirm.disabled = differs;
    show.classList.toggle("btn-primary", differs);
    show.classList.toggle("btn-outline-secondary", !differs);
  });
})();
