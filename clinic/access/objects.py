"""Kinds of things that addresses name, and who of those who may open a page reaches one of them.

A page asks for its thing by a query that applies this, and answers 404 for what it does not find: whoever may
not reach a thing is not told that it exists. Clinicians and nurses outside the care team are told (403):
they may open the record with a reason.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """Who reaches one thing of a kind."""

    ROLE = "whoever may open the page: the clinic's own things, at every site"
    CARE_TEAM = "the care team of its patient, or whoever gave a reason"
    THEIRS = "the account of its patient"
    LINK = "the account of its patient, the browser that made it, or whoever holds its link"
    TOKEN = "whoever holds its token"  # noqa: S105 (a sentence)
    TABLET = "the one browser that opened it"
    WRITER = "whoever made it"


@dataclass(frozen=True)
class Kind:
    """What an address names by its arguments; all of these have to belong together.

    `refusal` is the status for those who may open the page, but do not reach this one thing; `unknown` where
    there is none. Where taking something away twice is as good as once, that is a redirect.
    """

    name: str
    arguments: tuple[str, ...] = ()
    reach: Reach = Reach.ROLE
    refusal: int = 404
    unknown: int = 404


NONE = Kind("")

# Of visitors
LINKED_VISIT = Kind("linked visit", ("key",), Reach.LINK)
OWN_FORM = Kind("own form", ("patient_id",), Reach.THEIRS)
OWN_CALL = Kind("own call", ("patient_id",), Reach.THEIRS)
YOUNG_FORM = Kind("young form", ("patient_id",), Reach.THEIRS)
OWN_PAGE = Kind("own page", ("patient_id", "page"), Reach.THEIRS)
OWN_VIEW = Kind("own view", ("patient_id", "view"), Reach.THEIRS)
OWN_PHOTO = Kind("own photo", ("patient_id", "photo_id"), Reach.THEIRS)
OWN_DATA = Kind("own data", ("patient_id",), Reach.THEIRS)
PRIVATE_LINK = Kind("private link", ("token",), Reach.TOKEN)
RESET_KEY = Kind("reset key", ("uidb36", "key"), Reach.TOKEN, 200, 200)
PASSKEY = Kind("passkey", ("pk",), Reach.THEIRS)
SIGN_IN = Kind("sign-in", ("sign_in_id",), Reach.THEIRS)
DEMO_ROLE = Kind("demo role", ("role",))
DEMO_MAIL = Kind("demo mail", ("name",))
TABLET_CODE = Kind("tablet code", ("token",), Reach.TOKEN)
TABLET_PASS = Kind("tablet pass", ("pass_id",), Reach.TABLET, 410, 410)
TABLET_BACK = Kind("tablet back", ("pass_id",), Reach.TABLET, 302, 302)
TABLET_PAGE = Kind("tablet page", ("pass_id", "page"), Reach.TABLET, 410, 410)
TABLET_VIEW = Kind("tablet view", ("pass_id", "view"), Reach.TABLET, 410, 410)
TABLET_PHOTO = Kind("tablet photo", ("pass_id", "photo_id"), Reach.TABLET, 410, 410)
# Of the desk
VISIT = Kind("visit", ("reference",))
REQUEST = Kind("request", ("request_id",))
WALK_IN = Kind("walk in", ("walk_in_id",))
LATENESS = Kind("lateness", ("said_id",))
TIME_OFF = Kind("time off", ("pk",))
TIME_OFF_TO_GO = Kind("time off to go", ("pk",), unknown=302)
PATIENT = Kind("patient", ("patient_id",))
DESK_MESSAGE = Kind("desk message", ("patient_id", "message_id"))
TWO_PATIENTS = Kind("two patients", ("patient_id", "other_id"))
MERGE = Kind("merge", ("merge_id",))
# Of the review
FORM_VERSION = Kind("form version", ("version_id",), Reach.CARE_TEAM, 403)
NEXT_VERSION = Kind("next version", ("version_id",), Reach.CARE_TEAM, 302, 302)
ANSWER = Kind("answer", ("version_id", "number"), Reach.CARE_TEAM, 403)
PHOTO = Kind("photo", ("photo_id",), Reach.CARE_TEAM, 403)
ALERT = Kind("alert", ("alert_id",), Reach.CARE_TEAM, 403)
FILLED_IN = Kind("filled in", ("patient_id",), Reach.CARE_TEAM, 403)
FILLED_IN_PAGE = Kind("filled in page", ("patient_id", "page"), Reach.CARE_TEAM, 403)
RECORD_OF = Kind("record of", ("patient_id",), Reach.CARE_TEAM, 403)
WANTED_RECORD = Kind("wanted record", ("patient_id",))
WANTED_RECORD_TO_GO = Kind("wanted record to go", ("patient_id",), unknown=302)
# Of the owner
OPENED = Kind("opened", ("access_id",))
ERASURE = Kind("erasure", ("request_id",))
COMPUTER = Kind("computer", ("computer_id",))
SITE = Kind("site", ("pk",))
ROOM = Kind("room", ("pk",))
MEMBER = Kind("member", ("pk",))
PROFILE = Kind("profile", ("pk",))
CLOSURE = Kind("closure", ("pk",))
OPENING = Kind("opening", ("pk",))
VISIT_TYPE = Kind("visit type", ("number",))
TREATMENT = Kind("treatment", ("number",))
CARD = Kind("card", ("number", "language"))
GATE = Kind("gate", ("number",))
WORDING = Kind("wording", ("kind",))
BATCH = Kind("batch", ("batch_id",))
BATCH_TO_GO = Kind("batch to go", ("batch_id",), unknown=302)
