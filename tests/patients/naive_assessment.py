"""A second reading of the rules, for comparison: slow, plain, straight from the JSON, sharing no code.

Written from the words of the rules, not from `patients/`. Strengths are 0, 1 and 2.
"""

import json
from datetime import date
from typing import Any

from deploy.local.places import ROOT

FOLDER = ROOT / "patients" / "data" / "0.1-draft"
QUESTIONS, RULES, TABLE = (
    json.loads((FOLDER / name).read_text())
    for name in ("questionnaire.json", "rules.json", "suitability.json")
)
SCALE = ["none", "caution", "relative", "absolute"]
EMPTY: Any = (None, "", [])


class Naive:
    """One case, judged step by step."""

    def __init__(self, answers: dict[str, Any], today: date) -> None:
        self.today = today
        self.facts: dict[str, Any] = {}
        self.a = {key: answer for key, answer in answers.items() if answer not in EMPTY}
        while hidden := [
            q["key"] for q in QUESTIONS["questions"] if q["key"] in self.a and not self.shown(q)
        ]:
            self.a = {key: answer for key, answer in self.a.items() if key not in hidden}

    def shown(self, question: dict[str, Any]) -> bool:
        """Say whether a question is asked."""
        return "show_if" not in question or self.power(question["show_if"]) > 0

    def age(self) -> int | None:
        """Read both dates as numbers, 19990514; ten thousand of them are a year."""
        born = self.a.get("b_dob")
        return None if born is None else (int(f"{self.today:%Y%m%d}") - int(born.replace("-", ""))) // 10_000

    def ago(self, text: str) -> int:
        """Count the days from a date to today."""
        return self.today.toordinal() - date(*map(int, text.split("-"))).toordinal()

    def power(self, rule: dict[str, Any]) -> int:
        """Return how strongly a condition matches."""
        [(word, detail)] = rule.items()
        if word == "any":
            return sorted(self.power(part) for part in detail)[-1]
        if word == "all":
            return sorted(self.power(part) for part in detail)[0]
        if word.startswith(("age", "fact")):
            return self.power_of_fact(word, detail)
        if word.startswith(("treat", "med")):
            return 2 if self.has_history(word, detail) else 0
        return self.power_of_answer(word, detail)

    def power_of_answer(self, word: str, detail: Any) -> int:
        """Match one answer."""
        key = detail if word == "yes" else detail[0]
        if key not in self.a:
            return 0
        given = self.a[key]
        doubtful = 1 if given in ("unsure", "prefer_not") else 2
        if word == "yes":
            return {"yes": 2, "unsure": 1, "prefer_not": 1}.get(given, 0)
        if word == "has":
            found = [option for option in given if option in detail[1]]
            return 0 if not found else 1 if all(option in ("unsure", "prefer_not") for option in found) else 2
        if word in ("eq", "in"):
            return doubtful if given in (detail[1] if word == "in" else [detail[1]]) else 0
        truth = {
            "ne": lambda: given != detail[1],
            "gte": lambda: given >= detail[1],
            "lt": lambda: given < detail[1],
            "days_since_lt": lambda: self.ago(given) < detail[1],
            "days_until_lt": lambda: -self.ago(given) in range(detail[1]),
        }[word]()
        return 2 if truth else 0

    def power_of_fact(self, word: str, detail: Any) -> int:
        """Match the age or another fact."""
        fact = self.age() if word.startswith("age") else self.facts.get(detail[0])
        if fact is None:
            return 0
        truth = {
            "age_lt": lambda: fact < detail,
            "age_gte": lambda: not fact < detail,
            "fact_in": lambda: fact in detail[1],
            "fact_gte": lambda: fact >= detail[1],
        }[word]()
        return 2 if truth else 0

    def has_history(self, word: str, detail: Any) -> bool:
        """Match medicines and past treatments."""
        rows = self.a.get("h_treatments") or []
        if word == "med_within":
            last = (self.a.get("i_med_last") or {}).get(detail[0]) or None
            return detail[0] in (self.a.get("i_meds") or []) and (last is None or self.ago(last) < detail[1])
        if word == "treat_within":
            dates = [row["last_date"] for row in rows if row["type"] in detail[0] and row.get("last_date")]
            return any(self.ago(text) < detail[1] for text in dates)
        if word == "treat_ever":
            return bool({row["type"] for row in rows} & set(detail))
        if word == "treat_reaction_of":
            return any(row["type"] in detail[0] and row.get("reaction") in detail[1] for row in rows)
        biological = ("prp", "exosome", "stem_cell")
        others = [row for row in rows if not row["type"].startswith(biological)]
        return any(row.get("reaction") in detail[0] for row in others)

    def yes(self, key: str) -> bool:
        """Say whether an answer is yes."""
        return bool(self.a.get(key) == "yes")

    def find_facts(self) -> None:
        """Fill in the facts."""
        places = [self.place("e_burn"), self.place("e_tan")]
        five = ["f_onset_u2", "f_flexural_hx", "f_dry_year", "f_asthma_hayfever", "f_visible_flexural"]
        signs = [key for key in five if self.yes(key)]
        met = self.yes("f_itch_12m") and len(signs) >= 3
        self.facts = {
            "age": self.age(),
            "fitz": None if None in places else int(sum(map(int, filter(None, places))) / 2 + 0.5),
            "ukwp": {"itch": self.yes("f_itch_12m"), "count": len(signs), "met": met},
            "poem": self.poem(),
        }
        self.facts["ad_level"] = self.ad_level()
        self.facts["scar_class"] = self.scar_class()
        self.facts["gb_grade"] = self.gb_grade()
        self.facts["atopic"] = met or self.yes("f_doctor_dx") or self.yes("f_asthma_hayfever")
        self.facts["sensitivity"] = self.sensitivity()
        wide = self.a.get("f_bsa", 0) > 9 or len({*self.a.get("f_areas", []), "none"}) > 3
        self.facts["extent"] = "widespread" if wide and self.active() else "localised"

    def place(self, key: str) -> int | None:
        """Return the number of the chosen option."""
        options = next(q["options"] for q in QUESTIONS["questions"] if q["key"] == key)
        return {option: number for number, option in enumerate(options, 1)}.get(self.a.get(key))

    def poem(self) -> dict[str, Any]:
        """Score the seven items."""
        items = [self.a.get("f_poem", {}).get(f"poem_{number}") for number in range(1, 8)]
        if sum(item in EMPTY for item in items) > 1:
            return {"scored": False, "total": None, "band": None}
        total = sum(item or 0 for item in items)
        bands = ["clear"] * 3 + ["mild"] * 5 + ["moderate"] * 9 + ["severe"] * 8 + ["very_severe"] * 4
        return {"scored": True, "total": total, "band": bands[total]}

    def ad_level(self) -> str | None:
        """Return how active the eczema is."""
        if self.facts["poem"]["scored"]:
            return str(self.facts["poem"]["band"])
        if self.a.get("f_itch_12m") == "no":
            return "clear"
        if "f_itch_nrs" not in self.a:
            return None
        bands = ["clear"] + ["mild"] * 3 + ["moderate"] * 3 + ["severe"] * 4
        return bands[int(self.a["f_itch_nrs"])]

    def active(self) -> bool:
        """Say whether the eczema is moderate or worse."""
        return self.facts["ad_level"] in ("moderate", "severe", "very_severe")

    def scar_class(self) -> str:
        """Name the kind of scars."""
        marks = self.a.get("g_scar_types", [])
        if marks and not [mark for mark in marks if not mark.startswith("pi")]:
            return "macular_only"
        if marks and not [mark for mark in marks if not mark.startswith(("pi", "hyper", "keloid"))]:
            return "raised_only"
        if "icepick" in marks or "boxcar_deep" in marks:
            return "deep_atrophic"
        return "shallow_atrophic" if "rolling" in marks or "boxcar_shallow" in marks else "unclassified"

    def gb_grade(self) -> int | None:
        """Grade the scars."""
        if self.facts["scar_class"] == "macular_only":
            return 1
        if "g_scar_types" not in self.a or not {"g_visible_50cm", "g_covered"} & self.a.keys():
            return None
        if self.a.get("g_visible_50cm") == "no" or self.yes("g_covered"):
            return 2
        return {"yes": 3, "no": 4, "unsure": 3, None: 3}[self.a.get("g_flatten")]

    def sensitivity(self) -> str:
        """Say how sensitive the skin is."""
        rule = next(rule for rule in RULES["rules"] if rule["id"] == "F_PRIOR_BAD_REACTION")
        doubt = [self.a.get(key) in ("yes", "unsure") for key in ("f_face_eczema_now", "f_contact_allergy")]
        if self.active() or any(doubt) or self.power(rule["when"]):
            return "high"
        mild = self.facts["ad_level"] == "mild"
        return "moderate" if self.facts["atopic"] or mild or self.yes("f_self_sensitive") else "low"

    def judge(self) -> dict[str, Any]:
        """Return what the command should print."""
        self.find_facts()
        flags: dict[str, dict[str, Any]] = {}
        for rule in RULES["rules"]:
            power = self.power(rule["when"])
            if power:
                levels = dict(rule["levels"])
                if power == 1:
                    levels = {
                        method: "relative" if level == "absolute" else level
                        for method, level in levels.items()
                    }
                flags[rule["id"]] = {"match": ["", "weak", "full"][power], "levels": levels}
        missing = [
            q["key"]
            for q in QUESTIONS["questions"]
            if q["required"] and self.shown(q) and q["key"] not in self.a
        ]
        if missing:
            relative = dict.fromkeys(RULES["baseline"], "relative")
            flags["F_INCOMPLETE"] = {"match": "full", "levels": relative, "missing": missing}
        levels = {
            method: SCALE[max(map(SCALE.index, [base, *(flag["levels"][method] for flag in flags.values())]))]
            for method, base in RULES["baseline"].items()
        }
        urgent = [
            {"id": rule["id"], "severity": rule["severity"]}
            for rule in RULES["urgent"]
            if self.power(rule["when"])
        ]
        route = self.route(flags, urgent)
        return {
            "facts": self.facts,
            "flags": flags,
            "method_levels": levels,
            "urgent": urgent,
            "route": route,
            "patient_message_key": RULES["message_keys"][route],
            "considerations": self.considerations(levels),
            "bookable_as_procedure": [],
        }

    def route(self, flags: dict[str, Any], urgent: list[dict[str, str]]) -> str:
        """Return the first route that applies."""
        severities = [each["severity"] for each in urgent]
        young = self.facts["age"] is not None and self.facts["age"] < 20
        heavy = [flag for flag in flags.values() if {"relative", "absolute"} & set(flag["levels"].values())]
        choices = {
            "urgent_advice": "emergency" in severities or "same_day" in severities,
            "guardian_required": young and not self.yes("b_guardian_consent"),
            "priority_consultation": "within_2_weeks" in severities,
            "incomplete": "F_INCOMPLETE" in flags,
            "extended_consultation": len(heavy) >= 3 or bool(set(RULES["extended_flags"]) & set(flags)),
            "standard_consultation": True,
        }
        return next(route for route, applies in choices.items() if applies)

    def considerations(self, levels: dict[str, str]) -> list[dict[str, str]]:
        """Look the candidates up."""
        by_grade = TABLE["table"][self.facts["scar_class"]]
        row = by_grade.get("any", by_grade.get(str(self.facts["gb_grade"])))
        methods = list(row[self.facts["sensitivity"]]) if row else []
        if self.facts["extent"] == "widespread":
            methods.append("IV_MSC")
        groups = dict(zip(SCALE, ["discuss", "discuss", "discuss_after_review", "not_now"], strict=True))
        return [{"method": name, "level": levels[name], "group": groups[levels[name]]} for name in methods]
