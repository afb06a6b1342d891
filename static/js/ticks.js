// Ticks of a list: all, none, and how many there are; without scripts each is ticked by hand.
// Not here: what is done with those ticked (the form's buttons).

for (const bar of document.querySelectorAll("[data-ticks]")) {
  const boxes = [...bar.closest("form").querySelectorAll(`input[type=checkbox][name="${bar.dataset.ticks}"]`)];
  const count = bar.querySelector("[data-tick-count]");
  const tell = () => {
    count.textContent = `${boxes.filter((box) => box.checked).length}/${boxes.length}`;
  };
  for (const button of bar.querySelectorAll("[data-tick]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = button.dataset.tick === "all";
      tell();
    });
  }
  for (const box of boxes) box.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
  tell();
  bar.hidden = false;
}
