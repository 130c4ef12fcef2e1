"""A copy of all we hold on somebody, as they may ask for: built by a job, given out once, gone in 72 hours.

The file is a ZIP with AES-256, for them to keep, and sealed once more with a key of its own while it lies
here. Its password is derived like a link's token, shown on the page that asked and nowhere else, and never
stored.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from bookings.services.copy_files import write_copy
from bookings.services.refusals import Refusal, TooMany
from clinic.jobs import BUILD_COPY, UPKEEP_QUEUE
from clinic.key_ring import get_key_ring
from clinic.models import User
from clinic.retention import TABLE, last_moment
from clinic.sealed_files import read_sealed
from clinic.sealing import Place, Unreadable, new_key
from clinic.services import limits, outbox
from clinic.services.audit import Action, Reader, record_read
from clinic.tokens import derive_password
from patients.models import DataExport, Patient
from patients.queries.exports import FOLDER, find_open_export, path_of_export

PURPOSE = "copy"
NOTICE = "copy_ready"
LIVES = last_moment("exports", TABLE["exports"].default)
BUILT_WITHIN = timedelta(minutes=10)
"""After this a copy that is not there is made again: its job was lost."""
GIVEN_UP_AFTER = timedelta(days=1)
MOST_A_DAY = 3


class CopyGone(Refusal):
    """There is no file to fetch: it was fetched, its time is over, or it is not there yet."""

    def __init__(self) -> None:
        super().__init__(_("This file is not here any more. Ask for a new one."))


def ask_for_copy(
    *, patient: Patient, by: User, language: str, leaves_out_private: bool, now: datetime
) -> tuple[DataExport, str]:
    """Have a copy made, and return it with its password; one that is under way comes with "".

    Two presses at once make one. `leaves_out_private` is for a guardian: what a young person told alone stays
    out.

    :raises TooMany: if three were asked for within a day.
    """
    if (known := find_open_export(patient.pk)) is not None:
        return known, ""
    try:
        limits.hit(
            purpose=PURPOSE, subject=str(patient.pk), limit=MOST_A_DAY, window=timedelta(days=1), now=now
        )
    except limits.LimitReached as reached:
        raise TooMany(
            _("You asked for several files today. Please ask again tomorrow."), reached.until
        ) from None
    row = DataExport(
        id=uuid.uuid4(),
        patient=patient,
        asked_by=by,
        asked_at=now,
        language=language,
        leaves_out_private=leaves_out_private,
    )
    row.ring_key, row.wrapped = get_key_ring().wrap(new_key(), place=place_of_copy(row.pk, "wrapped"))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _defer(row.pk)
    except IntegrityError:
        known = find_open_export(patient.pk)
        if known is None:
            raise
        return known, ""
    return row, derive_password(PURPOSE, row.pk)


def build_copy(*, export_id: UUID, now: datetime) -> None:
    """Make the file of a copy and tell whoever asked; one that is there or was ended stays as it is.

    A job that is killed leaves half a file, which the next one writes anew.
    """
    row = DataExport.objects.select_related("patient__account", "asked_by").filter(pk=export_id).first()
    if row is None or row.ended_at is not None or row.built_at is not None:
        return
    _record(row, Reader(row.asked_by), now)
    path = path_of_export(row.pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_copy(
            row, path=path, key=_open_key(row), place=place_of_copy(row.pk, "file"),
            password=derive_password(PURPOSE, row.pk), now=now,
        )  # fmt: skip
    except Unreadable:
        end_copy(export_id=export_id, now=now)
        raise
    with transaction.atomic():
        there = DataExport.objects.filter(pk=export_id, ended_at=None)
        if there.update(built_at=now, expires_at=now + LIVES):
            _tell(row, now)
            return
    path.unlink(missing_ok=True)  # it was erased or ended meanwhile


def take_copy(
    *, patient: Patient, reader: Reader, leaves_out_private: bool, now: datetime
) -> Iterator[bytes]:
    """Give out the file of a patient's copy, piece by piece, and destroy it: it is given out once.

    It has left the disk, and its key the database, before the first piece leaves. To a guardian
    (`leaves_out_private`) none is given that was made for the patient, before the desk knew better: it ends.

    :raises CopyGone: if there is none, or somebody else was quicker.
    """
    if leaves_out_private and (known := find_open_export(patient.pk)) and not known.leaves_out_private:
        end_copy(export_id=known.pk, now=now)
    with transaction.atomic():
        row = DataExport.objects.select_for_update().filter(patient=patient, ended_at=None).first()
        if row is None or row.expires_at is None or row.expires_at <= now:
            raise CopyGone
        key = _open_key(row)
        try:
            file = path_of_export(row.pk).open("rb")
        except FileNotFoundError:
            raise CopyGone from None
        _record(row, reader, now)
        row.downloaded_at = row.ended_at = now
        row.wrapped = None
        row.save(update_fields=["downloaded_at", "ended_at", "wrapped"])
    path_of_export(row.pk).unlink(missing_ok=True)

    def pieces() -> Iterator[bytes]:
        with file:
            yield from read_sealed(file, key=key, place=place_of_copy(row.pk, "file"))

    return pieces()


def end_copy(*, export_id: UUID, now: datetime) -> None:
    """Destroy a copy: its key at once, then its file. Twice is once."""
    DataExport.objects.filter(pk=export_id, ended_at=None).update(ended_at=now, wrapped=None)
    path_of_export(export_id).unlink(missing_ok=True)


def end_copies_of(patient: Patient, *, now: datetime) -> None:
    """Destroy a patient's copy that nobody fetched: its key at once, its file after the commit."""
    for export_id in DataExport.objects.filter(patient=patient, ended_at=None).values_list("pk", flat=True):
        DataExport.objects.filter(pk=export_id).update(ended_at=now, wrapped=None)
        transaction.on_commit(partial(path_of_export(export_id).unlink, missing_ok=True))


