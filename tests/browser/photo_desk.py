"""A tiny site of its own for `photos.js`: one page with one card, and what it received."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.local.places import ROOT

SCRIPT = ROOT / "clinic" / "static" / "clinic" / "photos.js"
CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'"
PAGE = """<!doctype html><html lang="en"><title>Photos</title><main><h1>Photos</h1>
<div id="live" aria-live="polite"></div>
<div id="photo-front" data-photo-card>{words}
<form method="post" enctype="multipart/form-data" data-photo-upload
  data-preparing="Getting it ready" data-sending="Sending, #%" data-checking="Checking it"
  data-stopped="Stopped" data-failed="It did not arrive"
  data-too-large="It is too large" data-again="Try again">
<input type="hidden" name="key" value="k1">
<label>Front <input type="file" name="photo" accept="image/*" required></label>
<p role="status" data-photo-status></p>
<progress max="100" value="0" aria-label="Front photo" data-photo-progress hidden></progress>
<button type="button" data-photo-stop hidden>Stop</button>
<button data-photo-send>Send</button>
</form></div></main><script src="/photos.js" defer></script></html>"""
ADDED = '<p data-announce="Front photo added" data-focus tabindex="-1">Added</p>'


@dataclass
class Desk:
    """What the site does with the next photos, and those it received: file name, bytes, form's key."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[tuple[str, bytes, str]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()


class Handler(BaseHTTPRequestHandler):
    """Serves the page and the script, and receives photos."""

    def __init__(self, desk: Desk, *arguments: object) -> None:
        self.desk = desk
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Serve the page, the page after a photo, or the script."""
        if self.path == "/photos.js":
            self.answer(200, SCRIPT.read_bytes(), "text/javascript")
        else:
            self.page(200, ADDED if self.path == "/added" else "")

    def do_POST(self) -> None:
        """Receive a photo, and answer as the test wants: 302 as a rule."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.desk.hold.wait(20)
        message = message_from_bytes(
            b"Content-Type: " + self.headers["Content-Type"].encode() + b"\n\n" + body
        )
        parts = {part.get_param("name", header="content-disposition"): part for part in message.walk()}
        key, photo = parts["key"].get_payload(decode=True), parts["photo"].get_payload(decode=True)
        assert isinstance(key, bytes)
        assert isinstance(photo, bytes)
        self.desk.received.append((parts["photo"].get_filename() or "", photo, key.decode()))
        status = self.desk.answers.pop(0) if self.desk.answers else 302
        if status == 302:
            self.send_response(302)
            self.send_header("Location", "/added")
            self.end_headers()
        else:
            self.page(status, "<p data-focus tabindex='-1'>It is damaged</p>" if status == 422 else "")

    def page(self, status: int, words: str) -> None:
        """Answer with the page."""
        self.answer(status, PAGE.format(words=words).encode(), "text/html")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        """Answer with some bytes."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def open_desk() -> Iterator[Desk]:
    """Run the site on a free port."""
    desk = Desk()
    handler: Callable[..., BaseHTTPRequestHandler] = partial(Handler, desk)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        desk.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield desk
        desk.hold.set()
        server.shutdown()
