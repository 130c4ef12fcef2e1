"""Callers, walk-ins and their queue, what waits to be booked, and who runs late."""

from django.urls import path

from bookings.views import callers, late, to_book, walk_ins

app_name = "calls"
urlpatterns = [
    path("book/", callers.book, name="book"),
    path("book/likely/", callers.likely, name="likely"),
    path("book/<str:reference>/read-out/", callers.read_out, name="read-out"),
    path("walk-in/", walk_ins.walk_in, name="walk-in"),
    path("queue/", walk_ins.queue, name="queue"),
    path("queue/<uuid:walk_in_id>/call/", walk_ins.call_in, name="call-in"),
    path("queue/<uuid:walk_in_id>/left/", walk_ins.let_go, name="let-go"),
    path("queue/<uuid:walk_in_id>/back/", walk_ins.put_back, name="put-back"),
    path("to-book/", to_book.to_book, name="to-book"),
    path("to-book/<str:reference>/close/", to_book.close_no_show, name="close-no-show"),
    path("late/", late.late, name="late"),
    path("late/<uuid:said_id>/undo/", late.late_undo, name="late-undo"),
]
