"""Blocking time, and the visits that must move because of it."""

from django.urls import path

from bookings.views import time_off, to_move

app_name = "time-off"
urlpatterns = [
    path("time-off/", time_off.time_off, name="list"),
    path("time-off/block/", time_off.block, name="block"),
    path("time-off/restore/", time_off.restore, name="restore"),
    path("time-off/<int:pk>/", time_off.edit, name="edit"),
    path("time-off/<int:pk>/end/", time_off.end, name="end"),
    path("time-off/<int:pk>/remove/", time_off.remove, name="remove"),
    path("to-move/", to_move.to_move, name="to-move"),
    path("to-move/move/", to_move.move, name="move"),
]
