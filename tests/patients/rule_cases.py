"""For every rule: answers that match it, and close ones that do not. Changes to the calm case."""

from typing import Any

Changes = dict[str, Any]


def treated(kind: str, last_date: str | None = None, reaction: str | None = None) -> Changes:
    """Return one past treatment as the answer."""
    return {"h_treatments": [{"type": kind, "last_date": last_date, "reaction": reaction}]}


def medicine(name: str, last: str | None = None) -> Changes:
    """Return one medicine, and when it was last taken."""
    return {"i_meds": [name], "i_med_last": {name: last}}


POEM_16 = {f"poem_{item}": score for item, score in enumerate((4, 4, 4, 4, 0, 0, 0), start=1)}
ABROAD = {"b_country": "SG", "a_cross_border": True, "n_followup_local": "yes"}

# Rule: answers that match it, and close ones that do not.
RULES: dict[str, tuple[Changes, Changes]] = {
    "F_AGE_U18": ({"b_dob": "2008-12-02"}, {"b_dob": "2008-12-01"}),
    "F_AGE_18_19": ({"b_dob": "2006-12-02"}, {"b_dob": "2006-12-01"}),
    "F_AGE_U22_DEVICE": ({"b_dob": "2004-12-02"}, {"b_dob": "2004-12-01"}),
    "F_PREGNANT": ({"d_pregnant": "yes"}, {"d_pregnant": "yes", "b_sex_at_birth": "male"}),
    "F_BREASTFEEDING": ({"d_breastfeeding": "yes"}, {"d_breastfeeding": "no"}),
    "F_TRYING": ({"d_trying": "yes"}, {"d_trying": "no"}),
    "F_INFECTION_LOCAL": ({"c_now": ["hot_spreading_redness"]}, {"c_now": ["fever_unwell"]}),
    "F_INFECTION_SYSTEMIC": ({"k_infection_systemic": "yes"}, {"k_infection_local": "yes"}),
    "F_HSV_ACTIVE": ({"k_hsv": "now"}, {"k_hsv": "recurrent"}),
    "F_HSV_HISTORY": ({"k_hsv": "past"}, {"k_hsv": "now"}),
    "F_EH_HISTORY": ({"f_eczema_herpeticum": "yes"}, {"f_eczema_herpeticum": "no"}),
    "F_ECZEMA_AT_SITE": ({"f_face_eczema_now": "yes"}, {"f_areas": ["face"]}),
    "F_AD_SEVERE": ({"f_poem": POEM_16 | {"poem_7": 1}}, {"f_poem": POEM_16}),
    "F_AD_MODERATE": ({"f_poem": POEM_16}, {"f_poem": POEM_16 | {"poem_1": 0, "poem_2": 0, "poem_3": 3}}),
    "F_CONTACT_ALLERGY": ({"f_contact_allergy": "yes"}, {"j_allergies": ["penicillin"]}),
    "F_ASTHMA_UNCONTROLLED": (
        {"f_asthma_control": "uncontrolled"},
        {"f_asthma_control": "partly_controlled"},
    ),
    "F_ACNE_MILD": ({"g_acne_grade": "2_mild_less_than_half_face"}, {"g_acne_grade": "1_almost_clear"}),
    "F_ACNE_MOD_SEV": ({"g_nodules": "yes"}, {"g_acne_grade": "2_mild_less_than_half_face"}),
    "F_KELOID_PERSONAL": ({"g_scar_types": ["keloid"]}, {"g_scar_types": ["hypertrophic"]}),
    "F_HYPERTROPHIC": ({"g_scar_types": ["hypertrophic"]}, {"g_scar_types": ["keloid"]}),
    "F_KELOID_FAMILY": ({"k_keloid_family": "yes"}, {"k_keloid_personal": "yes"}),
    "F_ISO_CURRENT": ({"i_isotretinoin": "current"}, {"i_isotretinoin": "unsure"}),
    "F_ISO_LT6M": (
        {"i_isotretinoin": "past", "i_isotretinoin_stop": "2026-06-02"},
        {"i_isotretinoin": "past", "i_isotretinoin_stop": "2026-06-01"},
    ),
    "F_ANTICOAG": (medicine("anticoagulant"), medicine("antiplatelet_nsaid")),
    "F_ANTIPLATELET": (medicine("antiplatelet_nsaid"), medicine("anticoagulant")),
    "F_IMMUNOSUPPRESSED": (
        medicine("systemic_steroid", "2026-09-03"),
        medicine("systemic_steroid", "2026-09-02"),
    ),
    "F_BIOLOGIC": (medicine("biologic_ad"), medicine("jak_topical")),
    "F_JAK": (medicine("jak_oral", "2026-11-04"), medicine("jak_oral", "2026-11-03")),
    "F_TCS_FACE": (
        medicine("topical_steroid_face", "2026-11-18"),
        medicine("topical_steroid_face", "2026-11-17"),
    ),
    "F_RETINOID_TOPICAL": (
        medicine("topical_retinoid_or_acid", "2026-11-25"),
        medicine("topical_retinoid_or_acid", "2026-11-24"),
    ),
    "F_CHEMO": (medicine("chemo_or_targeted"), medicine("immunosuppressant")),
    "F_LIVE_VACCINE": ({"i_live_vaccine_12w": "yes"}, {"i_live_vaccine_12w": "no"}),
    "F_RECENT_RESURFACING": (treated("subcision", "2026-06-02"), treated("subcision", "2026-06-01")),
    "F_RECENT_MINOR": (treated("steroid_injection", "2026-11-04"), treated("prp", "2026-11-03")),
    "F_PRIOR_BAD_REACTION": (
        treated("surgery", reaction="scar_worse"),
        treated("exosome_topical", reaction="scar_worse"),
    ),
    "F_PRIOR_BIOLOGIC_REACTION": (
        treated("stem_cell", reaction="lumps_granuloma"),
        treated("filler_temporary", reaction="lumps_granuloma"),
    ),
    "F_PERMANENT_FILLER": (treated("filler_permanent"), treated("filler_temporary")),
    "F_RADIOTHERAPY_SITE": (treated("radiotherapy"), treated("surgery")),
    "F_ALLERGY_LA": ({"j_allergies": ["local_anaesthetic"]}, {"j_allergies": ["latex"]}),
    "F_ALLERGY_STEEL": ({"j_allergies": ["stainless_steel"]}, {"j_allergies": ["nickel"]}),
    "F_ALLERGY_NICKEL": ({"j_allergies": ["nickel"]}, {"j_allergies": ["stainless_steel"]}),
    "F_ALLERGY_LATEX": ({"j_allergies": ["latex"]}, {"j_allergies": ["local_anaesthetic"]}),
    "F_ALLERGY_ANIMAL_PROTEIN": (
        {"j_allergies": ["bovine_porcine_gelatin_alphagal"]},
        {"f_food_allergy": "yes"},
    ),
    "F_ALLERGY_DMSO": ({"j_allergies": ["dmso"]}, {"j_allergies": ["amphotericin"]}),
    "F_ALLERGY_CULTURE_ABX": ({"j_allergies": ["amphotericin"]}, {"j_allergies": ["chlorhexidine_iodine"]}),
    "F_ALLERGY_ANTISEPTIC": ({"j_allergies": ["chlorhexidine_iodine"]}, {"j_allergies": ["penicillin"]}),
    "F_ALLERGY_UNSURE": ({"j_allergies": ["none", "unsure"]}, {"j_allergies": ["none"]}),
    "F_ANAPHYLAXIS_HX": ({"j_anaphylaxis": "yes"}, {"f_food_allergy": "yes"}),
    "F_CANCER_ACTIVE": ({"k_cancer": "active_or_treatment"}, {"k_cancer": "past_lt5y"}),
    "F_CANCER_LT5Y": ({"k_cancer": "past_lt5y"}, {"k_cancer": "past_ge5y"}),
    "F_CANCER_GE5Y": ({"k_cancer": "past_ge5y"}, {"k_cancer": "past_lt5y"}),
    "F_LESION_AT_SITE": ({"c_now": ["changing_mole"]}, {"c_now": ["eye_pain_or_rash_near_eye"]}),
    "F_AUTOIMMUNE": ({"k_autoimmune": ["rheumatoid"]}, {"k_autoimmune": ["thyroid"]}),
    "F_SCLERODERMA_CTD": ({"k_autoimmune": ["scleroderma_or_ctd"]}, {"k_autoimmune": ["lupus"]}),
    "F_KOEBNER": ({"k_koebner": ["vitiligo"]}, {"k_koebner": ["none"]}),
    "F_ROSACEA": ({"k_rosacea": "yes"}, {"k_rosacea": "no"}),
    "F_BLEEDING": ({"k_bleeding": "yes"}, medicine("anticoagulant")),
    "F_DIABETES_UNCTRL": ({"k_diabetes": "uncontrolled"}, {"k_diabetes": "controlled"}),
    "F_DIABETES_CTRL": ({"k_diabetes": "controlled"}, {"k_diabetes": "unsure"}),
    "F_VTE_HISTORY": ({"k_vte": "yes"}, {"k_vte_risks": ["immobile"]}),
    "F_VTE_RISK": ({"k_vte_risks": ["flight_over_4h"]}, {"k_vte": "yes"}),
    "F_ORGAN_SEVERE": ({"k_organ": "severe"}, {"k_organ": "mild"}),
    "F_ORGAN_MILD": ({"k_organ": "mild"}, {"k_organ": "severe"}),
    "F_FAINT_SEIZURE": ({"k_faint": "yes"}, {"k_faint": "no"}),
    "F_OTHER_TRIAL": ({"k_trial": "yes"}, {"k_trial": "no"}),
    "F_SMOKER": ({"e_smoking": "current"}, {"e_smoking": "former"}),
    "F_SUN_RECENT": ({"e_sun_14d": "yes"}, {"e_sunscreen": "no"}),
    "F_FITZ_IV_VI": (
        {"e_burn": "sometimes_mild_burn", "e_tan": "tans_easily"},
        {"e_burn": "sometimes_mild_burn", "e_tan": "tans_gradually"},
    ),
    "F_PIH_TENDENCY": ({"e_pih_tendency": "yes"}, {"e_pih_tendency": "no"}),
    "F_BDD_POSITIVE": (
        {"l_hours_thinking": "1_3h", "l_impairs": "often"},
        {"l_hours_thinking": "over_3h", "l_impairs": "sometimes", "l_dcq_total": 8},
    ),
    "F_SELFHARM_DECLINED": ({"l_selfharm": "prefer_not"}, {"l_selfharm": "yes"}),
    "F_SELFHARM_YES": ({"l_selfharm": "yes"}, {"l_selfharm": "prefer_not"}),
    "F_EXPECTATION": ({"l_event_date": "2027-01-25"}, {"l_event_date": "2027-01-26"}),
    "F_PRESSURE": ({"l_pressure": "yes"}, {"l_pressure": "no"}),
    "F_SHORT_STAY": (ABROAD | {"n_stay_days": 6}, ABROAD | {"n_stay_days": 7}),
}

