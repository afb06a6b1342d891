"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from reminders.views import addresses, asking, calling, deciding, ladders, own, texts
from reminders.views import chasing as views

app_name = "reminders"
urlpatterns = [
    path("don-doc/", views.chase, name="chase"),
    path("don-doc/thu-mai/", views.tomorrow, name="tomorrow"),
    path("don-doc/thu-mai/so-thu/", views.coming_number, name="coming_number"),
    path("don-doc/thu-mai/<slug:day>/<slug:token>/", views.tomorrow_letter, name="tomorrow_letter"),
    path("don-doc/thu-mai/<slug:day>/<slug:token>/ban-html/", views.tomorrow_letter_html, name="tomorrow_letter_html"),
    path("don-doc/quyet-dinh/<slug:day>/", deciding.decide, name="decide"),
    path("don-doc/quyet-dinh/<int:pk>/thoi/", deciding.release, name="release"),
    path("don-doc/nhac/", asking.ask, name="ask"),
    path("don-doc/goi/", calling.calls, name="calls"),
    path("don-doc/goi/hen/", calling.promise, name="promise"),
    path("thiet-lap/<int:ward>/nac-nhac/", ladders.of_ward, name="ladder"),
    path("thiet-lap/<int:ward>/loi-thu/", texts.letter_texts, name="letter_texts"),
    path("thiet-lap/<int:ward>/loi-thu/mau/", texts.sample_html, name="letter_sample"),
    path("yeu-cau/<int:pk>/nac-nhac/", ladders.of_requirement, name="requirement_ladder"),
    path("yeu-cau/<int:pk>/nac-nhac/theo-phuong/", ladders.drop, name="drop_ladder"),
    path("thong-bao/", own.notices, name="notices"),
    path("thong-bao/chuong/", own.bell_count, name="bell"),
    path("thong-bao/da-doc/", own.read_notices, name="read_notices"),
    path("thong-bao/nhan-nhac-viec/", own.choices, name="choices"),
    path("thong-bao/lich/tao/", own.make_link, name="make_link"),
    path("thong-bao/lich/thu-hoi/", own.revoke_link, name="revoke_link"),
    path("lich/<str:token>.ics", own.feed, name="feed"),
    path("don-doc/da-gui/", views.log, name="log"),
    path("don-doc/da-gui/<int:pk>/", views.letter, name="letter"),
    path("don-doc/da-gui/<int:pk>/ban-html/", views.letter_html, name="letter_html"),
    path("don-doc/da-gui/<int:pk>/gui-lai/", views.resend, name="resend"),
    path("don-doc/da-gui/nguoi/<slug:token>/", addresses.person, name="person"),
    path("don-doc/dia-chi-hong/<int:pk>/dung-lai/", addresses.trust, name="trust"),
    path("don-doc/khong-dia-chi/", views.silent, name="silent"),
]
