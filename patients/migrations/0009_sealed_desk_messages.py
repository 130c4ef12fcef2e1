"""Seal the words of the desk's messages, each with the data key of its patient."""

import uuid
from typing import Any

from django.db import migrations, models

from clinic.key_ring import get_key_ring
from clinic.sealing import Place, canonical, new_key, seal


def seal_words(apps: Any, _schema_editor: Any) -> None:
    """Seal every message's words. Needs the key ring; a key that it does not open stops the migration."""
    messages = apps.get_model("patients", "DeskMessage").objects
    for message in messages.order_by("pk").iterator(chunk_size=500):
        key_id, key = data_key(apps.get_model("patients", "DataKey").objects, message.patient_id)
        place = Place("patients_deskmessage", message.pk, f"sealed/{message.patient_id}")
        sealed = seal(canonical(message.words), key=key, key_id=key_id, place=place)
        messages.filter(pk=message.pk).update(sealed=sealed)


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
        ("patients", "0008_reason_access"),
    ]

    operations = [
        migrations.AddField("deskmessage", "sealed", models.BinaryField(null=True)),
        migrations.RunPython(seal_words, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # or no column can go
        migrations.AlterField("deskmessage", "sealed", models.BinaryField()),
        migrations.RemoveField("deskmessage", "words"),
    ]
