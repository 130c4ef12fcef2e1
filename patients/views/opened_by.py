"""How the record of a request was opened: as one of the care team, or with a reason, for the audit."""

from typing import cast

from django.http import HttpRequest

from clinic.addresses import client_address
from clinic.models import User
from clinic.services.audit import Reader
from patients.queries.care_team import ON_REQUEST, Access


def set_access(request: HttpRequest, access: Access) -> None:
    """Remember on a request how somebody may open the record that it is about."""
    setattr(request, ON_REQUEST, access)


def reader_of(request: HttpRequest) -> Reader:
    """Return who reads, from where, and by which reason if they are not of the care team."""
    access: Access = getattr(request, ON_REQUEST, Access())
    return Reader(cast("User", request.user), client_address(request), by=access.audit_note)
