// The page that takes photographs behind a personal link: a chosen photograph goes up at once, the pages are handed in
// once. The page works without it. Not here: behaviour of every page (portal.js).

const shoot = document.querySelector("[data-shoot]");
if (shoot) {
  const input = shoot.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    shoot.querySelector("[data-busy]").hidden = false;
    shoot.querySelector("label").hidden = true;
    shoot.submit();
  });
}
