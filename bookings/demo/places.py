"""The demo clinic's places: Mali Skin Clinic in Bangkok, London and Los Angeles, rooms and a device.

Three zones, so that a day is in progress somewhere at any hour the demo is opened.
"""

from datetime import date

from clinic.models import (
    Clinic,
    Practitioner,
    Resource,
    ResourceKind,
    Site,
    TreatmentCard,
    VisitOffer,
    VisitType,
)
from clinic.models.catalogue import Visibility

BANGKOK = "bangkok"
LONDON = "london"
LOS_ANGELES = "los-angeles"

SITES = (
    {
        "slug": BANGKOK,
        "name": {"en": "Mali Bangkok", "th": "มะลิ กรุงเทพฯ"},
        "city": {"en": "Bangkok", "th": "กรุงเทพฯ"},
        "address": {
            "en": "3rd floor, 88 Demo Lane, Phaya Thai, Bangkok 10400",
            "th": "ชั้น 3 เลขที่ 88 ซอยเดโม แขวงพญาไท เขตพญาไท กรุงเทพฯ 10400",
        },
        "zone": "Asia/Bangkok",
        "country": "TH",
        "currency": "THB",
        "phone": "+6620000100",
        "map_url": "https://www.openstreetmap.org/?mlat=13.7649&mlon=100.5383#map=17/13.7649/100.5383",
        "directions": {
            "en": "Two minutes on foot from the sky train. There is a lift and a step-free entrance.",
            "th": "เดินจากสถานีรถไฟฟ้า 2 นาที มีลิฟต์และทางเข้าที่ไม่มีขั้นบันได",
        },
        "order": 1,
    },
    {
        "slug": LONDON,
        "name": {"en": "Mali London", "th": "มะลิ ลอนดอน"},
        "city": {"en": "London", "th": "ลอนดอน"},
        "address": {
            "en": "2nd floor, 17 Example Row, London W1",
            "th": "ชั้น 2 เลขที่ 17 Example Row กรุงลอนดอน W1",
        },
        "zone": "Europe/London",
        "country": "GB",
        "currency": "GBP",
        "phone": "+442079460100",
        "map_url": "https://www.openstreetmap.org/?mlat=51.5194&mlon=-0.1448#map=17/51.5194/-0.1448",
        "directions": {
            "en": "Five minutes on foot from the Underground. Ring the bell marked Mali.",
            "th": "เดินจากสถานีรถไฟใต้ดิน 5 นาที กดกริ่งที่เขียนว่า Mali",
        },
        "order": 2,
    },
    {
        "slug": LOS_ANGELES,
        "name": {"en": "Mali Los Angeles", "th": "มะลิ ลอสแอนเจลิส"},
        "city": {"en": "Los Angeles", "th": "ลอสแอนเจลิส"},
        "address": {
            "en": "Suite 4, 1200 Sample Avenue, Los Angeles, CA 90000",
            "th": "ห้อง 4 เลขที่ 1200 Sample Avenue ลอสแอนเจลิส แคลิฟอร์เนีย 90000",
        },
        "zone": "America/Los_Angeles",
        "country": "US",
        "currency": "USD",
        "phone": "+12025550100",
        "map_url": "https://www.openstreetmap.org/?mlat=34.0537&mlon=-118.2428#map=17/34.0537/-118.2428",
        "directions": {
            "en": "Parking under the building. The lift is beside the front desk.",
            "th": "มีที่จอดรถใต้อาคาร ลิฟต์อยู่ข้างเคาน์เตอร์ต้อนรับ",
        },
        "order": 3,
    },
)

ROOMS = (
    (BANGKOK, ResourceKind.CONSULT_ROOM, "Room 1"),
    (BANGKOK, ResourceKind.CONSULT_ROOM, "Room 2"),
    (BANGKOK, ResourceKind.TREATMENT_ROOM, "Treatment room"),
    (BANGKOK, ResourceKind.PROCEDURE_ROOM, "Procedure room"),
    (BANGKOK, ResourceKind.INFUSION_BAY, "Infusion bay"),
    (BANGKOK, ResourceKind.PHOTO_CORNER, "Photo corner"),
    (BANGKOK, ResourceKind.NEEDLING_DEVICE, "Needling pen A"),
    (LONDON, ResourceKind.CONSULT_ROOM, "London room"),
    (LONDON, ResourceKind.CONSULT_ROOM, "London room 2"),
    (LONDON, ResourceKind.PHOTO_CORNER, "London photo corner"),
    (LOS_ANGELES, ResourceKind.CONSULT_ROOM, "Garden room"),
    (LOS_ANGELES, ResourceKind.CONSULT_ROOM, "Sun room"),
    (LOS_ANGELES, ResourceKind.PHOTO_CORNER, "LA photo corner"),
)

PRICES: dict[str, dict[str, int | None]] = {
    # minor units of the site's money: 150000 is ฿1,500
    BANGKOK: {
        "CONS_NEW": 150_000,
        "CONS_EXT": 220_000,
        "CONS_FU": 80_000,
        "NURSE_PHOTO": 0,
        "PATCH_D0": 350_000,
        "PATCH_D2": 0,
        "PATCH_D34": 0,
        "PATCH_D7": 0,
        "CONSENT": 0,
        "SAFETY_CALL": 0,
        # procedures: no price is shown or charged while their gates are closed
        "MN_SERUM": None,
        "INJ_SCAR": None,
        "TOP_EXO": None,
        "IV_MSC": None,
    },
    LONDON: {"CONS_NEW": 9_500, "CONS_EXT": 14_000, "CONS_FU": 6_000, "NURSE_PHOTO": 0},
    LOS_ANGELES: {"CONS_NEW": 12_500, "CONS_EXT": 18_000, "CONS_FU": 8_000, "NURSE_PHOTO": 0},
}


def make_clinic() -> Clinic:
    """Create the clinic's one row."""
    return Clinic.objects.create(
        pk=1,
        name="Mali Skin Clinic",
        tagline={"en": "Acne scars on sensitive skin", "th": "รอยแผลเป็นสิวบนผิวแพ้ง่าย"},
        licence_number="DEMO-00000",
        email="hello@mali.example",
        phone="+6620000100",
        is_demo=True,
    )


def make_sites() -> dict[str, Site]:
    """Create the sites and their rooms; return the sites by slug."""
    sites = {str(facts["slug"]): Site.objects.create(**facts) for facts in SITES}
    Resource.objects.bulk_create(
        Resource(site=sites[slug], kind=kind, name=name) for slug, kind, name in ROOMS
    )
    return sites


def make_offers(sites: dict[str, Site]) -> None:
    """Offer the visit types at each site, with their prices."""
    types = {visit_type.code: visit_type for visit_type in VisitType.objects.order_by("pk")}
    VisitOffer.objects.bulk_create(
        VisitOffer(visit_type=types[code], site=sites[slug], price_minor=price)
        for slug, prices in PRICES.items()
        for code, price in prices.items()
    )


def publish_cards(reviewer: Practitioner, reviewed_date: date) -> None:
    """Make every card public, marked as demo text: pages say that no doctor has checked it yet."""
    TreatmentCard.objects.update(
        visibility=Visibility.PUBLIC,
        reviewer=reviewer,
        reviewed_date=reviewed_date,
        is_demo_text=True,
    )
