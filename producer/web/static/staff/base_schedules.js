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
