"""Writing the file of a copy: data.json, a page to read, and photos, in one ZIP with AES-256.

Nothing is on disk but the sealed file, and no more than one photo is in memory.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pyzipper
from django.template.loader import render_to_string
from django.utils import translation

from bookings.queries.own_data import describe_all
from bookings.services.copy_words import make_sections
from clinic.sealed_files import SealedWriter
from clinic.sealing import Place, Unreadable
from patients.models import DataExport, Patient, Photo
from patients.queries.own_record import name_of_photo
from patients.queries.photos import read_photo
from patients.queries.vault import Vault, get_vault


def write_copy(
    row: DataExport, *, path: Path, key: bytes, place: Place, password: str, now: datetime
) -> None:
    """Write the sealed file of a copy at `path`, whole and on the disk, over whatever lay there.

    A photo that does not open any more is left out; `data.json` names it all the same.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        writer = SealedWriter(file, key, place)
        with pyzipper.AESZipFile(
            cast("Any", writer), "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
        ) as bundle:
            bundle.setpassword(password.encode())
            bundle.setencryption(pyzipper.WZ_AES, nbits=256)
            _fill(bundle, row, now)
        writer.close()
        file.flush()
        os.fsync(file.fileno())


def _fill(bundle: pyzipper.AESZipFile, row: DataExport, now: datetime) -> None:
    vault = get_vault([row.patient_id])
    with translation.override(row.language):
        data = describe_all(
            row.patient,
            vault,
            language=row.language,
            leaves_out_private=row.leaves_out_private,
            now=now,
        )
        page = render_to_string("rights/copy.html", {"data": data, "sections": make_sections(data)})
    bundle.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
    bundle.writestr("index.html", page)
    bundle.writestr("style.css", render_to_string("rights/copy.css"))
    _add_photos(bundle, row.patient, vault)


def _add_photos(bundle: pyzipper.AESZipFile, patient: Patient, vault: Vault) -> None:
    for photo in Photo.objects.filter(patient=patient).order_by("uploaded_at", "pk").iterator():
        try:
            jpeg = read_photo(photo, vault)
        except Unreadable:
            continue
        bundle.writestr(name_of_photo(photo), jpeg, compress_type=pyzipper.ZIP_STORED)
