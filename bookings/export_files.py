"""Tables that leave the clinic: CSV in which no spreadsheet runs a formula, and XLSX of texts only. Pure."""

import io
from collections.abc import Iterable, Iterator, Sequence

import openpyxl
from defusedcsv import csv
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Lines = Iterable[Sequence[str]]

PATIENT_COLUMNS = ("Name", "Phone", "Email", "Birth date", "Language", "Contact name")
VISIT_COLUMNS = (
    *("Date", "Time", "Visit type", "Practitioner", "Mode", "Status", "Reference"),
    *PATIENT_COLUMNS,
)
"""English in every language, so that the import knows them again."""


def csv_chunks(columns: Sequence[str], chunks: Iterable[Lines]) -> Iterator[bytes]:
    """Return a CSV file piece by piece, UTF-8 with the mark that Excel wants."""
    yield b"\xef\xbb\xbf" + _csv_lines([columns])
    for lines in chunks:
        yield _csv_lines(lines)


def _csv_lines(lines: Lines) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_without_blank(text) for text in line] for line in lines)
    return written.getvalue().encode()


def _without_blank(text: str) -> str:
    """Mark a cell that begins with a tab or a line break, which spreadsheets drop; `csv` marks the others."""
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text


def xlsx_file(columns: Sequence[str], chunks: Iterable[Lines]) -> io.BytesIO:
    """Return a workbook of one sheet, every cell a text: dates and phones stay as they are written."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Nuan")

    def text_cell(text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
        cell.data_type = "s"
        return cell

    sheet.append([text_cell(column) for column in columns])
    for lines in chunks:
        for line in lines:
            sheet.append([text_cell(text) for text in line])
    made = io.BytesIO()
    book.save(made)
    made.seek(0)
    return made
