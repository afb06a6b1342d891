"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from reports.views import (
    dashboards,
    formats,
    lookup,
    narratives,
    papers,
    receipts,
    summaries,
    unit_reports,
    units,
    words,
)

app_name = "reports"
urlpatterns = [
    path("viec-hom-nay/", dashboards.office_home, name="office_home"),
    path("theo-doi/", dashboards.matrix, name="matrix"),
    path("theo-doi/bang.xlsx", dashboards.matrix_xlsx, name="matrix_xlsx"),
    path("theo-doi/danh-sach/", dashboards.drill, name="drill"),
    path("theo-doi/danh-sach.xlsx", dashboards.drill_xlsx, name="drill_xlsx"),
    path("tra-cuu/", lookup.lookup, name="lookup"),
    path("tra-cuu/danh-sach.xlsx", lookup.lookup_xlsx, name="lookup_xlsx"),
    path("tra-cuu/luu/", lookup.keep, name="keep_search"),
    path("tra-cuu/luu/<int:pk>/", lookup.change, name="change_search"),
    path("tra-cuu/luu/<int:pk>/bo/", lookup.drop, name="drop_search"),
    path("theo-doi/bieu-do/", dashboards.charts, name="charts"),
    path("theo-doi/bieu-do.xlsx", dashboards.charts_xlsx, name="charts_xlsx"),
    path("theo-doi/cum/", units.cluster, name="cluster"),
    path("theo-doi/cong-khai/", units.board, name="board"),
    path("theo-doi/don-vi/<int:pk>/", units.record, name="unit_record"),
    path("theo-doi/don-vi/<int:pk>/ket-qua.xlsx", units.record_xlsx, name="unit_record_xlsx"),
    path("tinh-hinh/", dashboards.leader, name="leader"),
    path("tong-hop/", summaries.summaries, name="summaries"),
    path("tong-hop/lap/", summaries.compile_now, name="compile"),
    path("tong-hop/lap-theo-ky/", summaries.compile_span, name="compile_span"),
    path("tong-hop/viec/<int:pk>/", summaries.job, name="job"),
    path("tong-hop/viec/<int:pk>/dung/", summaries.job_cancel, name="job_cancel"),
    path("tong-hop/viec/<int:pk>/lam-lai/", summaries.job_retry, name="job_retry"),
    path("tong-hop/van-ban/<int:pk>/", papers.papers, name="papers"),
    path("tong-hop/van-ban/<int:pk>/don-doc/", papers.letter_request, name="letter_request"),
    path("tong-hop/van-ban/<int:pk>/goi/", papers.bundle_request, name="bundle_request"),
    path("tong-hop/cong-van/<int:pk>/tep/<slug:extension>/", papers.letter_file, name="letter_file"),
    path("tong-hop/cong-van/<int:pk>/so/", papers.letter_number, name="letter_number"),
    path("tong-hop/cong-van/<int:pk>/gia-han/", papers.letter_extend, name="letter_extend"),
    path("tong-hop/goi/tep/<int:pk>/", papers.bundle_file, name="bundle_file"),
    path("tong-hop/<int:pk>/", summaries.summary, name="summary"),
    path("tong-hop/<int:pk>/loi-van/", words.summary_words, name="summary_words"),
    path("tong-hop/<int:pk>/cau/", words.summary_sentence, name="summary_sentence"),
    path("tong-hop/<int:pk>/doan/", narratives.summary_parts, name="summary_parts"),
    path("tong-hop/<int:pk>/de-cuong/", narratives.summary_outline, name="summary_outline"),
    path("tong-hop/<int:pk>/ban-ky/", narratives.summary_sign, name="summary_sign"),
    path("tong-hop/<int:pk>/ban-ky/tai/", narratives.summary_signed, name="summary_signed"),
    path("tong-hop/<int:pk>/lap-lai/", summaries.summary_again, name="summary_again"),
    path("tong-hop/<int:pk>/danh-sach/", summaries.summary_names, name="summary_names"),
    path("tong-hop/<int:pk>/tep/<slug:extension>/", summaries.summary_file, name="summary_file"),
    path("phieu/<str:code>/phieu.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("r/<str:code>/phieu/<str:receipt>/phieu.pdf", receipts.personal_receipt_pdf, name="personal_receipt_pdf"),
    path("viec/<int:pk>/bao-cao.<slug:extension>", unit_reports.unit_report, name="unit_report"),
    path("thiet-lap/<int:ward>/the-thuc/", formats.layout, name="set_format"),
    path("thiet-lap/<int:ward>/the-thuc/dung-quy-dinh/", formats.reset, name="reset_format"),
    path("thiet-lap/<int:ward>/the-thuc/<slug:group>/", formats.values, name="set_format_values"),
]
