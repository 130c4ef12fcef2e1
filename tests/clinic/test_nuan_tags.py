"""The template tags, as templates use them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from clinic.models import Site
from tests.factories import SiteFactory

NOW = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)
STARTS_AT = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)


def rendered(source: str, language: str = "en", **context: Any) -> str:
    with override(language):
        return Template(source).render(Context({"now": NOW, "at": STARTS_AT, **context}))


def a_site(zone: str = "Asia/Bangkok") -> Site:
    return SiteFactory.build(zone=zone, city={"en": "Bangkok", "th": "กรุงเทพฯ"})


def test_when_takes_a_zone_or_its_name() -> None:
    assert rendered('{% when at "Europe/London" %}') == "Thu 26 Nov, 03:30"
    assert rendered("{% when at site.tz %}", site=a_site()) == "Thu 26 Nov, 10:30"


@pytest.mark.parametrize(
    ("mode", "lead", "other"),
    [
        ("in_person", "Thu 26 Nov, 10:30 Bangkok time", "03:30 in London"),
        ("video", "Thu 26 Nov, 03:30 London time", "10:30 in Bangkok"),
        ("phone", "Thu 26 Nov, 03:30 London time", "10:30 in Bangkok"),
    ],
)
def test_both_times_lead_with_the_clinic_only_for_visits_there(mode: str, lead: str, other: str) -> None:
    source = '{% both_times at site "Europe/London" mode as t %}{{ t.lead }}|{{ t.other }}'
    assert rendered(source, site=a_site(), mode=mode) == f"{lead}|{other}"


@pytest.mark.parametrize("zone", ["", "Asia/Bangkok"])
def test_both_times_say_one_time_if_there_is_only_one_zone(zone: str) -> None:
    source = '{% both_times at site zone "video" as t %}{{ t.lead }}|{{ t.other }}'
    assert rendered(source, site=a_site(), zone=zone) == "Thu 26 Nov, 10:30 Bangkok time|"


def test_both_times_use_the_city_of_the_site_and_not_of_its_zone() -> None:
    site = SiteFactory.build(city={"en": "Phuket", "th": "ภูเก็ต"})
    source = '{% both_times at site "" "in_person" as t %}{{ t.lead }}'
    assert rendered(source, site=site) == "Thu 26 Nov, 10:30 Phuket time"
    assert rendered(source, "th", site=site) == "พฤ. 26 พ.ย. 2569 10:30\N{NO-BREAK SPACE}น. เวลาภูเก็ต"


def test_days_and_months_read_in_the_language_of_the_page() -> None:
    day = date(2026, 11, 26)
    assert rendered("{% short_day day %}|{% long_day day %}", day=day) == "Thu 26 Nov|Thursday 26 November"
    source = "{{ day|weekday_short }}|{{ day|month_long }}|{{ day|full_date }}"
    assert rendered(source, day=day) == "Thu|November|26 November 2026"
    assert rendered("{{ day|month_short }} {{ day|weekday_long }}", "th", day=day) == "พ.ย. พฤหัสบดี"


def test_money_and_zone_label_are_words() -> None:
    assert rendered('{% money 150000 "THB" %}') == "฿1,500"
    assert rendered('{% zone_label "Asia/Kathmandu" now %}') == "Kathmandu (UTC+5:45)"


def test_thai_safe_keeps_the_repetition_mark_with_its_word() -> None:
    assert rendered("{{ text|thai_safe }}", text="ตื้น ๆ") == "ตื้น\N{NO-BREAK SPACE}ๆ"


def test_thai_safe_keeps_loanwords_whole() -> None:
    assert rendered("{{ text|thai_safe }}", text="ทาเซรั่มทันที") == 'ทา<span class="nowrap">เซรั่ม</span>ทันที'


def test_thai_safe_still_escapes() -> None:
    assert rendered("{{ text|thai_safe }}", text="<b>ๆ") == "&lt;b&gt;ๆ"


@pytest.mark.parametrize(
    ("path", "language", "url"),
    [
        ("/evidence/", "th", "/th/evidence/"),
        ("/th/evidence/?a=1", "en", "/evidence/?a=1"),
        ("/no/such/page/", "th", "/th/"),
        ("/th/no/such/page/", "en", "/"),
    ],
)
def test_language_url_is_the_same_page_or_home(path: str, language: str, url: str) -> None:
    page_language = "th" if path.startswith("/th/") else "en"
    request = RequestFactory().get(path)
    assert rendered("{% language_url other %}", page_language, request=request, other=language) == url


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Mali Skin Clinic", ("Mali", "Skin Clinic")),
        ("Nuan", ("Nuan", "")),
        ("The Skin Clinic", ("The Skin Clinic", "")),
    ],
)
def test_brand_parts_split_a_name_after_its_own_word(name: str, parts: tuple[str, str]) -> None:
    assert rendered("{% with p=name|brand_parts %}{{ p.0 }}|{{ p.1 }}{% endwith %}", name=name) == "|".join(
        parts
    )


class PersonForm(forms.Form):
    name = forms.CharField(help_text="As in your passport")
    who = forms.ChoiceField(choices=[("me", "Me"), ("child", "My child")], widget=forms.RadioSelect)
    note = forms.CharField(required=False)


def test_error_summary_links_to_each_field() -> None:
    html = rendered('{% include "clinic/_form_errors.html" %}', form=PersonForm({"note": "x"}))
    assert "There are 2 things to fix" in html
    assert 'href="#id_name"' in html
    assert 'href="#id_who_0"' in html


def test_error_summary_counts_one() -> None:
    html = rendered('{% include "clinic/_form_errors.html" %}', form=PersonForm({"who": "me"}))
    assert "There is 1 thing to fix" in html


def test_error_summary_is_absent_from_a_good_form() -> None:
    form = PersonForm({"name": "Nok", "who": "me"})
    assert rendered('{% include "clinic/_form_errors.html" %}', form=form).strip() == ""


def test_text_in_speaks_the_language_of_the_page() -> None:
    words = {"en": "Deep pits", "th": "หลุมลึก"}
    assert rendered("{{ words|text_in }}", words=words) == "Deep pits"
    assert rendered("{{ words|text_in }}", "th", words=words) == "หลุมลึก"


def test_staff_read_moments_by_the_clock_of_the_first_site() -> None:
    source, late = "{% clinic_when at %}|{% clinic_day at %}", datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
    here, nowhere = SimpleNamespace(sites=[a_site()]), SimpleNamespace(sites=[])
    assert rendered(source, clinic=here, at=late) == "Thu 26 Nov, 01:00|Thu 26 Nov"
    assert rendered(source, clinic=nowhere, at=late) == "Wed 25 Nov, 18:00|Wed 25 Nov"
