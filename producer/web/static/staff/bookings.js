"use strict";
// A form that books or ends something is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Back in the history a page may come as it was left.
  window.addEventListener("pageshow", () => { sent = false; });
}
