"""People, as the front desk knows them."""

from django.urls import path

from bookings.views import people, people_merge, people_records

app_name = "people"
urlpatterns = [
    path("", people.search, name="search"),
    path("new/", people_records.new, name="new"),
    path("duplicates/", people_merge.duplicates, name="duplicates"),
    path("merges/<uuid:merge_id>/undo/", people_merge.undo, name="undo-merge"),
    path("<uuid:patient_id>/", people.patient, name="patient"),
    path("<uuid:patient_id>/edit/", people_records.edit, name="edit"),
    path("<uuid:patient_id>/archive/", people_records.archive, name="archive"),
    path("<uuid:patient_id>/restore/", people_records.restore, name="restore"),
    path("<uuid:patient_id>/check/", people.check, name="check"),
    path("<uuid:patient_id>/messages/", people.send_message, name="send-message"),
    path("<uuid:patient_id>/messages/<uuid:message_id>/undo/", people.take_back, name="take-back"),
    path("<uuid:patient_id>/compare/<uuid:other_id>/", people_merge.compare, name="compare"),
    path("<uuid:patient_id>/apart/<uuid:other_id>/", people_merge.apart, name="apart"),
]
