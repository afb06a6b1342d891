// "Hiện" beside a password field: shows what is typed, for whoever types slowly. Without scripts there is no button.
// Not here: anything the server decides.

for (const field of document.querySelectorAll(".door-password input[type=password]")) {
  const holder = field.parentElement;
  holder.classList.add("password-holder");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "password-show";
  button.setAttribute("aria-controls", field.id);
  const draw = () => {
    const hidden = field.type === "password";
    button.textContent = hidden ? "Hiện" : "Ẩn";
    button.setAttribute("aria-label", hidden ? "Hiện mật khẩu" : "Ẩn mật khẩu");
  };
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    draw();
    field.focus();
  });
  draw();
  holder.append(button);
}
