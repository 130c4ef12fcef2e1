"""The health form saves itself: on every change, through a dying network, beside another device."""

import pytest
from django.conf import settings
from playwright.sync_api import Dialog, Route, expect

from patients.models import Patient, UrgentAlert
from tests.browser.devices import PHONE, Device, answer_of, wait_until
from tests.patients.form_pages import path_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_answer_is_saved_when_it_is_given(new_device: Device, agreed: Patient) -> None:
    page = new_device()
    page.goto(path_of(agreed, "in-the-sun"))

    page.locator("[name=e_burn][value=rarely_burns]").check(force=True)

    wait_until(page, lambda: answer_of(agreed, "e_burn") == "rarely_burns")
    expect(page.locator("#saved")).to_contain_text("Saved ")
    expect(page.locator("#live")).to_contain_text("Saved ")
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_words_are_saved_a_second_after_the_last_letter(new_device: Device, agreed: Patient) -> None:
    page = new_device()
    page.goto(path_of(agreed, "you-and-this"))

    page.locator("#id_x_words").press_sequentially("Pits on both cheeks", delay=5)

    wait_until(page, lambda: answer_of(agreed, "x_words") == "Pits on both cheeks")
    expect(page.locator("#id_x_words")).to_be_focused()  # nobody left the field


def test_who_never_stops_typing_is_saved_on_the_way(new_device: Device, agreed: Patient) -> None:
    page, sent = new_device(), []
    page.goto(path_of(agreed, "you-and-this"))
    page.on("request", lambda request: sent.append(request.url.endswith("/save/")))

    page.locator("#id_x_words").press_sequentially("a" * 24, delay=300)

    assert any(sent)  # and not only after the last letter
    wait_until(page, lambda: answer_of(agreed, "x_words") == "a" * 24)


def test_a_network_that_dies_loses_nothing(new_device: Device, agreed: Patient) -> None:
    page = new_device()
    page.goto(path_of(agreed, "you-and-this"))
    page.context.set_offline(True)

    page.locator("#id_x_words").fill("Typed in a tunnel")
    expect(page.locator("#save-trouble")).to_contain_text("You’re offline.")  # it moves what is below it
    page.locator("[name=l_impairs][value=often]").check(force=True)
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.locator("#live")).to_contain_text("You’re offline.")
    page.locator(".sticky .btn-primary").click()
    expect(page.locator("#id_x_words")).to_have_value("Typed in a tunnel")
    assert answer_of(agreed, "x_words") is None
    page.context.set_offline(False)

    wait_until(page, lambda: answer_of(agreed, "x_words") == "Typed in a tunnel")
    assert answer_of(agreed, "l_impairs") == "often"
    expect(page.locator("#save-trouble")).to_be_hidden()


def test_a_server_that_fails_is_asked_again_and_leaving_is_warned_of(
    new_device: Device, agreed: Patient
) -> None:
    page = new_device()
    page.goto(path_of(agreed, "you-and-this"))
    page.route("**/save/", lambda route: route.fulfill(status=503, body="no"))
    page.locator("[name=l_impairs][value=often]").check(force=True)
    expect(page.locator("#save-trouble")).to_contain_text("We couldn’t save your last answer.")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)

    page.locator(".back").click()
    page.wait_for_url("**/closer-look/")

    assert asked == ["beforeunload"]


def test_a_failed_save_is_tried_again_by_itself(new_device: Device, agreed: Patient) -> None:
    page, failures = new_device(), iter([503, 500])
    page.goto(path_of(agreed, "you-and-this"))

    def answer(route: Route) -> None:
        status = next(failures, None)
        route.fulfill(status=status, body="no") if status else route.continue_()

    page.route("**/save/", answer)
    page.locator("[name=l_impairs][value=often]").check(force=True)

    wait_until(page, lambda: answer_of(agreed, "l_impairs") == "often")
    expect(page.locator("#save-trouble")).to_be_hidden()


@pytest.mark.parametrize(("choice", "kept"), [("Keep that one", "no"), ("Keep this one", "often")])
def test_another_device_was_quicker(new_device: Device, agreed: Patient, choice: str, kept: str) -> None:
    here, there = new_device(), new_device()
    for page in (here, there):
        page.goto(path_of(agreed, "you-and-this"))
    there.locator("[name=l_impairs][value=no]").check(force=True)
    wait_until(there, lambda: answer_of(agreed, "l_impairs") == "no")

    here.locator("[name=l_impairs][value=often]").check(force=True)
    box = here.locator(".conflict")
    expect(box).to_contain_text("You changed this on another device at")
    expect(box).to_contain_text("Often")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    here.get_by_role("button", name=choice).click()

    here.wait_for_load_state()
    wait_until(here, lambda: answer_of(agreed, "l_impairs") == kept)


def test_an_urgent_answer_is_met_at_once(new_device: Device, agreed: Patient) -> None:
    page = new_device()
    page.goto(path_of(agreed, "right-now"))

    page.locator("[value=trouble_breathing_swollen_face]").check(force=True)

    expect(page.locator("#urgent")).to_contain_text("Call an ambulance now")
    expect(page.locator("#urgent a[href='tel:1669']")).to_be_visible()
    assert UrgentAlert.objects.get().patient == agreed
    page.locator(".sticky .btn-primary").click()
    page.wait_for_url("**/in-the-sun/")
    expect(page.locator("#urgent")).to_be_visible()


def test_the_drawing_ticks_the_list_as_a_mirror_does(new_device: Device, agreed: Patient) -> None:
    page = new_device()
    page.goto(path_of(agreed, "places"))

    box = page.locator("[data-zone=left_cheek]").bounding_box()
    page.locator("[data-zone=left_cheek]").click()

    assert box is not None
    assert box["x"] < PHONE["width"] / 2
    expect(page.locator("[name=x_face_map][value=left_cheek]")).to_be_checked()
    wait_until(page, lambda: answer_of(agreed, "g_scar_areas") == ["cheeks"])


def test_whoever_was_signed_out_is_told_and_loses_nothing(new_device: Device, agreed: Patient) -> None:
    page = new_device()
    page.goto(path_of(agreed, "you-and-this"))
    signed_in = [one for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]
    page.context.clear_cookies()

    page.locator("#id_x_words").fill("Typed too late")
    expect(page.locator("#save-trouble")).to_contain_text("You were signed out.")
    page.locator(".sticky .btn-primary").click()
    expect(page.locator("#id_x_words")).to_have_value("Typed too late")
    page.context.add_cookies(signed_in)  # type: ignore[arg-type]  # what it gave, it takes
    page.get_by_role("button", name="Try again").click()

    wait_until(page, lambda: answer_of(agreed, "x_words") == "Typed too late")
    expect(page.locator("#save-trouble")).to_be_hidden()
