"""Records beyond the care team: every page asks for a reason first, and with one says so."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client, override_settings
from django.utils import timezone

from bookings.models import Appointment, WorkingHours
from clinic.models import ReadRecord, Role, User
from patients.queries.care_team import NAMED_BY
from tests import rows
from tests.factories import PatientFactory, SiteFactory
from tests.patients.care_team import REASON, give_reason, on_staff_of, outsider
from tests.patients.forms import send_case
from tests.patients.whole_records import CANARY, Record, write_whole_record
from tests.routes import Route, list_routes

pytestmark = pytest.mark.django_db

ASKS = "You are not on this patient’s care team now."
BANNER = "Opened with a reason."
OWN_PAGES = {"review:rules", "review:alerts", "review:reason", "review:close-access"}


@pytest.fixture
def record(settings: Any, tmp_path: Any) -> Record:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return write_whole_record()


def browser_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def record_routes() -> list[Route]:
    """Return the addresses about one record: all of the review's that do not ask for themselves."""
    return [each for each in list_routes() if each.namespace == "review" and each.name not in OWN_PAGES]


def open_form(client: Client, record: Record) -> Any:
    return client.get(f"/review/forms/{record.version.pk}/")


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_page_of_a_record_asks_outsiders_for_a_reason(record: Record, role: Role, method: str) -> None:
    client = browser_of(outsider(role))

    with rows.nothing_written():
        answers = {
            route.name: client.generic(method, route.path.format(**record.places))
            for route in record_routes()
        }

    assert len(answers) > 15
    assert {answer.status_code for answer in answers.values()} <= {403, 405}
    assert [name for name, answer in answers.items() if CANARY.encode() in answer.content] == []
    asked = {name for name, answer in answers.items() if ASKS in answer.content.decode()}
    assert all("no-store" in answers[name]["Cache-Control"] for name in asked)
    refused = {name for name, answer in answers.items() if answer.status_code == 403}
    only_clinicians = {name for name in refused if role == Role.NURSE and name not in asked}
    assert only_clinicians <= {
        f"review:{name}" for name in ("draft", "sign", "decide", "addendum", "acknowledge")
    }


def test_every_address_of_the_review_says_whose_record_it_is() -> None:
    assert [route.name for route in record_routes() if not set(route.names) & set(NAMED_BY)] == []


def test_without_the_guard_an_outsider_would_read_it(record: Record) -> None:
    """The negative control: with the middleware gone, the walk above sees the record."""
    client = browser_of(outsider())
    unguarded = [name for name in configured.MIDDLEWARE if "CareTeamMiddleware" not in name]

    with override_settings(MIDDLEWARE=unguarded):
        answer = client.get(f"/review/forms/{record.version.pk}/")

    assert CANARY in answer.content.decode()


def test_an_address_of_nothing_stays_a_404(record: Record) -> None:
    client = browser_of(outsider())

    for path in ("forms/{}/", "photos/{}/", "patients/{}/", "patients/{}/reason/", "patients/{}/form/"):
        assert client.get("/review/" + path.format(record.visit.pk)).status_code == 404


def test_the_page_that_asks_says_nothing_of_whether_there_is_a_form(record: Record) -> None:
    client, other = browser_of(outsider()), PatientFactory.create(name=record.patient.name)

    pages = [
        client.get(f"/review/patients/{patient.pk}/reason/").content.decode().replace(str(patient.pk), "")
        for patient in (record.patient, other)
    ]

    without_tokens = [re.sub(r'(?:csrfmiddlewaretoken" value|data-token)="\w+"', "", page) for page in pages]
    assert without_tokens[0] == without_tokens[1]


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
def test_a_reason_opens_the_page_that_was_wanted_and_says_so_on_it(record: Record, role: Role) -> None:
    user = outsider(role)
    client, wanted = browser_of(user), f"/review/forms/{record.version.pk}/"
    asked = client.get(wanted).content.decode()

    answer = client.post(
        f"/review/patients/{record.patient.pk}/reason/", {"reason": REASON, "next": wanted}, follow=True
    )

    page = answer.content.decode()
    assert f'value="{wanted}"' in asked
    assert answer.redirect_chain == [(wanted, 302)]
    assert CANARY in page
    assert BANNER in page
    assert "60 minutes left." in page


def test_the_banner_is_on_every_page_of_the_record_and_on_no_other(record: Record) -> None:
    user = outsider()
    give_reason(user, record.patient, timezone.now())
    client, shown = browser_of(user), {}
    for route in record_routes():
        answer = client.get(route.path.format(**record.places))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            shown[route.name] = BANNER in answer.content.decode()

    fragments = {"review:presence"}
    assert {name for name, is_shown in shown.items() if not is_shown} <= fragments
    assert {"review:form", "review:photo-page", "review:correct", "review:health-form"} <= set(shown)
    for path in ("/review/", "/review/alerts/", "/desk/", "/review/rules/"):
        assert BANNER not in client.get(path).content.decode()


