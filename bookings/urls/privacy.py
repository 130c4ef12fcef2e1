"""The owner's page about people's own data."""

from django.urls import path

from bookings.views.setup import privacy

app_name = "privacy"
urlpatterns = [
    path("", privacy.home, name="home"),
    path("requests/<uuid:request_id>/approve/", privacy.approve, name="approve"),
    path("requests/<uuid:request_id>/refuse/", privacy.refuse, name="refuse"),
    path("periods/", privacy.periods, name="periods"),
]
