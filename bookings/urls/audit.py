"""The audit, for the owner."""

from django.urls import path

from bookings.views.setup import audit

app_name = "audit"
urlpatterns = [
    path("", audit.reads, name="reads"),
    path("sign-ins/", audit.events, name="events"),
    path("changes/", audit.changes, name="changes"),
    path("file/", audit.export, name="export"),
]
