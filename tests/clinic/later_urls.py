"""The site's URLs with the pages that notices lead to, whether or not the site has them already."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from clinic.urls import urlpatterns as those_of_the_site


def page(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse()


urlpatterns: list[URLPattern | URLResolver] = [
    path("messages/", ([path("", page, name="messages")], "patients", "patients")),
    path("review/", ([path("alerts/", page, name="alerts")], "review", "review")),
    *those_of_the_site,
]
