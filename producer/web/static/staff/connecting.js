"use strict";
// Printing, and word that a test is under way; without this the browser's own menu and patience do.
(() => {
  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const trial = document.getElementById("trial");
  if (trial) {
    trial.addEventListener("submit", () => {
      const waiting = document.getElementById("waiting");
      waiting.textContent = waiting.dataset.text;
    });
  }
})();
