// Security keys and passkeys: asks the browser for a credential and sends it with the form the button stands in.
// <button data-webauthn="create|get" data-options="{…}"> or data-options-url; the form holds input[name=credential].
// Not here: anything the server decides; it checks every byte.

const SENTENCES = {
  NotAllowedError: "Chưa nhận được khóa: đã bấm hủy hoặc hết thời gian chờ. Bấm lại để thử lần nữa.",
  InvalidStateError: "Khóa này đã được thêm vào tài khoản từ trước.",
  SecurityError: "Khóa chỉ dùng được khi mở cổng bằng tên miền của phường (https), không dùng được với địa chỉ số.",
  NotSupportedError: "Thiết bị này không hỗ trợ loại khóa được yêu cầu. Dùng ứng dụng xác thực trên điện thoại.",
};
const OTHERWISE = "Trình duyệt này không dùng được khóa. Dùng ứng dụng xác thực trên điện thoại, hoặc mở bằng Chrome, Edge, Safari mới.";

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readable(options) {
  const key = structuredClone(options.publicKey);
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    for (const known of key[list] ?? []) known.id = bytes(known.id);
  }
  return key;
}

function answerOf(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  if (response.getTransports) sent.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: sent,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(button) {
  if (button.dataset.options) return JSON.parse(button.dataset.options);
  const answer = await fetch(button.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

async function press(button) {
  const form = button.form;
  const fault = form.querySelector("[data-webauthn-fault]");
  fault.hidden = true;
  try {
    const publicKey = readable(await optionsOf(button));
    if (button.dataset.webauthn === "create") {
      const alone = form.elements.passwordless?.checked ?? false;
      Object.assign(publicKey.authenticatorSelection, {
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        ...(alone ? { userVerification: "required" } : {}),
      });
    }
    const credential = await navigator.credentials[button.dataset.webauthn]({ publicKey });
    form.elements.credential.value = JSON.stringify(answerOf(credential));
    form.submit();
  } catch (error) {
    fault.querySelector("p").textContent = SENTENCES[error.name] ?? OTHERWISE;
    fault.hidden = false;
  }
}

for (const button of document.querySelectorAll("button[data-webauthn]")) {
  button.hidden = false;
  button.addEventListener("click", () => press(button));
}
