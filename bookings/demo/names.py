"""Invented patients: names, ways to reach them, and where they live.

E-mail addresses are under example.com. Phones are numbers kept for stories (Ofcom's 020 7946 0xxx,
+1 202 555 01xx, Germany's 030 23125 xxx, Australia's 0491 570 xxx) or, for Thailand, which keeps none,
numbers of a range that no network has (+66 70).
"""

from dataclasses import dataclass
from random import Random

THAI_FIRST = [
    "กัญญา",
    "สมชาย",
    "พิมพ์ชนก",
    "รัตนา",
    "วิภาดา",
    "ธนวัฒน์",
    "ณัฐยา",
    "ศิริพร",
    "ชญานิษฐ์",
    "ปกรณ์",
    "อรทัย",
    "ภูมิ",
    "นภัส",
    "จิรายุ",
    "มินตรา",
    "อาทิตย์",
    "พลอยไพลิน",
    "กมล",
    "ธิดา",
    "วรรณา",
    "สุนิสา",
    "ปิยะ",
    "ชลธิชา",
    "เบญจมาศ",
    "กิตติ",
    "ดวงใจ",
    "ฐิติมา",
    "ณัฐพล",
    "พรทิพย์",
    "อัญชลี",
    "ศุภชัย",
    "รวิสรา",
    "จันทร์จิรา",
    "ธีรภัทร",
    "ปาริชาต",
    "สิรินทร์",
    "วีรยา",
    "ไพลิน",
    "ขวัญ",
    "มณีรัตน์",
]
THAI_LAST = [
    "แสนสุข",
    "รุ่งเรือง",
    "ใจดี",
    "ทองคำ",
    "ศรีสวัสดิ์",
    "วงศ์ไทย",
    "บุญมา",
    "พงษ์เจริญ",
    "สุขสันต์",
    "จันทร์เพ็ญ",
    "มั่นคง",
    "แก้วใส",
    "ดีงาม",
    "ชื่นบาน",
    "อ่อนหวาน",
    "เพชรดี",
    "ร่มเย็น",
    "ประเสริฐ",
    "ทรัพย์มา",
    "วัฒนา",
    "นาคดี",
    "สายทอง",
    "ปานแก้ว",
    "เจริญสุข",
    "กล้าหาญ",
    "พรหมดี",
    "เมฆขาว",
    "น้ำใส",
]

FIRST = {
    "GB": [
        "Emma",
        "Oliver",
        "Lucy",
        "Grace",
        "Daniel",
        "Aisha",
        "Thomas",
        "Hannah",
        "Callum",
        "Priya",
        "Noor",
        "Isla",
        "Marcus",
        "Amelia",
    ],
    "US": [
        "Maria",
        "Kevin",
        "Sofia",
        "Jordan",
        "Ashley",
        "Tyler",
        "Nina",
        "Carlos",
        "Megan",
        "Andre",
        "Rachel",
        "Ethan",
    ],
    "AU": ["Chloe", "Lachlan", "Matilda", "Jack", "Zoe", "Cooper", "Ruby", "Angus"],
    "DE": ["Julia", "Lukas", "Lena", "Jonas", "Mia", "Felix", "Clara", "Emil"],
    "SG": ["Wei Ling", "Jun Hao", "Hui Min", "Kai", "Mei Xin", "Zhi Wei"],
    "AE": ["Fatima", "Omar", "Layla", "Yusuf", "Mariam", "Khalid"],
    "JP": ["Yuki", "Haruto", "Sakura", "Ren", "Aoi", "Kenji"],
}
LAST = {
    "GB": [
        "Whitmore",
        "Carter",
        "Okafor",
        "Rahman",
        "Hughes",
        "Patel",
        "Bennett",
        "Campbell",
        "Hassan",
        "Fletcher",
        "Marsh",
        "Doyle",
    ],
    "US": ["Santos", "Nguyen", "Brooks", "Rivera", "Miller", "Tran", "Coleman", "Foster", "Reyes", "Hayes"],
    "AU": ["Walker", "Nolan", "Brandt", "Mitchell", "Sheridan", "Lowe"],
    "DE": ["Meyer", "Fischer", "Lindner", "Vogel", "Brandt", "Keller"],
    "SG": ["Koh", "Tan", "Lim", "Ong", "Lee", "Goh"],
    "AE": ["Haddad", "Nasser", "Saleh", "Farouk"],
    "JP": ["Tanaka", "Watanabe", "Sato", "Mori", "Ito"],
}
FIRST["LA"], LAST["LA"] = FIRST["US"], LAST["US"]
ZONES = {
    "TH": "Asia/Bangkok",
    "GB": "Europe/London",
    "US": "America/New_York",
    "LA": "America/Los_Angeles",
    "AU": "Australia/Sydney",
    "DE": "Europe/Berlin",
    "SG": "Asia/Singapore",
    "AE": "Asia/Dubai",
    "JP": "Asia/Tokyo",
}
# Where patients of a site come from, and how often.
ORIGINS = {
    "bangkok": {"TH": 62, "GB": 8, "US": 6, "AU": 5, "DE": 4, "SG": 6, "AE": 5, "JP": 4},
    "london": {"GB": 74, "DE": 7, "US": 7, "AE": 6, "TH": 6},
    "los-angeles": {"LA": 78, "JP": 8, "TH": 7, "AU": 4, "SG": 3},
}


@dataclass(frozen=True)
class Invented:
    """What the demo knows of an invented person."""

    name: str
    language: str
    phone: str
    zone: str


def invent(rng: Random, site_slug: str) -> Invented:
    """Return a person who might come to the site."""
    origins = ORIGINS[site_slug]
    country = rng.choices(list(origins), weights=list(origins.values()))[0]
    if country == "TH":
        name = f"{rng.choice(THAI_FIRST)} {rng.choice(THAI_LAST)}"
        return Invented(name, "th", f"+6670{rng.randrange(10**7):07d}", ZONES["TH"])
    name = f"{rng.choice(FIRST[country])} {rng.choice(LAST[country])}"
    return Invented(name, "en", _phone(rng, country), ZONES[country])


def _phone(rng: Random, country: str) -> str:
    """Return a number kept for stories; countries that keep none get a British one."""
    if country in ("US", "LA"):
        return f"+120255501{rng.randrange(100):02d}"
    if country == "DE":
        return f"+493023125{rng.randrange(1000):03d}"
    if country == "AU":
        return f"+6149157015{rng.randrange(6, 10)}"
    return f"+442079460{rng.randrange(200, 1000):03d}"
