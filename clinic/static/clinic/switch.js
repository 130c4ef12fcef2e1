// The switch of person: whoever presses their name is asked for their passkey, and the form goes on with it.
(() => {
  "use strict";
  const form = document.getElementById("switch");
  if (!form) return;
  form.hidden = !window.PublicKeyCredential;
  let isAsking = false;

  const ask = async (person) => {
    if (isAsking) return;
    isAsking = true;
    document.getElementById("passkey-trouble").hidden = true;
    try {
      const address = `${form.dataset.options}?${new URLSearchParams({ person })}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error("refused");
      const { request_options: options } = await answer.json();
      form.elements.credential.value = JSON.stringify(await window.webauthnJSON.get(options));
      form.submit();
    } catch (fault) {
      document.dispatchEvent(new CustomEvent("allauth.error", { detail: { fault }, cancelable: true }));
      isAsking = false;
    }
  };

  for (const button of form.querySelectorAll("[data-person]")) {
    button.addEventListener("click", () => ask(button.dataset.person));
  }
})();
