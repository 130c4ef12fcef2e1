"""The links in messages: only the very token opens a visit, and only while it lasts."""

import pytest
from django.utils import timezone

from clinic.tokens import derive_token
from tests.access.walk import REFUSED
from tests.access.world import ANONYMOUS, PEOPLE, World, count_writes, tables_written, taken_back

pytestmark = pytest.mark.django_db

VISIT_PAGES = ["", "confirm/", "move/", "cancel/", "calendar.ics"]


def statuses(world: World, who: str, key: str, page: str) -> set[int]:
    """Return how a visit's page answers somebody, by GET and by POST; refused, it writes nothing."""
    before = count_writes()
    with taken_back():
        path = f"/visit/{key}/{page}"
        found = {world.browser(who).generic(method, path).status_code for method in ("GET", "POST")}
    assert found & {200, 302, 422} or not tables_written(before) - {"clinic_limitwindow", *REFUSED}
    return found


@pytest.mark.parametrize("page", VISIT_PAGES)
def test_nobody_reaches_a_visit_by_its_reference(world: World, page: str) -> None:
    visit = world.record_of("Anna").visit
    for who in PEOPLE:
        for reference in (visit.reference, visit.reference.lower(), str(visit.pk)):
            if who != "patient A" or reference == str(visit.pk):
                assert statuses(world, who, reference, page) <= {404, 405}


@pytest.mark.parametrize("page", VISIT_PAGES)
def test_a_link_that_is_not_ours_opens_nothing(world: World, page: str) -> None:
    record = world.record_of("Anna")
    token, link = record.visit_token, record.visit.links.latest("expires_at")
    others = [token.swapcase(), token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A", link.token_hash]
    others += [derive_token("feed", link.pk), derive_token("", link.pk), token[:42]]
    others.append(token.replace(token[0], "%00"))

    assert set().union(*(statuses(world, ANONYMOUS, other, page) for other in others)) <= {400, 404, 405}


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_link_that_is_over_opens_nothing(world: World, field: str) -> None:
    record = world.record_of("Anna")
    assert 200 in statuses(world, ANONYMOUS, record.visit_token, "")

    record.visit.links.update(**{field: timezone.now()})

    for page in VISIT_PAGES:
        assert statuses(world, ANONYMOUS, record.visit_token, page) <= {404, 405}
