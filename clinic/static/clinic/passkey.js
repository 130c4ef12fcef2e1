// Passkeys: shows their buttons where the browser can, and says so when one does not answer.
(() => {
  if (window.PublicKeyCredential) {
    for (const way of document.querySelectorAll(".passkey")) way.hidden = false
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault()
    document.getElementById("passkey-trouble").hidden = false
  })
})()
