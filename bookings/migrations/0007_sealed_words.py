"""Seal the desk's notes on visits, and why visits were cancelled, each with the data key of its patient."""

import uuid
from typing import Any

from django.db import migrations, models

from clinic.key_ring import get_key_ring
from clinic.sealing import Place, canonical, new_key, seal


def seal_words(apps: Any, _schema_editor: Any) -> None:
    """Seal what is written beside visits. Needs the key ring; a key that it does not open stops the migration."""
    visits = apps.get_model("bookings", "Appointment").objects
    written = visits.exclude(patient=None).exclude(cancel_reason="", desk_note="")
    for visit in written.order_by("pk").iterator(chunk_size=500):
        key_id, key = data_key(apps.get_model("patients", "DataKey").objects, visit.patient_id)
        for name in ("cancel_reason", "desk_note"):
            if words := getattr(visit, name):
                place = Place("bookings_appointment", visit.pk, f"sealed_{name}/{visit.patient_id}")
                sealed = seal(canonical(words), key=key, key_id=key_id, place=place)
                visits.filter(pk=visit.pk).update(**{f"sealed_{name}": sealed})


def data_key(keys: Any, patient_id: uuid.UUID) -> tuple[uuid.UUID, bytes]:
    """Return a patient's data key and its id, made if there was none; as `patients/services/vault.py` does."""
    ring, row = get_key_ring(), keys.filter(patient_id=patient_id).first()
    if row is not None:
        place = Place("patients_datakey", row.pk, f"wrapped/{patient_id}")
        return row.pk, ring.unwrap(row.wrapped, name=row.ring_key, place=place)
    key_id, key = uuid.uuid4(), new_key()
    name, wrapped = ring.wrap(key, place=Place("patients_datakey", key_id, f"wrapped/{patient_id}"))
    keys.create(id=key_id, patient_id=patient_id, ring_key=name, wrapped=wrapped)
    return key_id, key


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0006_forget_visits"),
        ("patients", "0007_data_rights"),
    ]

    operations = [
        migrations.AddField("appointment", "sealed_cancel_reason", models.BinaryField(null=True, blank=True)),
        migrations.AddField("appointment", "sealed_desk_note", models.BinaryField(null=True, blank=True)),
        migrations.RunPython(seal_words, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # or no column can go
        migrations.RemoveField("appointment", "cancel_reason"),
        migrations.RemoveField("appointment", "desk_note"),
    ]
