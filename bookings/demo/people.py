"""The demo clinic's staff, and the five people `/demo/` signs you in as. All of them are invented."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.models import DutyShift, Practitioner, Resource, ResourceKind, Role, User, VisitType
from clinic.queries.duty import list_on_duty

DEMO_DOMAIN = "demo.nuan.example"

CONSULTATIONS = ("CONS_NEW", "CONS_EXT", "CONS_FU", "CONSENT")
READINGS = ("PATCH_D34", "PATCH_D7")
PROCEDURES = ("MN_SERUM", "INJ_SCAR", "IV_MSC")
NURSE_VISITS = ("NURSE_PHOTO", "PATCH_D0", "PATCH_D2", "SAFETY_CALL", "TOP_EXO")


@dataclass(frozen=True)
class Doctor:
    """A practitioner of the demo clinic; `key` is how the other modules name them."""

    key: str
    kind: ResourceKind
    name: dict[str, str]
    title: dict[str, str]
    licence: str
    languages: tuple[str, ...]
    visit_types: tuple[str, ...]
    about: dict[str, str]


STAFF = (
    Doctor(
        "ploy",
        ResourceKind.DOCTOR,
        {"en": "Dr Ploy S.", "th": "พญ. พลอย ส."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-11111",
        ("th", "en"),
        (*CONSULTATIONS, *READINGS, *PROCEDURES),
        {
            "en": "Looks after acne scars in people with eczema.",
            "th": "ดูแลรอยแผลเป็นสิวในผู้ที่เป็นผื่นภูมิแพ้ผิวหนัง",
        },
    ),
    Doctor(
        "anan",
        ResourceKind.DOCTOR,
        {"en": "Dr Anan K.", "th": "นพ. อนันต์ ก."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-22222",
        ("th", "en", "ja"),
        (*CONSULTATIONS, *READINGS, "MN_SERUM", "INJ_SCAR"),
        {
            "en": "Sees people with dark marks and redness, at weekends too.",
            "th": "ดูแลรอยดำและรอยแดง มีคิวตรวจวันเสาร์และอาทิตย์ด้วย",
        },
    ),
    Doctor(
        "mei",
        ResourceKind.DOCTOR,
        {"en": "Dr Mei L.", "th": "พญ. เหมย ล."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-33333",
        ("zh", "en", "th"),
        (*CONSULTATIONS, *READINGS),
        {
            "en": "Sees many people by video, and visits our London site.",
            "th": "ตรวจทางวิดีโอเป็นหลัก และไปประจำที่ลอนดอนเป็นช่วง ๆ",
        },
    ),
    Doctor(
        "sarah",
        ResourceKind.DOCTOR,
        {"en": "Dr Sarah H.", "th": "พญ. ซาราห์ เอช."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-44444",
        ("en", "fr"),
        CONSULTATIONS,
        {"en": "Sees people at our London site.", "th": "ตรวจที่สาขาลอนดอน"},
    ),
    Doctor(
        "fon",
        ResourceKind.NURSE,
        {"en": "Nurse Fon N.", "th": "พยาบาล ฝน น."},
        {"en": "Nurse", "th": "พยาบาล"},
        "DEMO-55555",
        ("th", "en"),
        NURSE_VISITS,
        {"en": "Takes photos and does patch tests.", "th": "ถ่ายภาพผิวและทำการทดสอบภูมิแพ้สัมผัส"},
    ),
    Doctor(
        "omar",
        ResourceKind.DOCTOR,
        {"en": "Dr Omar F.", "th": "นพ. โอมาร์ เอฟ."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-66666",
        ("en", "ar"),
        CONSULTATIONS,
        {
            "en": "Sees people at our London site, on Saturdays too.",
            "th": "ตรวจที่สาขาลอนดอน รวมวันเสาร์",
        },
    ),
    Doctor(
        "grace",
        ResourceKind.NURSE,
        {"en": "Nurse Grace A.", "th": "พยาบาล เกรซ เอ."},
        {"en": "Nurse", "th": "พยาบาล"},
        "DEMO-77777",
        ("en",),
        ("NURSE_PHOTO", "SAFETY_CALL"),
        {"en": "Takes photos at our London site.", "th": "ถ่ายภาพผิวที่สาขาลอนดอน"},
    ),
    Doctor(
        "elena",
        ResourceKind.DOCTOR,
        {"en": "Dr Elena V.", "th": "พญ. เอเลนา วี."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-88888",
        ("en", "es"),
        CONSULTATIONS,
        {"en": "Sees people at our Los Angeles site.", "th": "ตรวจที่สาขาลอสแอนเจลิส"},
    ),
    Doctor(
        "james",
        ResourceKind.DOCTOR,
        {"en": "Dr James T.", "th": "นพ. เจมส์ ที."},
        {"en": "Dermatologist", "th": "แพทย์ผิวหนัง"},
        "DEMO-99999",
        ("en", "ko"),
        CONSULTATIONS,
        {
            "en": "Sees people at our Los Angeles site, at weekends too.",
            "th": "ตรวจที่สาขาลอสแอนเจลิส รวมวันเสาร์และอาทิตย์",
        },
    ),
    Doctor(
        "ines",
        ResourceKind.NURSE,
        {"en": "Nurse Ines B.", "th": "พยาบาล อิเนส บี."},
        {"en": "Nurse", "th": "พยาบาล"},
        "DEMO-12121",
        ("en", "es", "pt"),
        ("NURSE_PHOTO", "SAFETY_CALL"),
        {"en": "Takes photos at our Los Angeles site.", "th": "ถ่ายภาพผิวที่สาขาลอสแอนเจลิส"},
    ),
)

USERS = {
    # name in the address: (name, roles, language)
    "patient": ("Emma Whitfield", [], "en"),
    "desk": ("Nok P.", [Role.FRONT_DESK], "en"),
    "clinician": ("Dr Ploy S.", [Role.CLINICIAN], "en"),
    "nurse": ("Nurse Fon N.", [Role.NURSE], "en"),
    "owner": ("Suda W.", [Role.OWNER], "en"),
}


REVIEWER = "clinician"
"""Who is in the review pool; the nurse reads what her shifts bring, and gives a reason for the rest."""

USER_OF = {"ploy": "clinician", "fon": "nurse"}
"""The practitioners who are among the users, by key."""


def make_users(now: datetime) -> dict[str, User]:
    """Create the demo's users by the name in their address. None can sign in with a password."""
    return {key: _make_user(key, now) for key in USERS}


