"""Photos of people who do not exist: simple faces, drawn, so that the demo shows where photos go.

Nobody's picture is in this repository. The same patient and view give the same picture each time.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from patients.models import Patient, Photo
from patients.services.drafts import Writer
from patients.services.photos import add_photo

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 1200, 1500
FACE = (250, 200, 950, 1240)
WALL = (214, 222, 220)
TURN = {Photo.View.LEFT_45: -90, Photo.View.RIGHT_45: 90}
"""How far the features move to the side when a head turns, in pixels. Its left is on the picture's right."""

SKINS = ((244, 214, 192), (226, 186, 152), (198, 150, 112))
HAIRS = ((58, 42, 36), (34, 30, 32), (92, 62, 44))


@dataclass(frozen=True)
class Scene:
    """One picture: whose face (0 to 2), from where, how many marks, and how red they are (0 to 1)."""

    face: int
    view: Photo.View
    marks: int
    redness: float


SCENES = {
    "vo-01": (
        (
            Scene(0, Photo.View.FRONT, 24, 0.9),
            Scene(0, Photo.View.LEFT_45, 24, 0.9),
            Scene(0, Photo.View.RIGHT_45, 24, 0.9),
        ),
        (Scene(0, Photo.View.FRONT, 18, 0.4),),
    ),
    "vo-02": ((Scene(1, Photo.View.FRONT, 20, 0.8), Scene(1, Photo.View.CLOSE_UP, 20, 0.8)),),
    "vo-04": ((Scene(2, Photo.View.FRONT, 16, 0.5),),),
}
"""Worked cases that come with photos: what was sent first, and what later. Few: each takes time."""


def add_photos(patient: Patient, scenes: Sequence[Scene], *, now: datetime) -> None:
    """Let a patient who agreed to photos send these, as from a phone."""
    for scene in scenes:
        writer = Writer(patient.account, "Phone")
        add_photo(patient=patient, view=scene.view, raw=draw_photo(scene), writer=writer, now=now)


def draw_photo(scene: Scene) -> bytes:
    """Return a drawn photo as the bytes of a JPEG of 1,200 x 1,500 pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    draw = ImageDraw.Draw(image)
    skin, hair = SKINS[scene.face], HAIRS[scene.face]
    draw.ellipse((190, 110, 1010, 1000), fill=hair)
    draw.rectangle((500, 1120, 700, HEIGHT), fill=_darker(skin, 0.9))
    draw.ellipse((120, 1340, 1080, 1900), fill=(120, 152, 148))
    draw.ellipse(FACE, fill=skin)
    draw.pieslice((230, 150, 970, 800), 200, 340, fill=hair)
    shift = TURN.get(scene.view, 0)
    _draw_features(draw, shift, skin, hair)
    _draw_marks(draw, scene, shift, skin)
    image = image.filter(ImageFilter.GaussianBlur(2))
    if scene.view == Photo.View.CLOSE_UP:
        image = image.crop((620, 640, 940, 1040)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return _as_jpeg(_with_grain(image, scene))


def _draw_features(draw: ImageDraw.ImageDraw, shift: int, skin: Colour, hair: Colour) -> None:
    """Draw closed, calm eyes, brows, nose and a small smile."""
    shade = _darker(skin, 0.72)
    for left in (390 + shift, 650 + shift):
        draw.arc((left, 600, left + 160, 700), 20, 160, fill=hair, width=12)
        draw.arc((left - 10, 530, left + 170, 640), 200, 340, fill=hair, width=16)
    nose = 600 + round(shift * 1.3)
    draw.arc((nose - 60, 760, nose + 60, 860), 30, 150, fill=shade, width=10)
    draw.arc((480 + shift, 900, 720 + shift, 1050), 25, 155, fill=(176, 92, 92), width=16)


def _draw_marks(draw: ImageDraw.ImageDraw, scene: Scene, shift: int, skin: Colour) -> None:
    """Draw marks on both cheeks; the same ones from every side, so that photos can be compared."""
    rng = Random(scene.face)  # noqa: S311 (invention, not secrets)
    fill = _mixed(_darker(skin, 0.86), (196, 96, 88), scene.redness)
    for number in range(40):
        middle = 420 if number % 2 else 780
        x = middle + shift // 2 + rng.randint(-105, 105)
        y, size = 850 + rng.randint(-130, 130), rng.randint(7, 15)
        if number < scene.marks:
            draw.ellipse((x - size, y - size, x + size, y + round(size * 1.2)), fill=fill)


def _with_grain(image: Image.Image, scene: Scene) -> Image.Image:
    """Return a picture with the fine grain of a phone's: without, it would count as blurred."""
    rng = Random(f"{scene.face} {scene.view}")  # noqa: S311
    grain = Image.frombytes("L", (300, 375), rng.randbytes(300 * 375)).resize(image.size)
    return Image.blend(image, Image.merge("RGB", (grain, grain, grain)), 0.06)


def _darker(colour: Colour, share: float) -> Colour:
    return _mixed(colour, (0, 0, 0), 1 - share)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour with a share (0 to 1) of another in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _as_jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()
