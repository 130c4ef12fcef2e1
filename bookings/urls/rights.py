"""What patients may ask about their data."""

from django.urls import path

from bookings.views import rights

app_name = "rights"
urlpatterns = [
    path("your-data/", rights.home, name="home"),
    path("your-data/<uuid:patient_id>/", rights.person, name="person"),
    path("your-data/<uuid:patient_id>/copy/", rights.ask_copy, name="ask-copy"),
    path("your-data/<uuid:patient_id>/copy/fetch/", rights.fetch_copy, name="fetch-copy"),
    path("your-data/<uuid:patient_id>/copy/delete/", rights.drop_copy, name="drop-copy"),
    path("your-data/<uuid:patient_id>/take-back/", rights.withdraw, name="withdraw"),
    path("your-data/<uuid:patient_id>/erase/", rights.erase, name="erase"),
    path("your-data/<uuid:patient_id>/keep/", rights.keep, name="keep"),
]
