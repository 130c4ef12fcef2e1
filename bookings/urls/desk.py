"""What the front desk sees."""

from django.urls import include, path

from bookings.views import desk, requests

app_name = "desk"
urlpatterns = [
    path("list/", desk.day_list, name="day-list"),
    path("why-not/", desk.why_not, name="why-not"),
    path("visits/<str:reference>/", include("bookings.urls.steps")),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:request_id>/change/", requests.change_visit, name="change-visit"),
    path("requests/<uuid:request_id>/close/", requests.close_request, name="close-request"),
]
