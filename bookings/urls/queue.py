"""The clinicians' queue of health forms."""

from django.urls import path

from bookings.views import review_queue

app_name = "queue"
urlpatterns = [
    path("", review_queue.queue_page, name="queue"),
    path("next/<uuid:version_id>/", review_queue.neighbour, name="neighbour"),
]
