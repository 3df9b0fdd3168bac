"use strict";
(() => {
  const box = document.querySelector(".search");
  const words = document.getElementById("words");
  const found = document.getElementById("found");
  const entries = [...document.querySelectorAll(".entry")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const texts = entries.map((entry) => fold(entry.textContent));
  box.hidden = false;
  words.addEventListener("input", () => {
    const wanted = fold(words.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    entries.forEach((entry, n) => {
      entry.hidden = !wanted.every((word) => texts[n].includes(word));
      shown += entry.hidden ? 0 : 1;
    });
    found.textContent = wanted.length ? `${shown} of ${entries.length} entries` : "";
  });
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
  });
})();
