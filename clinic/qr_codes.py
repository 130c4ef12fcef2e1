"""QR codes as shapes for an inline SVG: nothing is fetched, and no style is written."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M


@dataclass(frozen=True)
class QrCode:
    """A square of `size` by `size` modules, its quiet zone included, and the path of its dark ones."""

    size: int
    path: str


def make_qr_code(text: str) -> QrCode:
    """Return the QR code of a text, with the 15% of redundancy that a smeared screen needs."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return QrCode(len(rows), path)
