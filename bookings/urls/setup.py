"""The owner's set-up pages; the front desk may read hours and closed days."""

from django.urls import path

from bookings.views.setup import holidays, home, hours, opened, people, profiles, rooms, sites

app_name = "setup"
urlpatterns = [
    path("", home.home, name="home"),
    path("sites/", sites.sites, name="sites"),
    path("sites/add/", sites.site_add, name="site-add"),
    path("sites/zone/", sites.zone_now, name="zone-now"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/archive/", sites.site_archive, name="site-archive"),
    path("sites/<int:pk>/bring-back/", sites.site_bring_back, name="site-bring-back"),
    path("rooms/", rooms.rooms, name="rooms"),
    path("rooms/add/", rooms.room_add, name="room-add"),
    path("rooms/<int:pk>/", rooms.room, name="room"),
    path("rooms/<int:pk>/archive/", rooms.room_archive, name="room-archive"),
    path("rooms/<int:pk>/bring-back/", rooms.room_bring_back, name="room-bring-back"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.staff_add, name="staff-add"),
    path("people/<int:pk>/", people.member, name="member"),
    path("people/<int:pk>/stop/", people.member_stop, name="member-stop"),
    path("people/<int:pk>/allow/", people.member_allow, name="member-allow"),
    path("people/<int:pk>/invite/", people.member_invite, name="member-invite"),
    path("opened/", opened.opened, name="opened"),
    path("opened/<uuid:access_id>/looked/", opened.looked_at, name="opened-looked"),
    path("opened/<uuid:access_id>/end/", opened.end, name="opened-end"),
    path("people/<int:pk>/second-step/", people.member_reset_factors, name="member-reset-factors"),
    path("people/<int:pk>/sessions/end/", people.member_end_sessions, name="member-end-sessions"),
    path("practitioners/add/", profiles.profile_add, name="profile-add"),
    path("practitioners/<int:pk>/", profiles.profile, name="profile"),
    path("practitioners/<int:pk>/archive/", profiles.profile_archive, name="profile-archive"),
    path("practitioners/<int:pk>/bring-back/", profiles.profile_bring_back, name="profile-bring-back"),
    path("hours/", hours.hours, name="hours"),
    path("hours/<int:pk>/", hours.draw, name="draw"),
    path("hours/<int:pk>/ahead/", hours.hours_ahead, name="hours-ahead"),
    path("holidays/", holidays.holidays, name="holidays"),
    path("holidays/site/<int:pk>/", holidays.observe, name="observe"),
    path("holidays/site/<int:pk>/close/", holidays.closure_add, name="closure-add"),
    path("holidays/site/<int:pk>/extra/", holidays.opening_add, name="opening-add"),
    path("holidays/closures/<int:pk>/remove/", holidays.closure_remove, name="closure-remove"),
    path("holidays/extra/<int:pk>/remove/", holidays.opening_remove, name="opening-remove"),
]
