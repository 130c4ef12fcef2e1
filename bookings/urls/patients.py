"""What patients see: home, booking, and their visits."""

from django.urls import path

from bookings.views import booking, choose_time, home, late_offers, my_visits, visits

app_name = "bookings"
urlpatterns = [
    path("", home.home, name="home"),
    path("book/", choose_time.choose_time, name="choose-time"),
    path("book/details/", booking.details, name="details"),
    path("book/check/", booking.check, name="check"),
    path("book/more-time/", booking.more_time, name="more-time"),
    path("book/hold-again/", booking.hold_again, name="hold-again"),
    path("book/done/", booking.booked, name="booked"),
    path("visits/", my_visits.my_visits, name="my-visits"),
    path("visit/<str:key>/", visits.visit, name="visit"),
    path("visit/<str:key>/confirm/", visits.confirm_visit, name="confirm-visit"),
    path("visit/<str:key>/move/", choose_time.move_visit, name="move-visit"),
    path("visit/<str:key>/cancel/", visits.cancel_visit, name="cancel-visit"),
    path("visit/<str:key>/by-video/", late_offers.by_video, name="by-video"),
    path("visit/<str:key>/other-doctor/", late_offers.other_doctor, name="other-doctor"),
    path("visit/<str:key>/calendar.ics", visits.visit_calendar, name="visit-calendar"),
]
