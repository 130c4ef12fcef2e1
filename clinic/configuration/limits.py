"""Limits against abuse, per hour unless said otherwise; see clinic/services/limits.py."""

from clinic.configuration.environment import env

LIMIT_HOLDS_PER_ADDRESS = env.int("NUAN_LIMIT_HOLDS_PER_ADDRESS", default=30)
LIMIT_BOOKINGS_PER_ADDRESS = env.int("NUAN_LIMIT_BOOKINGS_PER_ADDRESS", default=20)
LIMIT_PHOTOS_PER_PATIENT = env.int("NUAN_LIMIT_PHOTOS_PER_PATIENT", default=60)
LIMIT_SEARCHES_PER_PERSON = env.int("NUAN_LIMIT_SEARCHES_PER_PERSON", default=1200)
LIMIT_UPCOMING_PER_EMAIL = env.int("NUAN_LIMIT_UPCOMING_PER_EMAIL", default=6)
