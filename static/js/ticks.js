// Ticks of a list: all, none, and how many there are, also on the button that acts on them; without scripts each is
// ticked by hand, and the page asks again when the button said another number (`so`).
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

// A tick in such a list says that those ticked are meant, not all of them (`data-ticks-choose`: field:value).
document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-ticks-choose]");
  if (!list || !event.target.checked) return;
  const [name, value] = list.dataset.ticksChoose.split(":");
  event.target.form.elements[name].value = value;
});

// Buttons may come later, with a part of the page: who changes a tick looks for them.
const counted = () => [...document.querySelectorAll("button[data-counted]")];
const count = (button) => {
  const boxes = button.form.querySelectorAll(`input[type=checkbox][name^="${button.dataset.counted}"]:checked`);
  button.textContent = button.dataset.words.replace("#", String(boxes.length));
  button.form.elements.so.value = String(boxes.length);
};
document.addEventListener("change", (event) => {
  for (const button of counted()) if (button.form === event.target.form) count(button);
});
window.addEventListener("pageshow", () => counted().forEach(count));
