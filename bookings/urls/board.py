"""The day board: as a grid, a week, a sheet of paper; and what its script asks for."""

from django.urls import path

from bookings.views import board, board_changes, board_panel, week

app_name = "board"
urlpatterns = [
    path("", board.day, name="day"),
    path("changes/", board_changes.changes, name="changes"),
    path("visits/<str:reference>/panel/", board_panel.panel, name="panel"),
    path("week/", week.week, name="week"),
    path("print/", week.print_day, name="print"),
]
