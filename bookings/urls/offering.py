"""What the clinic offers, as its owner sets it up."""

from django.urls import path

from bookings.views import catalogue, gates, visit_types

app_name = "offering"
urlpatterns = [
    path("visit-types/", visit_types.visit_types, name="visit-types"),
    path("visit-types/new/", visit_types.add_visit_type, name="add-visit-type"),
    path("visit-types/<int:number>/", visit_types.visit_type, name="visit-type"),
    path("visit-types/<int:number>/archive/", visit_types.archive_visit_type, name="archive-visit-type"),
    path("treatments/", catalogue.treatment_list, name="treatments"),
    path("treatments/new/", catalogue.add_treatment, name="add-treatment"),
    path("treatments/<int:number>/", catalogue.treatment, name="treatment"),
    path("treatments/<int:number>/facts/", catalogue.treatment_facts, name="treatment-facts"),
    path("treatments/<int:number>/archive/", catalogue.archive_treatment, name="archive-treatment"),
    path("treatments/<int:number>/cards/<str:language>/", catalogue.card, name="card"),
    path("treatments/<int:number>/cards/<str:language>/show/", catalogue.show_card, name="show-card"),
    path("treatments/<int:number>/gate/", gates.gate, name="gate"),
    path("gates/", gates.gate_list, name="gates"),
    path("gates/<int:number>/close/", gates.close_gate, name="close-gate"),
]
