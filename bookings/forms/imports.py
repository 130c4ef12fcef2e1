"""What the owner chooses when a file is imported, and what is exported."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.import_columns import VISIT_FIELDS, Field, guess_columns
from bookings.import_files import LARGEST_BYTES, BadFile, Table, read_table
from bookings.import_rows import Choices
from bookings.import_values import Order
from bookings.queries.import_facts import Clinicians
from clinic.models import Site, VisitMode

FILE_WORDS = {
    "empty": _("This file is empty. Choose another one."),
    "too_large": _("This file is larger than 5 MB. Split it into several files."),
    "not_a_table": _("We can't read this file. Save it as CSV or as an Excel workbook (.xlsx)."),
    "too_many_rows": _("This file has more than 5,000 rows. Split it into several files."),
    "too_many_columns": _("This file has more than 60 columns. Remove those that you don't need."),
    "no_rows": _("This file has no rows below its first line."),
}
FIELD_WORDS = {
    Field.NAME: _("Full name"),
    Field.FIRST_NAME: _("First name"),
    Field.LAST_NAME: _("Last name"),
    Field.PHONE: _("Phone"),
    Field.EMAIL: _("E-mail"),
    Field.BIRTH_DATE: _("Date of birth"),
    Field.LANGUAGE: _("Language"),
    Field.CONTACT_NAME: _("Name of the contact person"),
    Field.DATE: _("Date of the visit"),
    Field.TIME: _("Time of the visit"),
    Field.VISIT_TYPE: _("Visit type"),
    Field.PRACTITIONER: _("Practitioner"),
    Field.MODE: _("How it happens"),
    Field.STATUS: _("Status of the visit"),
}
NAME_FIELDS = (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)


class UploadForm(forms.Form):
    """A file and the site whose patients it lists."""

    use_required_attribute = False

    site = forms.ModelChoiceField(
        Site.objects.filter(archived_at__isnull=True).order_by("order", "pk"),
        label=_("Site"),
        empty_label=None,
        to_field_name="slug",
        help_text=_("Where the visits in the file take place. Its country tells us how phones are written."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), 5 MB and 5,000 rows at most. The first line names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": FILE_WORDS["empty"]},
    )

    def clean_file(self) -> bytes:
        """Return the content of a file that is a table; `name` holds what it is called.

        :raises ValidationError: with what is wrong, if it is not one.
        """
        sent: Any = self.cleaned_data["file"]
        if (sent.size or 0) > LARGEST_BYTES:
            raise ValidationError(FILE_WORDS["too_large"])
        raw = sent.read()
        try:
            read_table(raw)
        except BadFile as bad:
            raise ValidationError(FILE_WORDS[bad.code]) from None
        self.name = "".join(letter for letter in (sent.name or "") if letter.isprintable())[-120:]
        return bytes(raw)


class ColumnsForm(forms.Form):
    """Which column is which: a select a field, guessed from the first line. Options show a sample."""

    use_required_attribute = False

    order = forms.ChoiceField(
        label=_("How dates are written"),
        choices=[
            (Order.DAY_FIRST.value, _("Day first: 25/11/2026")),
            (Order.MONTH_FIRST.value, _("Month first: 11/25/2026")),
        ],
        initial=Order.DAY_FIRST.value,
        help_text=_("Buddhist years such as 2569 are understood."),
    )
    any_visit_type = forms.TypedChoiceField(
        label=_("Visit type of rows that name none"), coerce=int, empty_value=None, required=False
    )
    any_mode = forms.ChoiceField(
        label=_("How visits happen if a row doesn't say"),
        choices=VisitMode,
        initial=VisitMode.IN_PERSON.value,
    )

    def __init__(
        self, table: Table, clinicians: Clinicians, *args: Any, chosen: Choices | None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.table = table
        columns = chosen.columns if chosen else guess_columns(table.headers)
        named = [(str(n), self._column_words(n)) for n in range(len(table.headers))]
        for field in Field:
            self.fields[field.value] = forms.TypedChoiceField(
                label=FIELD_WORDS[field],
                choices=[("", _("Not in the file")), *named],
                coerce=int,
                empty_value=None,
                required=False,
                initial="" if field not in columns else str(columns[field]),
                error_messages={"invalid_choice": _("Choose a column of the file.")},
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        offered = [
            (str(pk), offer.visit_type.name_text)
            for pk, offer in clinicians.offers.items()
            if not offer.is_gated
        ]
        kind = self.fields["any_visit_type"]
        assert isinstance(kind, forms.TypedChoiceField)  # noqa: S101 (declared above)
        kind.choices = [("", _("Leave out such rows")), *offered]
        if chosen:
            self.initial["order"], self.initial["any_mode"] = chosen.order.value, chosen.mode
            self.initial["any_visit_type"] = chosen.visit_type_id
        elif offered:
            self.initial["any_visit_type"] = offered[0][0]

    def clean(self) -> dict[str, Any]:
        """Ask for a name, for a time with a date, and for each column once.

        :raises ValidationError: never; what is wrong stands at its field.
        """
        cleaned = super().clean() or self.cleaned_data
        if all(cleaned.get(field.value) is None for field in NAME_FIELDS):
            self.add_error(Field.NAME.value, _("Say which column has the name."))
        seen: dict[int, Field] = {}
        for field in Field:
            column = cleaned.get(field.value)
            if column is None:
                continue
            if column in seen and {field, seen[column]} != {Field.DATE, Field.TIME}:
                self.add_error(field.value, _("This column is chosen twice."))
            seen.setdefault(column, field)
        if cleaned.get(Field.TIME.value) is not None and cleaned.get(Field.DATE.value) is None:
            self.add_error(Field.DATE.value, _("Say which column has the date of the visit."))
        return cleaned

    def choices(self) -> Choices:
        """Return what a valid form chose."""
        values = self.cleaned_data
        return Choices(
            columns={field: values[field.value] for field in Field if values[field.value] is not None},
            order=Order(values["order"]),
            visit_type_id=values["any_visit_type"],
            mode=values["any_mode"],
        )

    def people_fields(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Return the fields about people, each with samples of its column."""
        return self._with_samples([field for field in Field if field not in VISIT_FIELDS])

    def visit_fields(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Return the fields about visits, each with samples of its column."""
        return self._with_samples(list(VISIT_FIELDS))

    def other_fields(self) -> list[forms.BoundField]:
        """Return what holds for the whole file."""
        return [self["order"], self["any_visit_type"], self["any_mode"]]

    def _with_samples(self, fields: list[Field]) -> list[tuple[forms.BoundField, list[str]]]:
        return [(self[field.value], self._sample(self[field.value].value())) for field in fields]

    def _column_words(self, column: int) -> str:
        """Return a column's heading, or its number, with the first thing in it."""
        heading = self.table.headers[column][:40] or _("Column %(number)d") % {"number": column + 1}
        sample = self.table.sample(column, 1)
        return f"{heading} · {sample[0][:30]}" if sample else str(heading)

    def _sample(self, value: Any) -> list[str]:
        text = str(value or "") if value is not None else ""
        if not (text.isascii() and text.isdigit()) or len(text) > 3 or int(text) >= len(self.table.headers):
            return []
        return [cell[:40] for cell in self.table.sample(int(text))]


class ImportForm(forms.Form):
    """The press that imports: what to do with people who are here, and the page's stamp."""

    known = forms.ChoiceField(choices=[("use", ""), ("leave", "")], required=False)
    stamp = forms.CharField(max_length=16)

    def leaves_out_known(self) -> bool:
        """Whether the lines about people who are here already are left out."""
        return bool(self.cleaned_data["known"] == "leave")


class ExportVisitsForm(forms.Form):
    """Whose visits, between which two of the site's dates, inclusive."""

    use_required_attribute = False

    site = forms.ModelChoiceField(
        Site.objects.order_by("order", "pk"), label=_("Site"), empty_label=None, to_field_name="slug"
    )
    first = forms.DateField(
        label=_("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last = forms.DateField(label=_("To"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "export_%s", **options})

    def clean_first(self) -> dt.date:
        """Return the first date.

        :raises ValidationError: if it is not in this century.
        """
        return _near(self.cleaned_data["first"])

    def clean_last(self) -> dt.date:
        """Return the last date.

        :raises ValidationError: if it is not in this century, or before the first.
        """
        last, first = _near(self.cleaned_data["last"]), self.cleaned_data.get("first")
        if first is not None and last < first:
            raise ValidationError(_("The last day is before the first."))
        return last


def _near(day: dt.date) -> dt.date:
    if not 2000 <= day.year < 2100:
        raise ValidationError(_("There are no visits so far away."))
    return day