# The other ways into rules that have several.
MORE_WAYS: list[tuple[str, Changes]] = [
    ("F_INFECTION_LOCAL", {"k_infection_local": "yes"}),
    ("F_INFECTION_SYSTEMIC", {"c_now": ["fever_unwell"]}),
    ("F_HSV_HISTORY", {"k_hsv": "recurrent"}),
    ("F_AD_SEVERE", {"f_itch_12m": "yes", "f_itch_nrs": 7}),
    ("F_AD_MODERATE", {"f_itch_12m": "yes", "f_itch_nrs": 4}),
    ("F_ACNE_MOD_SEV", {"g_acne_grade": "3_moderate_more_than_half_face"}),
    ("F_KELOID_PERSONAL", {"k_keloid_personal": "yes"}),
    ("F_ISO_LT6M", {"i_isotretinoin": "past", "i_isotretinoin_stop": "2027-01-01"}),
    ("F_IMMUNOSUPPRESSED", {"k_immunodeficiency": "yes"}),
    ("F_IMMUNOSUPPRESSED", {"i_meds": ["immunosuppressant"]}),
    ("F_JAK", medicine("jak_oral", "2027-01-01")),
    ("F_TCS_FACE", medicine("topical_steroid_face", "")),
    ("F_RECENT_MINOR", treated("microneedling", "2027-01-01")),
    ("F_PERMANENT_FILLER", {"k_implants": ["facial_implant"]}),
    ("F_LESION_AT_SITE", {"k_lesion_area": "yes"}),
    ("F_VTE_RISK", {"d_combined_hormones": "yes"}),
    ("F_BDD_POSITIVE", {"l_dcq_total": 9}),
    ("F_EXPECTATION", {"l_expectation": "complete_removal"}),
    ("F_EXPECTATION", {"l_event_date": "2026-12-01"}),
]

