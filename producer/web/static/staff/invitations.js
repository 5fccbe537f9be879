"use strict";
// What makes writing an invitation easier; everything works without it.

(() => {
  const box = document.getElementById("tick-all");
  if (box) {
    const ticks = [...document.querySelectorAll('#invitations input[name="chosen"]')];
    box.hidden = false;
    box.addEventListener("click", () => {
      const on = ticks.some((tick) => !tick.checked);
      ticks.forEach((tick) => { tick.checked = on; });
    });
  }

  const form = document.getElementById("invitation");
  if (!form) return;
  const text = form.elements.namedItem("text");
  const title = form.elements.namedItem("title");

  // The buttons write a sign of the notation where one is, around what is selected.
  const written = {
    heading: (words) => ["\n\n# ", words, "\n"],
    link: (words) => ["[", words, "](https://)"],
    sources: (words) => ["\n\n= ", words, "\n\n"],
  };
  const signs = document.getElementById("signs");
  signs.hidden = false;
  signs.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-sign]");
    if (!button) return;
    const [from, to] = [text.selectionStart, text.selectionEnd];
    const [before, words, after] = written[button.dataset.sign](text.value.slice(from, to) || button.dataset.words);
    const lead = before.startsWith("\n") && !text.value.slice(0, from).trim() ? before.trimStart() : before;
    text.setRangeText(lead + words + after, from, to, "end");
    text.focus();
    text.setSelectionRange(from + lead.length, from + lead.length + words.length);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // The text as it will be read, a moment after the last key.
  const asRead = document.getElementById("as-read");
  let waiting;
  let asked = 0;
  const look = async () => {
    if (!text.value.trim() || !title.value.trim()) { asRead.hidden = true; return; }
    const mine = ++asked;
    const body = new URLSearchParams({ title: title.value, text: text.value, csrf_token: form.elements.namedItem("csrf_token").value });
    try {
      const answer = await fetch(form.dataset.text, { method: "POST", body, credentials: "same-origin", redirect: "error" });
      if (!answer.ok || mine !== asked) return;
      asRead.querySelector(".resident-text").innerHTML = await answer.text(); // written and escaped by our own template
      asRead.hidden = false;
    } catch { /* signed out or out of reach: the page says so when it is sent */ }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(look, 400); };
  text.addEventListener("input", soon);
  title.addEventListener("input", soon);
  look();
})();
