"""Addresses of bringing the roster in and taking it out; part of `urls.py`.

Not here: what answers (`views.imports`, `views.exports`), the other pages of the roster.
"""

from django.urls import path, re_path

from units.views import exports, imports

urlpatterns = [
    path("danh-ba/nhap/", imports.roster_imports, name="roster_imports"),
    path("danh-ba/nhap/<int:pk>/", imports.roster_import, name="roster_import"),
    path("danh-ba/nhap/<int:pk>/cot/", imports.import_columns, name="import_columns"),
    path("danh-ba/nhap/<int:pk>/loi/", imports.import_problems, name="import_problems"),
    path("danh-ba/nhap/<int:pk>/toan-bo-hay-phan/", imports.import_extent, name="import_extent"),
    path("danh-ba/nhap/<int:pk>/dau-thanh/", imports.import_spelling, name="import_spelling"),
    path("danh-ba/nhap/<int:pk>/ghi/", imports.import_apply, name="import_apply"),
    path("danh-ba/nhap/<int:pk>/bo/", imports.import_discard, name="import_discard"),
    path("danh-ba/nhap/<int:pk>/hoan-tac/", imports.import_undo, name="import_undo"),
    re_path(
        r"^danh-ba/don-vi/(?P<pk>[0-9]{1,18})/xuat/(?P<what>xlsx|units|members)/$",
        exports.roster_export,
        name="roster_export",
    ),
]
