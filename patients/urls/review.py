"""The review of health forms by clinicians. Questions are named by number: a URL says nothing of health."""

from django.urls import path

from patients.views import (
    alerts,
    corrections,
    fill_in,
    reason_access,
    review,
    review_photos,
    review_steps,
    rules,
)

app_name = "review"
urlpatterns = [
    path("forms/<uuid:version_id>/", review.form, name="form"),
    path("forms/<uuid:version_id>/presence/", review.presence, name="presence"),
    path("forms/<uuid:version_id>/draft/", review_steps.draft, name="draft"),
    path("forms/<uuid:version_id>/sign/", review_steps.sign, name="sign"),
    path("forms/<uuid:version_id>/correct/<int:number>/", corrections.correct, name="correct"),
    path("forms/<uuid:version_id>/decide/", review_steps.decide, name="decide"),
    path("forms/<uuid:version_id>/addendum/", review_steps.addendum, name="addendum"),
    path("forms/<uuid:version_id>/photos/", review_photos.add_photo, name="add-photo"),
    path("photos/<uuid:photo_id>/", review_photos.photo, name="photo"),
    path("photos/<uuid:photo_id>/page/", review_photos.photo_page, name="photo-page"),
    path("patients/<uuid:patient_id>/", reason_access.record, name="record"),
    path("patients/<uuid:patient_id>/reason/", reason_access.reason, name="reason"),
    path("patients/<uuid:patient_id>/close/", reason_access.close, name="close-access"),
    path("patients/<uuid:patient_id>/form/", fill_in.health_form, name="health-form"),
    path("patients/<uuid:patient_id>/form/check/", fill_in.check_form, name="check-form"),
    path("patients/<uuid:patient_id>/form/sent/", fill_in.form_sent, name="form-sent"),
    path("patients/<uuid:patient_id>/form/<slug:page>/", fill_in.form_page, name="form-page"),
    path("patients/<uuid:patient_id>/form/<slug:page>/save/", fill_in.save_page, name="save-page"),
    path("rules/", rules.rules, name="rules"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<uuid:alert_id>/acknowledge/", alerts.acknowledge, name="acknowledge"),
]
