"""What patients see of their health form."""

from django.urls import path

from patients.views import (
    call_back,
    check,
    form_page,
    photos,
    private_card,
    private_form,
    records,
    still_right,
    task_list,
)

app_name = "patients"
urlpatterns = [
    path("form/", task_list.forms, name="forms"),
    path("form/<uuid:patient_id>/", task_list.health_form, name="health-form"),
    path("form/<uuid:patient_id>/check/", check.check_form, name="check-form"),
    path("form/<uuid:patient_id>/sent/", check.form_sent, name="form-sent"),
    path("form/<uuid:patient_id>/still-right/", still_right.still_right, name="still-right"),
    path("form/<uuid:patient_id>/call/", call_back.for_account, name="ask-for-call"),
    path("form/<uuid:patient_id>/readers/", records.form_readers, name="form-readers"),
    path("form/<uuid:patient_id>/private-link/", private_card.make_link, name="make-private-link"),
    path("form/<uuid:patient_id>/with-the-doctor/", private_card.keep_for_doctor, name="keep-for-doctor"),
    path("form/<uuid:patient_id>/photos/<slug:view>/add/", photos.add, name="photo-add"),
    path("form/<uuid:patient_id>/photos/<uuid:photo_id>/remove/", photos.remove, name="photo-remove"),
    path("form/<uuid:patient_id>/photos/<uuid:photo_id>/image/", photos.image, name="photo"),
    path("form/<uuid:patient_id>/<slug:page>/", form_page.form_page, name="form-page"),
    path("form/<uuid:patient_id>/<slug:page>/save/", form_page.save_page, name="save-page"),
    path("messages/", records.messages, name="messages"),
    path("private/<str:token>/call/", call_back.on_link, name="private-call"),
    path("private/<str:token>/", private_form.private_form, name="private-form"),
]
