"""Which of this app's tables a trigger watches, and why the others are not; see `clinic/watched.py`. Pure."""

from collections.abc import Mapping

WATCHED: Mapping[str, tuple[str, ...]] = {
    "bookings_workinghours": (),
    "bookings_exceptionalopening": (),
    "bookings_closure": (),
    "bookings_timeoff": ("note",),
    "bookings_walkin": ("name", "phone"),
    "bookings_runninglate": (),
    "bookings_rebooking": (),
    "bookings_importbatch": ("sealed", "file_name", "choices"),
}

NOT_WATCHED: Mapping[str, str] = {
    "bookings_appointment": "django-pghistory keeps every version of a row in a table of its own",
    "bookings_appointmentevent": "part of the audit itself: append-only",
    "bookings_visitevent": "says itself what was done to a visit, by whom, and is only ever added to",
    "bookings_allocation": "follows from its visit, whose every version is kept; a claim must stay cheap",
    "bookings_visitlink": "made with a message to a patient; holds a hash",
    "bookings_requestkey": "remembers for a day that a form was sent already",
    "bookings_importedrecord": "written once by an import, which is watched; taking it back deletes it",
}
