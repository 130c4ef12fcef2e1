"""Which column of a clinic's own table means what: guessed from its first line, decided by a person. Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum

from bookings.import_values import words_key


class Field(StrEnum):
    """What a column can mean."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PHONE = "phone"
    EMAIL = "email"
    BIRTH_DATE = "birth_date"
    LANGUAGE = "language"
    CONTACT_NAME = "contact_name"
    DATE = "date"
    TIME = "time"
    VISIT_TYPE = "visit_type"
    PRACTITIONER = "practitioner"
    MODE = "mode"
    STATUS = "status"


VISIT_FIELDS = (
    Field.DATE,
    Field.TIME,
    Field.VISIT_TYPE,
    Field.PRACTITIONER,
    Field.MODE,
    Field.STATUS,
)

_HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.NAME: (
        "name",
        "fullname",
        "patient",
        "patientname",
        "client",
        "ชื่อนามสกุล",
        "ชื่อสกุล",
        "ชื่อผู้ป่วย",
        "ชื่อลูกค้า",
    ),
    Field.FIRST_NAME: ("firstname", "givenname", "forename", "ชื่อ"),
    Field.LAST_NAME: ("lastname", "surname", "familyname", "นามสกุล", "สกุล"),
    Field.PHONE: (
        "phone",
        "mobile",
        "mobilephone",
        "phonenumber",
        "telephone",
        "tel",
        "cell",
        "โทร",
        "โทรศัพท์",
        "เบอร์",
        "เบอร์โทร",
        "เบอร์โทรศัพท์",
        "มือถือ",
    ),
    Field.EMAIL: ("email", "emailaddress", "mail", "อีเมล", "อีเมล์"),
    Field.BIRTH_DATE: ("birthdate", "dateofbirth", "dob", "birthday", "born", "วันเกิด", "วันเดือนปีเกิด"),
    Field.LANGUAGE: ("language", "lang", "ภาษา"),
    Field.CONTACT_NAME: ("contact", "contactname", "guardian", "parent", "ผู้ปกครอง", "ผู้ติดต่อ"),
    Field.DATE: ("date", "visitdate", "appointmentdate", "day", "startdate", "วันที่", "วันนัด", "วันที่นัด"),
    Field.TIME: ("time", "start", "starttime", "visittime", "appointmenttime", "เวลา", "เวลานัด"),
    Field.VISIT_TYPE: (
        "visit",
        "visittype",
        "service",
        "type",
        "appointmenttype",
        "treatment",
        "บริการ",
        "ประเภทนัด",
    ),
    Field.PRACTITIONER: (
        "practitioner",
        "doctor",
        "provider",
        "clinician",
        "with",
        "staff",
        "แพทย์",
        "หมอ",
        "ผู้ตรวจ",
    ),
    Field.MODE: ("mode", "how", "channel", "วิธี", "ช่องทาง"),
    Field.STATUS: ("status", "state", "สถานะ"),
}
_MEANS = {heading: field for field, headings in _HEADINGS.items() for heading in headings}


def guess_columns(headers: Sequence[str]) -> dict[Field, int]:
    """Return the column each field is probably in, by the words of the first line; the first one wins."""
    guessed: dict[Field, int] = {}
    for column, header in enumerate(headers):
        field = _MEANS.get(_bare(header))
        if field is not None:
            guessed.setdefault(field, column)
    if Field.NAME in guessed:
        guessed.pop(Field.FIRST_NAME, None)
        guessed.pop(Field.LAST_NAME, None)
    elif Field.FIRST_NAME in guessed and Field.LAST_NAME not in guessed:
        guessed[Field.NAME] = guessed.pop(Field.FIRST_NAME)
    return guessed


def _bare(header: str) -> str:
    """Return a heading without case, spaces, signs and what is in brackets."""
    return words_key(re.sub(r"\(.*?\)", "", header))
