"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from reports.views import dashboards, formats, papers, summaries, unit_reports

app_name = "reports"
urlpatterns = [
    path("viec-hom-nay/", dashboards.office_home, name="office_home"),
    path("theo-doi/", dashboards.matrix, name="matrix"),
    path("theo-doi/bang.xlsx", dashboards.matrix_xlsx, name="matrix_xlsx"),
    path("theo-doi/danh-sach/", dashboards.drill, name="drill"),
    path("theo-doi/danh-sach.xlsx", dashboards.drill_xlsx, name="drill_xlsx"),
    path("tinh-hinh/", dashboards.leader, name="leader"),
    path("tong-hop/", summaries.summaries, name="summaries"),
    path("tong-hop/lap/", summaries.compile_now, name="compile"),
    path("tong-hop/viec/<int:pk>/", summaries.job, name="job"),
    path("tong-hop/viec/<int:pk>/dung/", summaries.job_cancel, name="job_cancel"),
    path("tong-hop/viec/<int:pk>/lam-lai/", summaries.job_retry, name="job_retry"),
    path("tong-hop/van-ban/<int:pk>/", papers.papers, name="papers"),
    path("tong-hop/van-ban/<int:pk>/don-doc/", papers.letter_request, name="letter_request"),
    path("tong-hop/van-ban/<int:pk>/goi/", papers.bundle_request, name="bundle_request"),
    path("tong-hop/cong-van/<int:pk>/tep/<slug:extension>/", papers.letter_file, name="letter_file"),
    path("tong-hop/goi/tep/<int:pk>/", papers.bundle_file, name="bundle_file"),
    path("tong-hop/<int:pk>/", summaries.summary, name="summary"),
    path("tong-hop/<int:pk>/loi-van/", summaries.summary_words, name="summary_words"),
    path("tong-hop/<int:pk>/lap-lai/", summaries.summary_again, name="summary_again"),
    path("tong-hop/<int:pk>/danh-sach/", summaries.summary_names, name="summary_names"),
    path("tong-hop/<int:pk>/tep/<slug:extension>/", summaries.summary_file, name="summary_file"),
    path("viec/<int:pk>/bao-cao.<slug:extension>", unit_reports.unit_report, name="unit_report"),
    path("thiet-lap/<int:ward>/the-thuc/", formats.layout, name="set_format"),
    path("thiet-lap/<int:ward>/the-thuc/dung-quy-dinh/", formats.reset, name="reset_format"),
    path("thiet-lap/<int:ward>/the-thuc/<slug:group>/", formats.values, name="set_format_values"),
]
