"""The demo's own pages; `clinic/urls.py` includes them in demo mode only."""

from django.urls import path

from clinic.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("sign-in/<str:role>/", views.sign_in, name="sign-in"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", views.message, name="message"),
    path("mailbox/<str:name>/html/", views.message_html, name="message-html"),
    path("mailbox/<str:name>/appointment.ics", views.message_calendar, name="message-calendar"),
]
