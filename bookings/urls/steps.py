"""Steps with one visit: what staff press, drop and type. Part of the namespace `desk`."""

from django.urls import path

from bookings.views import overrides, step_sheets, steps

urlpatterns = [
    path("confirm/", steps.confirm, name="confirm"),
    path("arrive/", steps.arrive, name="arrive"),
    path("in-room/", steps.in_room, name="in-room"),
    path("finish/", steps.finish, name="finish"),
    path("no-show/", steps.no_show, name="no-show"),
    path("back/", steps.step_back, name="step-back"),
    path("undo/", steps.undo, name="undo"),
    path("send-now/", steps.send_now, name="send-now"),
    path("drop/", steps.drop, name="drop"),
    path("cancel/", step_sheets.desk_cancel, name="desk-cancel"),
    path("move/", step_sheets.move, name="move"),
    path("length/", step_sheets.length, name="length"),
    path("override/", overrides.override, name="override"),
    path("note/", step_sheets.note, name="note"),
]
