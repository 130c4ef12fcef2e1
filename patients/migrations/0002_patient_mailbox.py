from django.db import migrations, models

import patients.models


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(patients.models.Mailbox("email"), name="patient_mailbox"),
        ),
    ]
