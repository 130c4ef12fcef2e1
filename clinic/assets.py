"""Browser assets from npm packages, by an allow-list; nothing third-party is committed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"

# URL below /static/ -> file below node_modules/
ASSETS = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/fonts/figtree-latin.woff2": "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
    "vendor/fonts/figtree-latin-ext.woff2": (
        "@fontsource-variable/figtree/files/figtree-latin-ext-wght-normal.woff2"
    ),
    **{
        f"vendor/fonts/newsreader-latin-{weight}.woff2": (
            f"@fontsource/newsreader/files/newsreader-latin-{weight}-normal.woff2"
        )
        for weight in (500, 600)
    },
    **{
        f"vendor/fonts/plex-thai-{weight}.woff2": (
            "@fontsource/ibm-plex-sans-thai-looped/files/"
            f"ibm-plex-sans-thai-looped-thai-{weight}-normal.woff2"
        )
        for weight in (400, 500, 600)
    },
    **{
        f"vendor/fonts/noto-serif-thai-{weight}.woff2": (
            f"@fontsource/noto-serif-thai/files/noto-serif-thai-thai-{weight}-normal.woff2"
        )
        for weight in (500, 600)
    },
}


class BrowserAssetFinder(BaseFinder):
    """Finds the files named in `ASSETS`, and no other file of `node_modules`."""

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """Return the file for a static path, or an empty list."""
        source = ASSETS.get(path)
        if source is None or not (NODE_MODULES / source).is_file():
            return []
        found = str(NODE_MODULES / source)
        return [found] if find_all else found

    def list(
        self,
        ignore_patterns: Iterable[str] | None,  # noqa: ARG002 (Django's signature; nothing is ignored)
    ) -> Iterator[tuple[str, "_Renamed"]]:
        """Yield each asset with a storage that knows it by its public name."""
        for path in ASSETS:
            yield path, _Renamed()


class _Renamed(FileSystemStorage):
    """Opens an asset by its public name."""

    prefix = ""

    def __init__(self) -> None:
        super().__init__(location=str(NODE_MODULES))

    def path(self, name: str) -> str:
        return str(NODE_MODULES / ASSETS[name])
