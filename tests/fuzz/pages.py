"""What a page offers: its links, and its forms with what stands in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from tests.fuzz.values import HONEST


@dataclass
class Form:
    """One form: where it goes, and its fields with the value that a person could leave there."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass
class Page:
    """The links and forms of one page, as addresses of this site."""

    links: list[str]
    forms: list[Form]


class _Reader(HTMLParser):
    """Collects links and forms; a button counts as pressed, a choice as its first option with a value."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.form: Form | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a link, a form or one of its fields."""
        values = {name: value or "" for name, value in attrs}
        for name in ("href", "data-panel", "data-changes", "hx-get", "data-save", "data-presence", "src"):
            if values.get(name, "").startswith(("/", "?")):
                self.links.append(self._absolute(values[name]))
        if tag == "form":
            self._open(values)
        elif tag in {"input", "button", "textarea", "select", "option"}:
            self._field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        """Close a form or a choice."""
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None

    def _open(self, values: dict[str, str]) -> None:
        action = self._absolute(values.get("action") or self.address)
        self.form = Form(action, values.get("method", "get").upper())
        self.forms.append(self.form)
        self.by_id[values.get("id", "")] = self.form

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form = self.by_id.get(values["form"]) if values.get("form") else self.form
        if form is None:
            return
        if tag == "option":
            if self.select and values.get("value") and self.select not in dict(form.fields):
                form.fields.append((self.select, values["value"]))
            return
        name = values.get("name")
        if not name:
            return
        kind = values.get("type", "text" if tag == "input" else tag)
        if tag == "select":
            self.select = name
        elif kind == "file":
            form.files.append(name)
        else:
            form.fields.append((name, values.get("value") or HONEST.get(kind, "")))

    def _absolute(self, address: str) -> str:
        return urldefrag(urljoin(self.address, address))[0]


def read_page(address: str, html: str) -> Page:
    """Return what a page at `address` offers."""
    reader = _Reader(address)
    reader.feed(html)
    links = [link for link in dict.fromkeys(reader.links) if link.startswith("/") and "/static/" not in link]
    forms = [form for form in reader.forms if form.action.startswith("/")]
    return Page(links, forms)
