"""Who and what the desk of a site can block."""

import pytest

from bookings.forms.block_time import list_resources
from tests.calendars import make_calendar

pytestmark = pytest.mark.django_db


def test_a_site_blocks_its_own_people_and_rooms_only() -> None:
    here, elsewhere = make_calendar(practitioners=2, rooms=1), make_calendar(rooms=1)

    blocked = set(list_resources(here.site))

    assert blocked == {*(person.resource for person in here.practitioners), *here.rooms}
    assert elsewhere.practitioners[0].resource not in blocked


def test_who_has_no_hours_anywhere_can_be_blocked_everywhere() -> None:
    calendar = make_calendar()
    newcomer = calendar.practitioners[0]
    newcomer.working_hours.all().delete()

    assert newcomer.resource in set(list_resources(make_calendar().site))