def add_nurse(now: datetime) -> bool:
    """Add the nurse to a demo that was set up without one, as her practitioner; say whether she is new."""
    if User.objects.filter(email=f"nurse@{DEMO_DOMAIN}").exists():
        return False
    nurse = _make_user("nurse", now)
    facts = next(doctor for doctor in STAFF if doctor.key == "fon")
    Practitioner.objects.filter(licence_number=facts.licence, user=None).update(user=nurse)
    return True


def _make_user(key: str, now: datetime) -> User:
    name, roles, language = USERS[key]
    return User.objects.create_user(
        f"{key}@{DEMO_DOMAIN}",
        None,
        name=name,
        roles=roles,
        language=language,
        email_verified_at=now,
        in_review_pool=key == REVIEWER,
    )


def make_practitioners(users: dict[str, User]) -> dict[str, Practitioner]:
    """Create the staff with a resource each; return them by key."""
    types = {visit_type.code: visit_type for visit_type in VisitType.objects.order_by("pk")}
    made = {}
    for facts in STAFF:
        practitioner = Practitioner.objects.create(
            resource=Resource.objects.create(kind=facts.kind, name=facts.name["en"]),
            user=users[USER_OF[facts.key]] if facts.key in USER_OF else None,
            name=facts.name,
            title=facts.title,
            licence_number=facts.licence,
            languages=list(facts.languages),
            about=facts.about,
        )
        practitioner.visit_types.set([types[code] for code in facts.visit_types])
        made[facts.key] = practitioner
    return made


def put_on_duty(doctor: User, *, now: datetime) -> None:
    """Let the demo's clinician be on duty for a day, if they are not, and in the review pool."""
    User.objects.filter(pk=doctor.pk).update(in_review_pool=True)
    if doctor not in list_on_duty(now):
        DutyShift.objects.create(user=doctor, starts_at=now, ends_at=now + timedelta(days=1))
