"""What the clinic offers, as its owner sets it up."""

from django.urls import path

from bookings.views import catalogue, gates, message_words, policy, visit_types

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
    path("messages/", message_words.message_list, name="messages"),
    path("messages/<str:kind>/", message_words.message, name="message"),
    path("messages/<str:kind>/reset/", message_words.reset_message, name="reset-message"),
    path("messages/<str:kind>/as-mail/", message_words.message_as_mail, name="message-as-mail"),
    path("policy/", policy.policy, name="policy"),
]
