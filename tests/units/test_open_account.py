"""Opening the first accounts from the terminal."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from outbox.models import OutgoingMail
from tests.factories.units import appoint, make_cluster, make_member, make_unit, make_ward
from units.choices import PositionGroup, Role
from units.models import RoleGrant, User

pytestmark = pytest.mark.django_db


def run(name, *arguments, monkeypatch=None, password=None):
    out = io.StringIO()
    if password is not None:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def grants():
    return set(RoleGrant.objects.values_list("user__email", "role", "unit__code"))


def test_the_first_administrator_of_a_ward(monkeypatch):
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    make_ward()
    said = run(
        "open_account", "Admin@Phuong.example", "--name", "Phạm Thu Hằng", "--role", "ADMIN", "--password-stdin",
        monkeypatch=monkeypatch, password="mat khau rat dai 2026",
    )  # fmt: skip
    assert said.splitlines() == [
        "Đã mở tài khoản admin@phuong.example: Quản trị, Đảng bộ phường Phúc Lợi.",
        "Đăng nhập ở trang /tai-khoan/dang-nhap/ của cổng (lệnh portal in địa chỉ) bằng địa chỉ này và mật khẩu vừa đặt.",
        "Vai trò này bắt buộc xác thực hai lớp: lần đầu vào, cổng hướng dẫn bật ứng dụng trên điện thoại hoặc khóa.",
    ]
    assert grants() == {("admin@phuong.example", Role.ADMIN, "DB")}
    assert User.objects.get().check_password("mat khau rat dai 2026")


def test_the_address_of_the_login_is_that_of_the_office(monkeypatch, settings):
    settings.PUBLIC_URL = "https://cong.phuong.example"
    monkeypatch.setenv("PUBLIC_URL", settings.PUBLIC_URL)
    make_ward()
    said = run(
        "open_account", "a@phuong.example", "--name", "A", "--role", "LEADER", "--password-stdin",
        monkeypatch=monkeypatch, password="mat khau rat dai 2026",
    )  # fmt: skip
    assert said.splitlines()[1] == (
        "Đăng nhập ở https://cong.phuong.example/tai-khoan/dang-nhap/ bằng địa chỉ này và mật khẩu vừa đặt."
    )


def test_the_lead_of_a_cluster(monkeypatch):
    ward = make_ward()
    for name in ("Cụm 1", "Cụm 2"):
        make_cluster(ward, name=name)
    ask = ("open_account", "c@phuong.example", "--name", "C", "--role", "CLUSTER_LEAD", "--password-stdin")
    for more, said in (
        ((), "Phụ trách cụm phải có cụm: ghi --cluster “TÊN CỤM”."),
        (("--cluster", "Cụm 9"), "Không có cụm “Cụm 9”. Các cụm của phường: “Cụm 1”, “Cụm 2”."),
    ):
        with pytest.raises(CommandError, match=f"^{said}$"):
            run(*ask, *more)
    done = run(*ask, "--cluster", "Cụm 2", monkeypatch=monkeypatch, password="mat khau rat dai 2026")
    assert done.splitlines()[0] == "Đã mở tài khoản c@phuong.example: Phụ trách cụm, Cụm 2."
    grant = RoleGrant.objects.select_related("cluster").get()
    assert (grant.role, grant.cluster.name) == (Role.CLUSTER_LEAD, "Cụm 2")


def test_without_a_terminal_the_password_is_not_asked_for(monkeypatch):
    make_ward()
    with pytest.raises(CommandError, match=r"^Không có màn hình để hỏi mật khẩu"):
        run("open_account", "a@phuong.example", "--name", "A", "--role", "OFFICE", monkeypatch=monkeypatch, password="")
    assert not User.objects.exists()


def test_a_weak_password_and_an_empty_portal_are_refused_and_leave_nothing(monkeypatch):
    ask = ("open_account", "a@phuong.example", "--name", "A", "--role", "OFFICE", "--password-stdin")
    with pytest.raises(CommandError) as no_ward:
        run(*ask)
    assert no_ward.value.returncode == 2
    make_ward()
    with pytest.raises(CommandError) as weak:
        run(*ask, monkeypatch=monkeypatch, password="12345678")
    assert weak.value.returncode == 1
    assert not User.objects.exists()


def test_secretaries_with_an_address_get_accounts_once():
    ward = make_ward()
    five, seven = make_unit(ward, code="TDP05"), make_unit(ward, code="TDP07")
    make_member(five, name="Nguyễn Văn An", email="TDP05.bt@example.org", title="Bí thư")
    make_member(seven, name="Trần Thị Bình", title="Bí thư")
    ended = make_member(seven, name="Lê Văn Cũ", email="cu@example.org")
    appoint(ended, "Phó Bí thư", unit=seven, until=date(2024, 1, 1))
    teacher = make_member(seven, name="Giáo viên", email="gv@example.org")
    appoint(teacher, "Giáo viên", unit=seven, group=PositionGroup.MEMBER)

    dry = json.loads(run("open_secretary_accounts", "--json"))
    assert not User.objects.exists()
    assert not OutgoingMail.objects.exists()
    done = json.loads(run("open_secretary_accounts", "--apply", "--json"))

    assert (
        dry
        == done
        == {
            "accounts": 1,
            "grants": 1,
            "without_address": [{"unit_code": "TDP07", "post": "Bí thư", "member": "Trần Thị Bình"}],
        }
    )
    assert grants() == {("tdp05.bt@example.org", Role.SECRETARY, "TDP05")}
    again = json.loads(run("open_secretary_accounts", "--apply", "--json"))
    assert (again["accounts"], again["grants"]) == (0, 0)
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.kind) == ("tdp05.bt@example.org", "account.invitation")
    assert "/tai-khoan/moi/" in mail.text


def test_the_terminal_says_that_invitations_go_out():
    ward = make_ward()
    make_member(make_unit(ward), name="Nguyễn Văn An", email="bt@example.org", title="Bí thư")
    assert run("open_secretary_accounts").splitlines()[-1] == (
        "Chưa ghi gì (thêm --apply để mở và gửi thư mời đặt mật khẩu)."
    )
    done = run("open_secretary_accounts", "--apply").splitlines()
    assert done[-1] == "Đã ghi. 1 thư mời đặt mật khẩu đang gửi, mỗi tài khoản mới một thư."
    assert run("open_secretary_accounts", "--apply").splitlines()[-1] == "Đã ghi."
