"""A tablet pass: opened once, by one browser, in time, and never longer than somebody is there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from clinic import confined
from clinic.access import rules as access
from clinic.models import Role
from patients.models import Patient, TabletPass
from patients.queries import tablets
from tests import rows
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.tablets import address_of, form_of, hand_out, leave_alone, start_on, wait

pytestmark = pytest.mark.django_db

CODE_PAGE = "/tablet/"
LOCKED = "This tablet is locked"
ELSEWHERE = ["/", "/th/", "/visits/", "/book/", "/desk/", "/review/", "/admin/", "/account/login/", "/form/"]


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create(name="Hannah Whitfield")


def test_looking_at_a_code_changes_nothing(patient: Patient) -> None:
    found = hand_out(patient)

    with rows.nothing_written():
        previews = [Client().get(address_of(found)), Client().head(address_of(found))]

    assert [answer.status_code for answer in previews] == [200, 200]
    assert "Start" in previews[0].content.decode()
    assert previews[0].cookies.get(confined.COOKIE) is None


def test_start_opens_the_form_and_nobody_is_signed_in(patient: Patient) -> None:
    tablet = Client()
    tablet.force_login(StaffFactory.create(roles=[Role.OWNER]))

    start_on(tablet, hand_out(patient))

    page = tablet.get(CODE_PAGE, follow=True)
    assert page.status_code == 200
    assert not page.wsgi_request.user.is_authenticated
    assert tablet.session.get("_auth_user_id") is None


def test_start_shows_the_form_in_the_patients_language(patient: Patient) -> None:
    Patient.objects.update(language="th")
    tablet, found = Client(), hand_out(patient)

    start_on(tablet, found)

    assert 'lang="th"' in tablet.get(form_of(found)).content.decode()


def test_second_scan_is_refused_kindly_and_the_first_goes_on(patient: Patient) -> None:
    found, first, second = hand_out(patient), Client(), Client()
    start_on(first, found)

    for answer in (second.get(address_of(found)), second.post(address_of(found))):
        assert answer.status_code == 410
        assert "opened on a tablet already" in answer.content.decode()
    assert second.get(form_of(found)).status_code == 410
    assert first.get(form_of(found)).status_code == 200
    assert first.get(address_of(found))["Location"] == form_of(found)


@pytest.mark.django_db(transaction=True)
def test_two_tablets_at_once_open_one(patient: Patient) -> None:
    path = address_of(hand_out(patient))

    def press(_number: int) -> int:
        try:
            return Client().post(path).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(press, range(6)))

    assert answers == [302, 410, 410, 410, 410, 410]


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10, 410)])
def test_a_code_waits_for_ten_minutes(patient: Patient, minutes: float, status: int) -> None:
    found = hand_out(patient)

    wait(found, minutes)

    assert Client().get(address_of(found)).status_code == status
    assert Client().post(address_of(found)).status_code == (302 if status == 200 else 410)
    row = TabletPass.objects.get()
    assert (row.opened_at is not None) == (status == 200)


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10, 410)])
def test_a_form_stays_open_for_ten_idle_minutes(patient: Patient, minutes: float, status: int) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)

    leave_alone(found, minutes)

    assert tablet.get(f"/tablet/{found.pk}/alive/").status_code == (204 if status == 200 else 410)
    page = tablet.get(form_of(found))
    assert (page.status_code, LOCKED in page.content.decode().split("<template")[0]) == (
        status,
        status == 410,
    )


def test_without_the_idle_rule_the_form_would_stay_open(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)
    leave_alone(found, 11)

    monkeypatch.setattr(tablets, "IDLE", tablets.IDLE * 2)

    assert tablet.get(form_of(found)).status_code == 200


def test_asking_whether_it_is_open_and_saving_by_itself_keep_nothing_open(patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)
    leave_alone(found, 9)
    before = TabletPass.objects.get().active_at

    tablet.get(f"/tablet/{found.pk}/alive/")
    tablet.post(form_of(found, "consent/save"), {"revision": "0"})

    assert TabletPass.objects.get().active_at == before


def test_a_touch_and_a_page_keep_it_open(patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)
    seen = []
    for press in (
        lambda: tablet.get(form_of(found)),
        lambda: tablet.post(f"/tablet/{found.pk}/still-here/", {"ago": "60"}),
        lambda: tablet.post(f"/tablet/{found.pk}/still-here/", {"ago": "\x00"}),
    ):
        leave_alone(found, 9)
        before = TabletPass.objects.get().active_at
        assert press().status_code in {200, 204}
        seen.append((TabletPass.objects.get().active_at - before).total_seconds())  # type: ignore[operator]

    assert [round(gained / 60) for gained in seen] == [9, 8, 9]


def test_a_touch_brings_nothing_back(patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)
    leave_alone(found, 10)

    assert tablet.post(f"/tablet/{found.pk}/still-here/").status_code == 410
    assert tablet.get(form_of(found)).status_code == 410


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_tablet_opens_no_other_page(patient: Patient, path: str) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)

    answer = tablet.get(path, follow=True)

    assert answer.redirect_chain[-1] == (form_of(found), 302)


def test_without_the_guard_a_tablet_would_open_other_pages(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = Client()
    start_on(tablet, hand_out(patient))

    monkeypatch.setattr(access, "ON_TABLET", frozenset(access.URL_RULES))

    assert tablet.get("/book/").status_code == 200


def test_privacy_notice_and_language_stay_reachable(patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)

    assert tablet.get("/privacy/").status_code == 200
    tablet.post("/language/", {"language": "th", "next": form_of(found)})
    assert 'lang="th"' in tablet.get(form_of(found)).content.decode()


def test_a_tablet_opens_no_other_patients_form(patient: Patient) -> None:
    other = hand_out(PatientFactory.create(name="Somchai Jaidee"))
    tablet, theirs = Client(), Client()
    start_on(tablet, hand_out(patient))
    start_on(theirs, other)

    for method, page in (("get", ""), ("get", "consent"), ("post", "consent"), ("post", "consent/save")):
        answer = getattr(tablet, method)(form_of(other, page))
        assert answer.status_code == 410
        assert "Somchai" not in answer.content.decode()
    assert tablet.get(f"/tablet/{other.pk}/alive/").status_code == 410
    assert tablet.post(f"/tablet/{other.pk}/give-back/").status_code == 302
    assert theirs.get(form_of(other)).status_code == 200


def test_a_tablet_that_is_over_goes_anywhere_again(patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient)
    start_on(tablet, found)
    leave_alone(found, 10)

    freed = tablet.get("/", follow=True)

    assert freed.redirect_chain[-1] == (CODE_PAGE, 302)
    assert tablet.get("/").status_code == 200
    assert tablet.get(form_of(found)).status_code == 410


def test_giving_back_signs_nobody_out_who_holds_no_pass(patient: Patient) -> None:
    found, desk = hand_out(patient), Client()
    desk.force_login(StaffFactory.create(roles=[Role.FRONT_DESK]))

    desk.post(f"/tablet/{found.pk}/give-back/")

    assert desk.get("/desk/").status_code == 200
    assert TabletPass.objects.get().ended_at is None


def test_a_newer_code_ends_the_earlier_one(patient: Patient) -> None:
    tablet, first = Client(), hand_out(patient)
    start_on(tablet, first)

    second = hand_out(patient)

    assert tablet.get(form_of(first)).status_code == 410
    assert Client().get(address_of(second)).status_code == 200
