"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path, register_converter

from submissions.views import (
    batch,
    desk,
    desk_files,
    desk_photos,
    forwarding,
    papers,
    personal,
    receipts,
    resuming,
    review,
    scans,
    taking_back,
    unit_links,
    withdrawing,
    writing,
    writing_files,
)


class PageSize:
    """One of the sizes of page images, as words of an address."""

    regex = "|".join(papers.SIZES)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(PageSize, "page_size")

app_name = "submissions"
urlpatterns = [
    path("duyet/", review.review_queue_page, name="review_queue"),
    path("duyet/loat/", batch.new, name="batch_new"),
    path("duyet/loat/<int:pk>/", batch.show, name="batch"),
    path("duyet/loat/<int:pk>/duyet/", batch.accept, name="batch_accept"),
    path("duyet/loat/<int:pk>/dung/", batch.stop, name="batch_stop"),
    path("duyet/<int:pk>/", review.review, name="review"),
    path("duyet/<int:pk>/duyet/", review.accept, name="accept"),
    path("duyet/<int:pk>/hoan-tac/", taking_back.undo, name="undo"),
    path("duyet/<int:pk>/thu-hoi/", taking_back.take_back, name="take_back"),
    path("duyet/<int:pk>/tra-lai/", review.send_back, name="send_back"),
    path("duyet/<int:pk>/danh-dau/", review.flag, name="flag"),
    path("duyet/<int:pk>/nhan-xem-thay/", review.take, name="take"),
    path("duyet/<int:pk>/kiem-tra-lai/", review.recheck, name="recheck"),
    path("bai-nop/so-sanh/<int:old>/<int:new>/", papers.compare, name="compare"),
    path("viec/<int:pk>/bai-nop/", papers.obligation_versions, name="obligation_versions"),
    path("viec/<int:requirement_pk>/<int:unit_pk>/kiem-tra/", forwarding.check_unit, name="check_unit"),
    path("viec/<int:requirement_pk>/<int:unit_pk>/chuyen/", forwarding.forward, name="forward"),
    path("bai-nop/<int:pk>/chi-bo-tra-lai/", forwarding.unit_return, name="unit_return"),
    path("viec/<int:pk>/viet/", writing.write, name="write"),
    path("viec/<int:pk>/viet/ky-truoc/", writing.begin_with_last, name="write_begin"),
    path("viec/<int:pk>/viet/tep/", writing.attach, name="write_attach"),
    path("viec/<int:pk>/viet/tai-dan/", resuming.begin_slot, name="write_begin_file"),
    path("viec/<int:pk>/viet/tep/<int:file>/bo/", writing.detach, name="write_detach"),
    path("viec/<int:pk>/viet/tep/<int:file>/xem/", writing_files.show, name="write_file"),
    path("viec/<int:pk>/viet/tep/<int:file>/xem/<int:number>/", writing_files.image, name="write_file_page"),
    path("viec/<int:pk>/viet/tep/<int:file>/tai-ve/", writing_files.download, name="write_file_download"),
    path("viec/<int:pk>/viet/nop/", writing.hand_in, name="write_hand_in"),
    path("viec/<int:pk>/viet/khong-phat-sinh/", writing.nil, name="write_nil"),
    path("viec/<int:pk>/rut/", withdrawing.withdraw, name="withdraw"),
    path("tep/<int:pk>/", papers.download, name="download"),
    path("tep/<int:pk>/trang/<int:number>/<page_size:size>/", papers.page, name="page"),
    path("nop-bai/chua-nop/", desk.unsent, name="unsent"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/", desk.desk, name="desk"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/tai-len/", desk.upload, name="desk_upload"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/tai-dan/", resuming.begin, name="desk_begin"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/ban-quet/", scans.begin, name="scan_begin"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/phieu-ngan/", scans.slips, name="scan_slips"),
    path("nop-bai/ban-quet/<int:pk>/", scans.scan, name="scan"),
    path("nop-bai/ban-quet/<int:pk>/bo/", scans.drop, name="scan_drop"),
    path("nop-bai/ban-quet/<int:pk>/trang/<int:number>/", scans.page, name="scan_page"),
    path("nop-bai/tai-dan/<uuid:pk>/", resuming.piece, name="desk_piece"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/don/", desk.clear, name="desk_clear"),
    path("nop-bai/<int:requirement_pk>/<int:unit_pk>/nop/", desk.confirm, name="desk_confirm"),
    path("nop-bai/tep/<int:pk>/chon/", desk.choose, name="desk_choose"),
    path("nop-bai/tep/<int:pk>/xem/", desk_files.pages, name="desk_file"),
    path("nop-bai/tep/<int:pk>/xem/<int:number>/", desk_files.image, name="desk_file_page"),
    path("nop-bai/tep/<int:pk>/anh/", desk_photos.photos, name="desk_photos"),
    path("nop-bai/tep/<int:pk>/anh/<int:photo>/", desk_photos.image, name="desk_photo"),
    path("nop-bai/tep/<int:pk>/anh/<int:photo>/sua/", desk_photos.change, name="desk_photo_change"),
    path("nop-bai/tep/<int:pk>/bo/", desk.remove, name="desk_remove"),
    path("phieu/", receipts.receipts, name="receipts"),
    path("phieu/<str:code>/", receipts.receipt, name="receipt"),
    path("p/", receipts.check, name="check"),
    path("p/<str:code>/so-tep/", receipts.check_file, name="check_file"),
    path("p/<str:code>/", receipts.check_code, name="check_code"),
    path("danh-ba/don-vi/<int:pk>/dang-vien/", unit_links.unit_members, name="unit_members"),
    path("danh-ba/don-vi/<int:pk>/lien-ket/", unit_links.make, name="links_make"),
    path("danh-ba/don-vi/<int:pk>/lien-ket/thu-hoi/", unit_links.revoke, name="links_revoke"),
    path("viec/<int:requirement_pk>/<int:unit_pk>/nop-thay/", unit_links.on_behalf, name="on_behalf"),
    path("r/", personal.door, name="personal_door"),
    path("r/<str:code>/", personal.duties, name="personal"),
    path("r/<str:code>/viec/<int:pk>/", personal.pages, name="personal_pages"),
    path("r/<str:code>/viec/<int:pk>/trang/", personal.add, name="personal_add"),
    path("r/<str:code>/viec/<int:pk>/trang/<int:page>/", personal.change, name="personal_change"),
    path("r/<str:code>/viec/<int:pk>/anh/<int:page>/", personal.image, name="personal_image"),
    path("r/<str:code>/viec/<int:pk>/nop/", personal.submit, name="personal_submit"),
    path("r/<str:code>/phieu/<str:receipt>/", personal.receipt, name="personal_receipt"),
]
