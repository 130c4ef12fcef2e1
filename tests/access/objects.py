"""Every kind of thing an address can name -> the world's real ones, each with whose it is, and false ones.

A new kind in `clinic/access/objects.py` needs a line here: the walk fails on a kind that has no real thing.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings

from clinic.access import objects as kinds
from clinic.access.objects import Kind, Reach
from clinic.models import SignIn, User
from patients.views.call_proofs import prove
from tests.access.houses import House
from tests.access.records import Record
from tests.routes import Route

Values = Mapping[str, str]


class Thing(NamedTuple):
    """What stands in an address: `whose` it is, if there is one, and whether to have it is enough."""

    values: Values
    whose: str = ""
    real: bool = True
    is_key: bool = False


OF_RECORD: Mapping[str, Callable[[Record], Values]] = {
    kinds.OWN_FORM.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.OWN_CALL.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.OWN_DATA.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.YOUNG_FORM.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.OWN_PAGE.name: lambda it: {"patient_id": str(it.patient.pk), "page": "you-and-this"},
    kinds.OWN_VIEW.name: lambda it: {"patient_id": str(it.patient.pk), "view": "front"},
    kinds.OWN_PHOTO.name: lambda it: {"patient_id": str(it.patient.pk), "photo_id": str(it.photo.pk)},
    kinds.PRIVATE_LINK.name: lambda it: {"token": it.private_token},
    kinds.TABLET_CODE.name: lambda it: {"token": it.tablet_token},
    kinds.TABLET_PASS.name: lambda it: {"pass_id": str(it.tablet.pk)},
    kinds.TABLET_BACK.name: lambda it: {"pass_id": str(it.tablet.pk)},
    kinds.TABLET_PAGE.name: lambda it: {"pass_id": str(it.tablet.pk), "page": "you-and-this"},
    kinds.TABLET_VIEW.name: lambda it: {"pass_id": str(it.tablet.pk), "view": "front"},
    kinds.TABLET_PHOTO.name: lambda it: {"pass_id": str(it.tablet.pk), "photo_id": str(it.photo.pk)},
    kinds.VISIT.name: lambda it: {"reference": it.visit.reference},
    kinds.REQUEST.name: lambda it: {"request_id": str(it.request_id)},
    kinds.PATIENT.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.DESK_MESSAGE.name: lambda it: {
        "patient_id": str(it.patient.pk),
        "message_id": str(it.message.pk),
    },
    kinds.TWO_PATIENTS.name: lambda it: {"patient_id": str(it.patient.pk), "other_id": str(it.twin.pk)},
    kinds.MERGE.name: lambda it: {"merge_id": str(it.merge.pk)},
    kinds.FORM_VERSION.name: lambda it: {"version_id": str(it.version.pk)},
    kinds.NEXT_VERSION.name: lambda it: {"version_id": str(it.version.pk)},
    kinds.ANSWER.name: lambda it: {"version_id": str(it.version.pk), "number": "5"},
    kinds.PHOTO.name: lambda it: {"photo_id": str(it.photo.pk)},
    kinds.ALERT.name: lambda it: {"alert_id": str(it.alert.pk)},
    kinds.RECORD_OF.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.WANTED_RECORD.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.WANTED_RECORD_TO_GO.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.OPENED.name: lambda it: {"access_id": str(it.opened.pk)},
    kinds.ERASURE.name: lambda it: {"request_id": str(it.erasure.pk)},
    kinds.FILLED_IN.name: lambda it: {"patient_id": str(it.patient.pk)},
    kinds.FILLED_IN_PAGE.name: lambda it: {"patient_id": str(it.patient.pk), "page": "you-and-this"},
}
OF_HOUSE: Mapping[str, Callable[[House], Values]] = {
    kinds.SITE.name: lambda it: {"pk": str(it.calendar.site.pk)},
    kinds.ROOM.name: lambda it: {"pk": str(it.calendar.rooms[0].pk)},
    kinds.MEMBER.name: lambda it: {"pk": str(it.member.pk)},
    kinds.PROFILE.name: lambda it: {"pk": str(it.calendar.practitioners[0].pk)},
    kinds.CLOSURE.name: lambda it: {"pk": str(it.closure.pk)},
    kinds.OPENING.name: lambda it: {"pk": str(it.opening.pk)},
    kinds.TIME_OFF.name: lambda it: {"pk": str(it.time_off.pk)},
    kinds.TIME_OFF_TO_GO.name: lambda it: {"pk": str(it.time_off.pk)},
    kinds.WALK_IN.name: lambda it: {"walk_in_id": str(it.waiting.pk)},
    kinds.LATENESS.name: lambda it: {"said_id": str(it.said.pk)},
    kinds.VISIT_TYPE.name: lambda it: {"number": str(it.calendar.visit_type.pk)},
    kinds.TREATMENT.name: lambda it: {"number": str(it.treatment.pk)},
    kinds.CARD.name: lambda it: {"number": str(it.treatment.pk), "language": "en"},
    kinds.GATE.name: lambda it: {"number": str(it.gate.pk)},
    kinds.COMPUTER.name: lambda it: {"computer_id": str(it.computer.pk)},
    kinds.BATCH.name: lambda it: {"batch_id": str(it.batch.pk)},
    kinds.BATCH_TO_GO.name: lambda it: {"batch_id": str(it.batch.pk)},
}
TYPED: Mapping[str, Values] = {
    "people:compare": {"seen": "old"},
    "offering:show-card": {"visibility": "off"},
    "offering:message-as-mail": {"as_mail": "en"},
    "rights:withdraw": {"purpose": "a_photo_care"},
    "privacy:refuse": {"reason": "Please call us"},
}
FALSE = {"pk": "2147480000", "number": "2147480000", "reference": "BCDFGHJ", "key": "BCDFGHJ"}
FALSE |= {"token": "A" * 43, "kind": "nothing", "role": "king", "name": "nothing", "uidb36": "1"}
"""What stands in an address that names nothing; other ids are those of something of another kind."""


def list_things(
    kind: Kind, records: list[Record], houses: list[House], people: Mapping[str, User | None]
) -> list[Thing]:
    """Return the things that an address of a kind can name: real ones of both sites, then a false one."""
    if not kind.arguments:
        return [Thing({})]
    if kind in {kinds.YOUNG_FORM, kinds.PRIVATE_LINK, kinds.OWN_CALL}:
        records = [it for it in records if it.is_young == (kind != kinds.OWN_CALL)]
    if kind.reach == Reach.ROLE:
        records = [records[0], records[-1]]  # one of each site, one grown up and one young
    is_key = kind.reach == Reach.TOKEN
    of_record = OF_RECORD.get(kind.name)
    real = [Thing(of_record(it), it.whose, is_key=is_key) for it in records] if of_record else []
    real += [Thing(OF_HOUSE[kind.name](it)) for it in houses if kind.name in OF_HOUSE]
    if kind == kinds.LINKED_VISIT:
        real += [Thing({"key": it.visit.reference}, it.whose) for it in records]
        real += [Thing({"key": it.visit_token}, it.whose, is_key=True) for it in records]
    whose = {user.pk: who for who, user in people.items() if user}
    if kind == kinds.PASSKEY:
        keys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).order_by("pk")
        real += [Thing({"pk": str(key.pk)}, whose[key.user_id]) for key in keys]
    if kind == kinds.SIGN_IN:
        rows = SignIn.objects.filter(user__in=whose).order_by("started_at", "pk")
        real += [Thing({"sign_in_id": str(row.pk)}, whose[row.user_id]) for row in rows]
    real += [Thing(values) for values in _of_clinic(kind, people)]
    wrong = str(records[0].doctor.pk) if kind.arguments == ("pk",) else str(uuid4())
    first = kind.arguments[0]
    false = {**(real[0].values if real else {}), first: FALSE.get(first, wrong)}
    return [*real, Thing(false, real=False)]


def _of_clinic(kind: Kind, people: Mapping[str, User | None]) -> list[Values]:
    """Return things that belong to neither a patient nor a site."""
    if kind == kinds.WORDING:
        return [{"kind": "booked"}, {"kind": "moved"}]
    if kind == kinds.DEMO_ROLE:
        return [{"role": "owner"}, {"role": "desk"}]
    if kind == kinds.DEMO_MAIL:
        return [{"name": path.stem} for path in sorted(settings.NUAN_MAIL_DIR.glob("*.log"))[:2]]
    if kind == kinds.RESET_KEY:
        staff = [user for who in ("nurse", "owner") if (user := people[who])]
        return [
            {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
            for user in staff
        ]
    return []


def typed_in(route: Route, thing: Thing, records: list[Record]) -> Values:
    """Return what a page of ours would send: only for pages that do not know a form without it."""
    if route.name == "patients:private-call":
        whose = [it for it in records if it.private_token == thing.values["token"]]
        return {"proof": prove(whose[0].patient.pk) if whose else ""}
    return TYPED.get(route.name, {})
