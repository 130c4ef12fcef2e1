"""What the demo's patients say in their own words, and what makes their answers differ."""

from typing import Any

STORIES = {
    "en": (
        "Scars on both cheeks since I was 19. Lasers made my eczema flare twice. What is safe?",
        "The spots have stopped but the marks stay. My skin reacts to most creams.",
        "I would like to understand my options before I decide anything.",
        "My wedding is in spring and I would like calmer skin by then.",
        "Deep small scars near my temples. I have had eczema since I was a child.",
        "I read about exosomes online. Is any of it true?",
    ),
    "th": (
        "มีหลุมสิวที่แก้มสองข้างตั้งแต่อายุ 19 เคยทำเลเซอร์แล้วผื่นเห่อสองครั้ง อยากรู้ว่าแบบไหนปลอดภัย",
        "สิวหายแล้วแต่รอยยังอยู่ ผิวแพ้ครีมแทบทุกชนิด",
        "อยากเข้าใจทางเลือกก่อนตัดสินใจ",
        "มีรอยแดงรอยดำมาเกือบปี เป็นผื่นภูมิแพ้ตั้งแต่เด็ก",
        "เคยใช้ยาสเตียรอยด์ทาหน้า ตอนนี้กังวลเรื่องผิวบาง",
    ),
}

CHANGES: tuple[dict[str, Any], ...] = (
    {"f_doctor_dx": "yes", "f_itch_12m": "yes", "f_itch_nrs": 6},
    {"f_face_eczema_now": "yes", "f_itch_12m": "yes", "f_itch_nrs": 5},
    {"j_allergies": ["local_anaesthetic"]},
    {"j_allergies": ["nickel", "latex"]},
    {"i_isotretinoin": "past", "i_isotretinoin_stop": "2026-08-20"},
    {"i_meds": ["topical_steroid_face"]},
    {"i_meds": ["anticoagulant"]},
    {"e_pih_tendency": "yes"},
    {"g_scar_types": ["rolling", "boxcar_shallow"], "g_visible_50cm": "yes", "g_covered": "no"},
    {"g_scar_types": ["icepick"], "x_face_map": ["left_temple", "right_temple"], "g_scar_areas": ["temples"]},
    {"x_face_map": ["left_cheek", "right_cheek", "chin"], "g_scar_areas": ["cheeks", "chin_jaw"]},
    {"k_keloid_personal": "unsure"},
    {"h_treatments": [{"type": "ablative_laser", "last_date": "2025-11-03", "reaction": "eczema_flare"}]},
    {"f_contact_allergy": "yes"},
    {"g_acne_grade": "3_moderate_more_than_half_face"},
)

QUESTIONS = {
    "en": (
        "Thank you for your form. Two questions before your visit:\n"
        "1. Which creams do you use on your face now?\n"
        "2. When did your skin last flare?"
    ),
    "th": ("ขอบคุณที่กรอกแบบฟอร์ม ขอถามสองข้อก่อนวันนัด\n1. ตอนนี้ใช้ครีมอะไรทาหน้าบ้าง\n2. ผื่นเห่อครั้งล่าสุดเมื่อไร"),
}

NOTES = "Examine the face first. Photos at the visit."
