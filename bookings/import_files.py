"""Tables that a clinic brings along: CSV and XLSX files as rows of texts. Pure.

A file is a stranger's: sizes are bounded before anything is unpacked, formulas are never worked out, and
openpyxl reads XML with defusedxml.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import openpyxl

LARGEST_BYTES = 5_000_000
LARGEST_UNPACKED_BYTES = 60_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 1_000
ENCODINGS = ("utf-8-sig", "cp874", "cp1252")
"""UTF-8 first; then what Thai and Western Windows write."""


class BadFile(Exception):
    """Why a file is not a table we can read: `code` is one of empty, too_large, not_a_table, too_many_rows,
    too_many_columns, no_rows.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Table:
    """The first line of a table and the lines below it; every line is as long as the first."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def sample(self, column: int, count: int = 3) -> list[str]:
        """Return the first texts of a column that are not empty."""
        return list(islice((row[column] for row in self.rows if row[column]), count))


def read_table(raw: bytes) -> Table:
    """Return the table in a file: an XLSX workbook's first sheet, or CSV of any usual separator and encoding.

    Dates and times become ISO text. Empty lines are left out.

    :raises BadFile: if it is neither, or beyond the bounds.
    """
    if not raw.strip():
        raise BadFile("empty")
    if len(raw) > LARGEST_BYTES:
        raise BadFile("too_large")
    return _make_table(_read_workbook(raw) if raw[:2] == b"PK" else _read_csv(raw))


def _make_table(lines: Iterable[Iterable[str]]) -> Table:
    """Return lines as a table.

    :raises BadFile: if there are too many, or none below the first.
    """
    kept = []
    for line in lines:
        cells = [cell.replace("\0", "").strip()[:LONGEST_CELL] for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            kept.append(cells)
        if len(cells) > MOST_COLUMNS:
            raise BadFile("too_many_columns")
        if len(kept) > MOST_ROWS + 1:
            raise BadFile("too_many_rows")
    if len(kept) < 2:
        raise BadFile("no_rows")
    width = max(map(len, kept))
    headers, *rows = (tuple(cells + [""] * (width - len(cells))) for cells in kept)
    return Table(headers, tuple(rows))


def _read_csv(raw: bytes) -> list[list[str]]:
    """Return the lines of a CSV file.

    :raises BadFile: if it is not text, or not in lines.
    """
    text = _decode(raw)
    if "\0" in text:
        raise BadFile("not_a_table")
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), MOST_ROWS * 2))
    except csv.Error as error:
        raise BadFile("not_a_table") from error


def _decode(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("not_a_table")


def _read_workbook(raw: bytes) -> list[list[str]]:
    """Return the lines of a workbook's first sheet.

    :raises BadFile: if it is not a workbook, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                raise BadFile("too_large")
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        most = {"max_row": MOST_ROWS * 2, "max_col": MOST_COLUMNS + 1}
        return [[_as_text(cell) for cell in line] for line in sheet.iter_rows(values_only=True, **most)]
    except BadFile:
        raise
    except Exception as error:  # whatever openpyxl makes of a broken file, it is not a table
        raise BadFile("not_a_table") from error


def _as_text(cell: Any) -> str:
    """Return a cell as somebody would type it; a whole number without decimals, a midnight as a date."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
