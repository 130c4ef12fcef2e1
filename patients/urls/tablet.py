"""The form on the clinic's tablet: what the desk hands out, and what opens with it."""

from django.urls import path

from patients.views import tablet, tablet_desk, tablet_form

app_name = "tablet"
urlpatterns = [
    path("desk/tablet/<uuid:patient_id>/", tablet_desk.start, name="start"),
    path("desk/tablet/<uuid:patient_id>/state/", tablet_desk.state, name="state"),
    path("desk/tablet/<uuid:patient_id>/end/", tablet_desk.end, name="end"),
    path("tablet/", tablet.code, name="code"),
    path("tablet/open/<str:token>/", tablet.open_form, name="open"),
    path("tablet/locked/", tablet.locked, name="locked"),
    path("tablet/thanks/", tablet.thanks, name="thanks"),
    path("tablet/<uuid:pass_id>/alive/", tablet.alive, name="alive"),
    path("tablet/<uuid:pass_id>/still-here/", tablet.still_here, name="still-here"),
    path("tablet/<uuid:pass_id>/give-back/", tablet.give_back, name="give-back"),
    path("tablet/<uuid:pass_id>/form/", tablet_form.health_form, name="health-form"),
    path("tablet/<uuid:pass_id>/form/check/", tablet_form.check_form, name="check-form"),
    path("tablet/<uuid:pass_id>/form/sent/", tablet_form.form_sent, name="form-sent"),
    path("tablet/<uuid:pass_id>/form/still-right/", tablet_form.still_right, name="still-right"),
    path("tablet/<uuid:pass_id>/form/with-the-doctor/", tablet_form.keep_for_doctor, name="keep-for-doctor"),
    path("tablet/<uuid:pass_id>/form/photos/<slug:view>/add/", tablet_form.add_photo, name="photo-add"),
    path(
        "tablet/<uuid:pass_id>/form/photos/<uuid:photo_id>/remove/",
        tablet_form.remove_photo,
        name="photo-remove",
    ),
    path("tablet/<uuid:pass_id>/form/photos/<uuid:photo_id>/image/", tablet_form.photo, name="photo"),
    path("tablet/<uuid:pass_id>/form/<slug:page>/", tablet_form.form_page, name="form-page"),
    path("tablet/<uuid:pass_id>/form/<slug:page>/save/", tablet_form.save_page, name="save-page"),
]
