"""Import and export, for the owner."""

from django.urls import path

from bookings.views import exports, imports

app_name = "imports"
urlpatterns = [
    path("", imports.start, name="start"),
    path("patients/", exports.export_patients, name="export-patients"),
    path("visits/", exports.export_visits, name="export-visits"),
    path("<uuid:batch_id>/columns/", imports.columns, name="columns"),
    path("<uuid:batch_id>/check/", imports.check, name="check"),
    path("<uuid:batch_id>/done/", imports.done, name="done"),
    path("<uuid:batch_id>/undo/", imports.undo, name="undo"),
    path("<uuid:batch_id>/forget/", imports.forget, name="forget"),
]
