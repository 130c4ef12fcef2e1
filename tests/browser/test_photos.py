"""Photos are shrunk and sent by the browser, can be stopped and sent again, and go without the script too."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.photo_desk import Desk, open_desk
from tests.photos.pictures import CORNERS, encoded, exif, noise, tiled, turned, valid_photo

pytestmark = pytest.mark.browser


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as desk:
        yield desk


@pytest.fixture
def shown(page: Page, desk: Desk) -> Page:
    page.goto(desk.url)
    return page


def choose(page: Page, raw: bytes, name: str = "IMG_0001.jpg") -> None:
    """Choose a file, as from a phone's gallery."""
    photo: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": raw}
    page.set_input_files("input[type=file]", photo)


def test_photo_is_shrunk_and_sent_when_chosen(shown: Page, desk: Desk) -> None:
    choose(shown, encoded(tiled(4032, 3024), "JPEG", exif=exif()))

    expect(shown.get_by_text("Added", exact=True)).to_be_focused()
    name, raw, key = desk.received[0]
    image = Image.open(io.BytesIO(raw))
    assert (name, key, image.format, image.size) == ("photo.jpg", "k1", "JPEG", (2000, 1500))
    assert not image.getexif()


def test_photo_is_upright_when_it_was_shrunk(shown: Page, desk: Desk) -> None:
    large = turned(6).resize((1280, 2560), Image.Resampling.NEAREST)

    choose(shown, encoded(large, "JPEG", exif=exif(6)))

    expect(shown.get_by_text("Added", exact=True)).to_be_visible()
    image = Image.open(io.BytesIO(desk.received[0][1]))
    corner = image.getpixel((20, 20))
    assert image.size == (2000, 1000)
    assert isinstance(corner, tuple)
    wanted = CORNERS[frozenset({"top", "left"})]
    assert all(abs(found - want) < 12 for found, want in zip(corner, wanted, strict=True))


@pytest.mark.parametrize("name", ["jpeg", "heic"])
def test_photo_that_is_small_or_unknown_to_the_browser_is_sent_as_it_is(
    shown: Page, desk: Desk, name: str
) -> None:
    raw = valid_photo(name)

    choose(shown, raw)

    expect(shown.get_by_text("Added", exact=True)).to_be_visible()
    assert desk.received == [("IMG_0001.jpg", raw, "k1")]


def test_success_is_said_aloud(shown: Page, desk: Desk) -> None:
    choose(shown, encoded(noise(40, 40), "JPEG"))

    expect(shown.locator("#live")).to_have_text("Front photo added")


def test_progress_is_shown_and_stop_stops(shown: Page, desk: Desk) -> None:
    desk.hold.clear()
    choose(shown, encoded(noise(40, 40), "JPEG"))
    expect(shown.get_by_role("status")).to_have_text("Checking it")
    expect(shown.get_by_role("progressbar")).to_be_visible()

    shown.get_by_role("button", name="Stop").click()

    expect(shown.get_by_role("status")).to_have_text("Stopped")
    expect(shown.get_by_role("progressbar")).to_be_hidden()
    assert shown.input_value("input[type=file]") == ""
    expect(shown.locator("input[type=file]")).to_be_focused()


def test_refusal_takes_the_place_of_the_card(shown: Page, desk: Desk) -> None:
    desk.answers = [422]

    choose(shown, b"\xff\xd8\xff")

    expect(shown.get_by_text("It is damaged")).to_be_focused()
    expect(shown.get_by_role("button", name="Send")).to_be_hidden()


@pytest.mark.parametrize(("status", "words"), [(503, "It did not arrive"), (413, "It is too large")])
def test_photo_that_did_not_arrive_is_sent_again(shown: Page, desk: Desk, status: int, words: str) -> None:
    desk.answers = [status]
    choose(shown, encoded(noise(40, 40), "JPEG"))
    expect(shown.get_by_role("status")).to_have_text(words)

    shown.get_by_role("button", name="Try again").click()

    expect(shown.get_by_text("Added", exact=True)).to_be_visible()
    assert len(desk.received) == 2


def test_lost_network_is_said_and_the_photo_stays_chosen(shown: Page, desk: Desk) -> None:
    shown.context.set_offline(True)
    choose(shown, encoded(noise(40, 40), "JPEG"))
    expect(shown.get_by_role("status")).to_have_text("It did not arrive")
    shown.context.set_offline(False)

    shown.get_by_role("button", name="Try again").click()

    expect(shown.get_by_text("Added", exact=True)).to_be_visible()


def test_third_try_is_a_plain_post(shown: Page, desk: Desk) -> None:
    desk.answers = [503, 503]
    choose(shown, encoded(tiled(4032, 3024), "JPEG"))
    for tries in (1, 2):
        expect(shown.get_by_role("button", name="Try again")).to_be_visible()
        assert len(desk.received) == tries
        shown.get_by_role("button", name="Try again").click()

    expect(shown).to_have_url(desk.url + "added")
    assert Image.open(io.BytesIO(desk.received[2][1])).size == (4032, 3024)


def test_nothing_is_kept_in_the_browser(shown: Page, desk: Desk) -> None:
    choose(shown, encoded(noise(40, 40), "JPEG"))
    expect(shown.get_by_text("Added", exact=True)).to_be_visible()

    kept = shown.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie,"
        " (await indexedDB.databases()).length, (await caches.keys()).length]"
    )

    assert kept == [0, 0, "", 0, 0]


def test_form_posts_without_the_script(browser: Browser, desk: Desk) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(desk.url)
        choose(page, valid_photo("jpeg"))

        page.get_by_role("button", name="Send").click()

        expect(page).to_have_url(desk.url + "added")
    assert desk.received == [("IMG_0001.jpg", valid_photo("jpeg"), "k1")]
