"""Who is on a patient's care team: see bookings/queries/care_visits.py and docs/running.md."""

from datetime import timedelta

from clinic.configuration.environment import env

CARE_AHEAD = timedelta(days=env.int("NUAN_CARE_DAYS_AHEAD", default=14))
CARE_AFTER = timedelta(days=env.int("NUAN_CARE_DAYS_AFTER", default=30))
CARE_SHIFT_BEFORE = timedelta(minutes=env.int("NUAN_CARE_MINUTES_BEFORE_SHIFT", default=60))
CARE_SHIFT_AFTER = timedelta(minutes=env.int("NUAN_CARE_MINUTES_AFTER_SHIFT", default=120))
