"""What the clinic offers, as its owner sets it up."""

from django.urls import path

from bookings.views import visit_types

app_name = "offering"
urlpatterns = [
    path("visit-types/", visit_types.visit_types, name="visit-types"),
    path("visit-types/new/", visit_types.add_visit_type, name="add-visit-type"),
    path("visit-types/<int:number>/", visit_types.visit_type, name="visit-type"),
    path("visit-types/<int:number>/archive/", visit_types.archive_visit_type, name="archive-visit-type"),
]
