"""The component gallery: for those who build pages, every component with the words people meet."""

import pytest
from django.urls import reverse

from tests.factories.units import make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def builder():
    user = make_user()
    user.is_staff = True
    user.save()
    return user


def test_only_builders_see_it(client, builder, settings):
    client.force_login(make_user(Role.ADMIN, make_ward()))
    assert client.get(reverse("interface:gallery")).status_code == 404
    settings.DEBUG = True
    assert client.get(reverse("interface:gallery")).status_code == 200
    settings.DEBUG = False
    client.force_login(builder)
    assert client.get(reverse("interface:gallery")).status_code == 200


def test_it_shows_every_component_in_words(client, builder):
    client.force_login(builder)
    page = " ".join(client.get(reverse("interface:gallery")).content.decode().replace("\u00a0", " ").split())
    for words in (
        "Đạt, nộp muộn",
        "Chờ báo ngày tổ chức",
        "Hết 24:00 thứ Hai ngày 27/4/2026",
        "Gia hạn đến hết thứ Hai ngày 04/5/2026",
        'aria-label="956 đạt, 118 chờ duyệt, 19 trả lại, 246 chưa nộp"',
        "71/97 đơn vị, còn khoảng 15 giây",
        "không thành ở 12/97 đơn vị",
        "Chưa nộp được, còn 2 chỗ cần sửa",
        'href="#id_present"',
        "Nội dung đã viết vẫn được giữ nguyên.",
        "Không có bài nào chờ duyệt",
        "Gửi 37 thư nhắc cho bí thư chi bộ?",
    ):
        assert words in page, words
