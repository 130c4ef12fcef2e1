"""Names of days, months and cities in English and Thai.

Own tables, because the C locale of a machine may lack Thai, and because Thai wants its own short forms.
"""

from datetime import date

_WEEKDAYS_SHORT = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "th": ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."),
}
_WEEKDAYS_LONG = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "th": ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"),
}
_MONTHS_SHORT = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "th": ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
}
_MONTHS_LONG = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "th": (
        "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
        "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
    ),
}  # fmt: skip

# Zones whose last part is not what people call the place.
_CITY_NAMES = {
    "Asia/Calcutta": "Kolkata",
    "Asia/Katmandu": "Kathmandu",
    "Asia/Saigon": "Ho Chi Minh City",
    "Asia/Ho_Chi_Minh": "Ho Chi Minh City",
    "Asia/Rangoon": "Yangon",
    "Europe/Kiev": "Kyiv",
    "America/Port-au-Prince": "Port-au-Prince",
    "America/St_Johns": "St John’s",
    "Etc/UTC": "UTC",
    "Etc/GMT": "GMT",
}
_CITIES_THAI = {
    "Bangkok": "กรุงเทพฯ",
    "Phuket": "ภูเก็ต",
    "Chiang Mai": "เชียงใหม่",
    "London": "ลอนดอน",
    "Paris": "ปารีส",
    "Berlin": "เบอร์ลิน",
    "Zurich": "ซูริก",
    "Vienna": "เวียนนา",
    "Amsterdam": "อัมสเตอร์ดัม",
    "Brussels": "บรัสเซลส์",
    "Madrid": "มาดริด",
    "Rome": "โรม",
    "Lisbon": "ลิสบอน",
    "Dublin": "ดับลิน",
    "Copenhagen": "โคเปนเฮเกน",
    "Oslo": "ออสโล",
    "Stockholm": "สตอกโฮล์ม",
    "Helsinki": "เฮลซิงกิ",
    "Warsaw": "วอร์ซอ",
    "Prague": "ปราก",
    "Athens": "เอเธนส์",
    "Istanbul": "อิสตันบูล",
    "Moscow": "มอสโก",
    "Dubai": "ดูไบ",
    "Riyadh": "ริยาด",
    "Kolkata": "โกลกาตา",
    "Kathmandu": "กาฐมาณฑุ",
    "Dhaka": "ธากา",
    "Yangon": "ย่างกุ้ง",
    "Vientiane": "เวียงจันทน์",
    "Phnom Penh": "พนมเปญ",
    "Ho Chi Minh City": "โฮจิมินห์",
    "Kuala Lumpur": "กัวลาลัมเปอร์",
    "Singapore": "สิงคโปร์",
    "Jakarta": "จาการ์ตา",
    "Manila": "มะนิลา",
    "Hong Kong": "ฮ่องกง",
    "Shanghai": "เซี่ยงไฮ้",
    "Taipei": "ไทเป",
    "Seoul": "โซล",
    "Tokyo": "โตเกียว",
    "Perth": "เพิร์ท",
    "Brisbane": "บริสเบน",
    "Adelaide": "แอดิเลด",
    "Sydney": "ซิดนีย์",
    "Melbourne": "เมลเบิร์น",
    "Auckland": "โอ๊คแลนด์",
    "Honolulu": "โฮโนลูลู",
    "Los Angeles": "ลอสแอนเจลิส",
    "Vancouver": "แวนคูเวอร์",
    "Denver": "เดนเวอร์",
    "Chicago": "ชิคาโก",
    "Toronto": "โทรอนโต",
    "New York": "นิวยอร์ก",
    "Sao Paulo": "เซาเปาลู",
    "Johannesburg": "โจฮันเนสเบิร์ก",
    "Cairo": "ไคโร",
    "Lagos": "ลากอส",
    "Nairobi": "ไนโรบี",
}


def weekday_short(day: date, language: str) -> str:
    """Return "Thu" or "พฤ."."""
    return _WEEKDAYS_SHORT[_known(language)][day.weekday()]


def weekday_long(day: date, language: str) -> str:
    """Return "Thursday" or "พฤหัสบดี"."""
    return _WEEKDAYS_LONG[_known(language)][day.weekday()]


def month_short(month: int, language: str) -> str:
    """Return "Nov" or "พ.ย."; months count from 1."""
    return _MONTHS_SHORT[_known(language)][month - 1]


def month_long(month: int, language: str) -> str:
    """Return "November" or "พฤศจิกายน"; months count from 1."""
    return _MONTHS_LONG[_known(language)][month - 1]


def city(zone_name: str, language: str) -> str:
    """Return the city an IANA zone is named after; in Thai where we know the Thai name."""
    name = _CITY_NAMES.get(zone_name) or zone_name.rpartition("/")[2].replace("_", " ")
    return _CITIES_THAI.get(name, name) if _known(language) == "th" else name


def _known(language: str) -> str:
    return "th" if language[:2] == "th" else "en"