def test_the_care_team_sees_no_banner(record: Record) -> None:
    User.objects.filter(pk=record.doctor.pk).update(in_review_pool=True)

    assert BANNER not in open_form(browser_of(record.doctor), record).content.decode()


def test_each_read_names_the_reason_in_the_audit(record: Record) -> None:
    user = outsider()
    access = give_reason(user, record.patient, timezone.now())
    client, before = browser_of(user), ReadRecord.objects.count()

    open_form(client, record)
    client.get(f"/review/photos/{record.photo.pk}/")
    client.get(f"/review/photos/{record.photo.pk}/page/")
    client.get(f"/review/forms/{record.version.pk}/correct/5/")
    client.get(f"/review/patients/{record.patient.pk}/form/")

    reads = list(ReadRecord.objects.order_by("pk")[before:])
    assert len(reads) == 5
    assert {read.reason for read in reads} == {f"reason:{access.pk}"}
    assert {read.reader for read in reads} == {user}


def test_the_care_teams_reads_name_none(record: Record) -> None:
    User.objects.filter(pk=record.doctor.pk).update(in_review_pool=True)

    open_form(browser_of(record.doctor), record)

    assert ReadRecord.objects.latest("pk").reason == ""


def test_the_patient_sees_that_it_took_a_reason_and_not_which(record: Record) -> None:
    user = outsider()
    give_reason(user, record.patient, timezone.now())
    open_form(browser_of(user), record)
    assert record.patient.account is not None

    page = browser_of(record.patient.account).get(f"/form/{record.patient.pk}/readers/").content.decode()

    assert page.count("opened with a reason") == 1
    assert REASON not in page


def test_a_reason_opens_no_other_record_and_no_list(record: Record) -> None:
    user, other = outsider(), PatientFactory.create(name="Somebody Else")
    version = send_case(other)
    give_reason(user, record.patient, timezone.now())
    client = browser_of(user)

    assert open_form(client, record).status_code == 200
    assert client.get(f"/review/forms/{version.pk}/").status_code == 403
    assert client.get(f"/review/patients/{other.pk}/form/").status_code == 403
    for path in ("/review/", "/review/?tab=decided", "/review/?tab=waiting", "/review/alerts/"):
        page = client.get(path).content.decode()
        assert CANARY not in page
        assert "Somebody Else" not in page
        assert record.patient.name not in page


def test_an_empty_queue_says_whom_it_would_show(record: Record) -> None:
    words = "You see patients who come where you are on shift"

    assert words in browser_of(outsider()).get("/review/").content.decode()
    assert words not in browser_of(record.doctor).get("/review/?tab=waiting").content.decode()


def test_closing_it_closes_it_at_once(record: Record) -> None:
    user = outsider()
    give_reason(user, record.patient, timezone.now())
    client = browser_of(user)
    before = open_form(client, record).status_code

    closed = client.post(f"/review/patients/{record.patient.pk}/close/")

    assert (before, closed.status_code, closed["Location"]) == (200, 302, "/review/")
    assert open_form(client, record).status_code == 403


def test_a_reason_that_says_nothing_opens_nothing(record: Record) -> None:
    client = browser_of(outsider())

    with rows.nothing_written():
        answer = client.post(f"/review/patients/{record.patient.pk}/reason/", {"reason": "aaaaaaaaaaaaa"})

    assert answer.status_code == 422
    assert "Say a little more" in answer.content.decode()


def test_whose_shift_ends_while_the_page_is_open_is_asked_next(record: Record) -> None:
    doctor = on_staff_of(record.calendar, 1)
    now = timezone.now()
    Appointment.objects.filter(pk=record.visit.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    weekday = now.astimezone(record.calendar.site.tz).isoweekday()
    WorkingHours.objects.filter(practitioner__user=doctor).update(
        weekday=weekday, starts="00:00", ends="23:59"
    )
    client = browser_of(doctor)
    while_on_shift = [open_form(client, record).status_code, _presence(client, record)]

    WorkingHours.objects.filter(practitioner__user=doctor).delete()

    assert while_on_shift == [200, 200]
    assert [open_form(client, record).status_code, _presence(client, record)] == [403, 403]
    assert ASKS in open_form(client, record).content.decode()


def _presence(client: Client, record: Record) -> int:
    return client.get(f"/review/forms/{record.version.pk}/presence/").status_code


def test_on_shift_at_one_site_opens_nobody_of_another(record: Record) -> None:
    doctor, now = on_staff_of(record.calendar, 1), timezone.now()
    Appointment.objects.filter(pk=record.visit.pk).update(
        starts_at=now, ends_at=now + timedelta(hours=1), site=SiteFactory.create()
    )
    weekday = now.astimezone(record.calendar.site.tz).isoweekday()
    WorkingHours.objects.filter(practitioner__user=doctor).update(
        weekday=weekday, starts="00:00", ends="23:59"
    )
    client = browser_of(doctor)

    assert open_form(client, record).status_code == 403
    assert record.patient.name not in client.get("/review/?tab=decided").content.decode()
