// Photos: shrunk on the phone where it can be done, sent as soon as they are chosen, with progress and Stop.
// Without this file, or when it fails twice, the form posts the file as it is. Nothing is kept in the browser.
//
//   <div id="photo-front" data-photo-card>
//     <form method="post" enctype="multipart/form-data" action="..." data-photo-upload
//           data-preparing="Getting it ready" data-sending="Sending, #%" data-checking="Checking it"
//           data-stopped="Stopped" data-failed="It did not arrive" data-too-large="It is too large"
//           data-again="Try again">
//       ... <input type="file" name="photo" accept="image/*" required> ...
//       <p role="status" data-photo-status></p>
//       <progress max="100" value="0" aria-label="..." data-photo-progress hidden></progress>
//       <button type="button" data-photo-stop hidden>Stop</button>
//       <button data-photo-send>Send</button>
//     </form>
//   </div>
//
// The server answers as it does without this file: a page (after a redirect, or 422 with what is wrong)
// that holds the card of the same id, which takes the old one's place. In it, [data-focus] gets the focus
// and [data-announce] is said aloud through #live.
(() => {
  "use strict";
  const LONGEST_SIDE = 2000;
  const LONGEST_WAIT = 5 * 60 * 1000;
  const working = new Map(); // each form that is sending, and what stops it
  const failures = new WeakMap(); // each form's failures one after another

  const part = (form, name) => form.querySelector(`[data-photo-${name}]`);

  const show = (form, words, isWorking = true) => {
    const status = part(form, "status");
    if (status.textContent !== words) status.textContent = words;
    part(form, "progress").hidden = !isWorking;
    part(form, "stop").hidden = !isWorking;
    if (isWorking) part(form, "send").hidden = true;
    else working.delete(form);
  };

  // The photo upright, at most 2,000 pixels a side, as JPEG; as it is if it is small enough already, or
  // if this browser cannot decode it (HEIC in many).
  const shrink = async (file) => {
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = LONGEST_SIDE / Math.max(bitmap.width, bitmap.height);
      if (scale >= 1) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.fillStyle = "white"; // JPEG knows no transparency
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.9); });
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file;
    }
  };

  const fail = (form, words) => {
    failures.set(form, (failures.get(form) || 0) + 1);
    show(form, words, false);
    part(form, "send").textContent = form.dataset.again;
    part(form, "send").hidden = false;
  };

  const readAnswer = (form, { status, responseText }) => {
    if (status === 413) return fail(form, form.dataset.tooLarge);
    if (status === 423) document.dispatchEvent(new Event("nuan:locked"));
    if (status !== 422 && (status < 200 || status > 299)) return fail(form, form.dataset.failed);
    working.delete(form);
    const card = form.closest("[data-photo-card]");
    const fresh = new DOMParser().parseFromString(responseText, "text/html").getElementById(card.id);
    // No card: signed out meanwhile, perhaps. The page itself knows where to go.
    if (!fresh) return window.location.reload();
    const hadFocus = card.contains(document.activeElement) || document.activeElement === document.body;
    card.replaceWith(fresh);
    setUp(fresh);
    const words = fresh.querySelector("[data-announce]");
    const live = document.getElementById("live");
    if (words && live) live.textContent = words.dataset.announce;
    if (hadFocus) fresh.querySelector("[data-focus]")?.focus();
  };

  const send = async (form) => {
    const input = form.querySelector("input[type=file]");
    if (!input.files.length || working.has(form)) return;
    const request = new XMLHttpRequest();
    let isStopped = false;
    working.set(form, () => {
      isStopped = true;
      request.abort();
      show(form, form.dataset.stopped, false);
      input.value = "";
      input.focus();
    });
    part(form, "progress").removeAttribute("value");
    show(form, form.dataset.preparing);
    const photo = await shrink(input.files[0]);
    if (isStopped) return;

    const data = new FormData(form);
    data.set(input.name, photo, photo === input.files[0] ? photo.name : "photo.jpg");
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (!lengthComputable || isStopped) return;
      part(form, "progress").value = (loaded / total) * 100;
      // The words are said aloud, so they change only four times.
      show(form, form.dataset.sending.replace("#", Math.floor((loaded / total) * 4) * 25));
    });
    request.upload.addEventListener("load", () => {
      part(form, "progress").removeAttribute("value");
      show(form, form.dataset.checking);
    });
    request.addEventListener("load", () => readAnswer(form, request));
    for (const fault of ["error", "timeout"]) {
      request.addEventListener(fault, () => fail(form, form.dataset.failed));
    }
    request.open("POST", form.action);
    request.timeout = LONGEST_WAIT;
    request.send(data);
  };

  const setUp = (root) => {
    for (const form of root.querySelectorAll("form[data-photo-upload]")) part(form, "send").hidden = true;
  };

  const formOf = (target) => target.closest?.("form[data-photo-upload]");

  document.addEventListener("change", ({ target }) => {
    if (target.type === "file" && formOf(target)) send(formOf(target));
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-photo-stop]")) working.get(formOf(target))?.();
  });
  document.addEventListener("submit", (event) => {
    const form = formOf(event.target);
    if (!form || (failures.get(form) || 0) > 1) return;
    event.preventDefault();
    send(form);
  });

  // Whether we may keep photos was answered on this page: show the cards as they are now.
  document.addEventListener("form-saved", async () => {
    const old = document.querySelector("[data-photo-set]");
    if (!old || working.size) return;
    try {
      const answer = await fetch(window.location.pathname);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-photo-set]");
      if (!fresh || fresh.dataset.may === old.dataset.may || working.size) return;
      old.replaceWith(fresh);
      setUp(fresh);
    } catch {
      // The cards stay as they are: saving the page shows them as well.
    }
  });
  window.addEventListener("beforeunload", (event) => working.size && event.preventDefault());
  document.addEventListener("htmx:afterSettle", ({ target }) => setUp(target));
  document.documentElement.classList.add("has-photo-script");
  setUp(document);
})();