# What looks like a way into a rule, and is none.
NO_WAYS: list[tuple[str, Changes]] = [
    ("F_RECENT_RESURFACING", treated("subcision")),
    ("F_RECENT_MINOR", treated("prp", "")),
    ("F_JAK", {"i_med_last": {"jak_oral": "2026-11-30"}}),
    ("F_ISO_LT6M", {"i_isotretinoin": "current", "i_isotretinoin_stop": "2026-11-30"}),
    ("F_AD_SEVERE", {"f_itch_12m": "no", "f_itch_nrs": 10}),
    ("F_EXPECTATION", {"l_event_date": "2026-11-30"}),
    ("F_PRIOR_BAD_REACTION", treated("surgery", reaction="unsure")),
    ("F_SHORT_STAY", {"b_country": "TH", "n_stay_days": 1}),
    ("F_SHORT_STAY", ABROAD | {"n_stay_days": None}),
]

URGENT: dict[str, tuple[Changes, Changes]] = {
    "U_ANAPHYLAXIS": ({"c_now": ["trouble_breathing_swollen_face"]}, {"j_anaphylaxis": "yes"}),
    "U_VTE": ({"c_now": ["chest_pain_or_leg_swelling"]}, {"k_vte": "yes"}),
    "U_ECZEMA_HERPETICUM": ({"c_now": ["painful_blisters_spreading"]}, {"f_eczema_herpeticum": "yes"}),
    "U_EYE": ({"c_now": ["none", "eye_pain_or_rash_near_eye"]}, {"c_now": ["none"]}),
    "U_CELLULITIS": ({"c_now": ["hot_spreading_redness"]}, {"k_infection_local": "yes"}),
    "U_SELF_HARM": ({"l_selfharm": "yes"}, {"l_selfharm": "prefer_not"}),
    "U_MOLE": ({"c_now": ["changing_mole"]}, {"k_lesion_area": "yes"}),
}