def end_copies(*, now: datetime) -> int:
    """Destroy copies whose time is over and files that belong to none; have lost ones made. Return how many.

    Safe to repeat, and after a crash anywhere.
    """
    alive = DataExport.objects.filter(ended_at=None)
    over = list(alive.filter(expires_at__lte=now).values_list("pk", flat=True))
    over += alive.filter(built_at=None, asked_at__lte=now - GIVEN_UP_AFTER).values_list("pk", flat=True)
    for export_id in over:
        end_copy(export_id=export_id, now=now)
    for export_id in alive.filter(built_at=None, asked_at__lte=now - BUILT_WITHIN).values_list(
        "pk", flat=True
    ):
        _defer(export_id)
    kept = {path_of_export(export_id) for export_id in alive.values_list("pk", flat=True)}
    for path in set((settings.PHOTOS_ROOT / FOLDER).glob("*.sealed")) - kept:
        path.unlink(missing_ok=True)
    return len(over)


def _defer(export_id: UUID) -> None:
    app.configure_task(BUILD_COPY, queue=UPKEEP_QUEUE).defer(export_id=str(export_id))


def _record(row: DataExport, reader: Reader, now: datetime) -> None:
    record_read(
        reader=reader,
        action=Action.EXPORTED,
        subject_type="copy",
        subject_ids=[row.pk],
        patient_ids=[row.patient_id],
        now=now,
    )


def _tell(row: DataExport, now: datetime) -> None:
    """Write to the account's own address that the file is there; not a word of what is in it."""
    if row.asked_by is None or not row.asked_by.email:
        return
    outbox.post(
        subject_type=PURPOSE,
        subject_id=row.pk,
        kind=NOTICE,
        version=1,
        to=row.asked_by.email,
        language=row.language,
        facts={"expires_at": (now + LIVES).isoformat()},
        now=now,
    )


def _open_key(row: DataExport) -> bytes:
    if row.wrapped is None:
        raise Unreadable
    return get_key_ring().unwrap(row.wrapped, name=row.ring_key, place=place_of_copy(row.pk, "wrapped"))


def place_of_copy(export_id: UUID, field: str) -> Place:
    """Return where a part of a copy is sealed for."""
    return Place("patients_dataexport", export_id, field)
