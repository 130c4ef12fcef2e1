"""The one way in which the history of visits goes: a function of the owner's, for whoever may not delete a row of it.

It takes the history of who is erased, and of times that were held and never booked.
"""

from django.db import migrations

FORGET = """
CREATE FUNCTION nuan_forget_visits(visits uuid[]) RETURNS bigint LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM bookings_appointmentevent AS row
         WHERE row.pgh_obj_id = ANY(visits)
           AND (EXISTS (SELECT FROM bookings_appointment a JOIN patients_patient p ON p.id = a.patient_id
                         WHERE a.id = row.pgh_obj_id AND p.erased_at IS NOT NULL)
                OR NOT EXISTS (SELECT FROM bookings_appointmentevent other
                                WHERE other.pgh_obj_id = row.pgh_obj_id
                                  AND other.status NOT IN ('held', 'expired')))
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_never_of_erased"), ("patients", "0007_data_rights")]

    operations = [migrations.RunSQL(FORGET, "DROP FUNCTION nuan_forget_visits(uuid[]);")]
