// Passkeys: shows their buttons where the browser can, hands them to allauth, and says so when one does not answer.
(() => {
  const start = (form) => {
    const {credential, passwordless} = form.elements
    const ids = {credential: credential.id, data: "js_data", passwordless: passwordless?.id}
    ids[form.dataset.passkey] = form.querySelector("[data-passkey-button]").id
    window.allauth.webauthn.forms[`${form.dataset.passkey}Form`]({ids})
    for (const way of form.closest(".passkey") ? [form] : form.querySelectorAll(".passkey")) way.hidden = false
  }
  if (window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach(start)
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault()
    document.getElementById("passkey-trouble").hidden = false
  })
})()
