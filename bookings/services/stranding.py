"""Changes of the plan may not leave booked visits where nobody works, unless somebody means it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import Appointment
from bookings.queries.stranded import find_stranded_ids, list_by_id
from bookings.services import claims
from bookings.services.refusals import Refusal
from clinic.models import Resource
from clinic.stamps import stamp_of


class Stranding(Refusal):
    """A change would leave booked visits outside what is open; `visits` are those, by start.

    With `may_save` it can be saved all the same, by whoever sends `token` back: it names just these visits.
    """

    def __init__(self, visits: Sequence[Appointment], *, may_save: bool) -> None:
        count = len(visits)
        words = ngettext(
            "Not saved: %(count)d booked visit would stand where nobody works.",
            "Not saved: %(count)d booked visits would stand where nobody works.",
            count,
        )
        if not may_save:
            words = ngettext(
                "Not saved: %(count)d booked visit needs this. Move it first.",
                "Not saved: %(count)d booked visits need this. Move them first.",
                count,
            )
        super().__init__(words % {"count": count})
        self.visits = list(visits)
        self.may_save = may_save
        self.token = stamp_of(sorted(str(visit.pk) for visit in visits))


class NothingInUse(Refusal):
    """What should be changed has been archived meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This has been archived meanwhile. Nothing was changed."))


@contextmanager
def keeping_visits(
    *,
    now: datetime,
    accepted: str = "",
    practitioner_ids: Collection[int] | None = None,
    site_ids: Collection[int] | None = None,
) -> Iterator[None]:
    """Run a change of hours, openings or closed days in one transaction, and see whom it would strand.

    Visits that stand outside already are not counted against it. No claim runs meanwhile, so none is missed:
    whoever books waits, and is then told what is open. `accepted` is the token of a refusal that was read.

    :raises Stranding: and nothing is written, if visits would stand outside that `accepted` does not name.
    """
    with transaction.atomic():
        keep_visits_still(practitioner_ids)
        before = find_stranded_ids(now=now, practitioner_ids=practitioner_ids, site_ids=site_ids)
        yield
        after = find_stranded_ids(now=now, practitioner_ids=practitioner_ids, site_ids=site_ids)
        if after - before:
            stranding = Stranding(list_by_id(after - before), may_save=True)
            if stranding.token != accepted:
                raise stranding


def keep_visits_still(practitioner_ids: Collection[int] | None = None) -> None:
    """Let nobody book, nor make a hold longer, until the end of the transaction.

    Of certain practitioners only, if they are named, as far as holds go.
    """
    claims.change_plan()
    people = Resource.objects.filter(practitioner__isnull=False)
    if practitioner_ids is not None:
        people = people.filter(practitioner__in=list(practitioner_ids))
    claims.lock_resources(people.order_by("pk").values_list("pk", flat=True))


def refuse_if_needed(visits: Sequence[Appointment]) -> None:
    """Refuse to take something away that booked visits need; there is no "all the same".

    Under `claims.change_plan`, so that no visit is booked meanwhile.

    :raises Stranding: naming the visits.
    """
    if visits:
        raise Stranding(visits, may_save=False)
