"""One's own data: everything of the person, nothing of anybody else, each time in the log."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from interface.wording import last_day_in_words
from outbox.models import OutgoingMail
from privacy.own_data import collect_of_member
from tests.architecture.world import build
from tests.factories.directives import at
from tests.factories.units import appoint, exempt, make_user
from units.choices import ExemptionReason, Role
from units.models import RoleGrant

pytestmark = pytest.mark.django_db
NOW = at(25, hour=9)
NEIGHBOUR = "Trần Thị Bình"
CANARIES = (NEIGHBOUR, "binh.canary@phuong.example", "0999 888 777", "Lê Văn Cẩn", "QĐ-HOANG-YEN")


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    world = build(NOW)
    neighbour = world.things["neighbour"]
    neighbour.email, neighbour.phone = CANARIES[1], CANARIES[2]
    neighbour.save()
    exempt(neighbour, decision=CANARIES[4])
    appoint(neighbour, "Bí thư", unit=world.things["other"])
    return world


def archive_of(answer) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_everything_of_the_person_and_nothing_of_others(client, world) -> None:
    exempt(world.things["writer"], decision="07-QĐ/ĐU", reason=ExemptionReason.HEALTH)
    client.force_login(world.users["office"])
    client.get(reverse("submissions:obligation_versions", args=[world.things["handed_in"].pk]))
    client.force_login(world.users["member"])
    found = archive_of(client.post(reverse("privacy:export_own")))
    data = json.loads(found["data.json"])
    assert data["name"] == "Nguyễn Văn An"
    assert {"Thông tin": "Thư điện tử", "Đang ghi": "an@phuong.example"} in data["person"]
    assert [row["Đơn vị"] for row in data["memberships"]] == ["Chi bộ Tổ dân phố số 1"]
    assert (data["exemptions"][0]["Số văn bản"], data["exemptions"][0]["Lý do"]) == (
        "07-QĐ/ĐU",
        ExemptionReason.HEALTH.label,
    )
    assert [row["Người mở"] for row in data["opened_by"]] == [str(world.users["office"])]
    assert len(data["papers"]) == 1
    assert data["papers"][0]["SHA-256"] == world.things["file"].blob.sha256
    assert len(data["obligations"]) == len(list(world.things["writer"].obligations.all()))
    # The last day as every page says it, never the exclusive instant after it.
    due = [one.due_at for one in world.things["writer"].obligations.order_by("pk")]
    assert [row["Hạn"] for row in data["obligations"]] == [f"đến {last_day_in_words(at)}" if at else "" for at in due]
    assert "00:00" not in " ".join(row["Hạn"] for row in data["obligations"])
    assert [row["Bản"] for row in data["notices"]] == ["bản có sẵn của cổng"]
    page = found["du-lieu.html"].decode()
    assert '<meta name="viewport"' in page  # it is opened on a telephone, too
    assert [row["Tiêu đề"] for row in data["mails"]] == ["[Cần nộp trước 28/4]"]
    papers = [content for name, content in found.items() if name.startswith("tep/")]
    assert len(papers) == 1
    assert papers[0].startswith(b"%PDF-")
    for name, content in found.items():
        if not name.startswith("tep/"):
            for canary in CANARIES:
                assert canary.encode() not in content, f"{canary} in {name}"
    assert "Nguyễn Văn An xuất lúc" in found["nguoi-xuat.txt"].decode()
    entry = AuditEntry.objects.get(action="privacy.export")
    assert (entry.actor_id, entry.obj_id, entry.data) == (
        str(world.users["member"].pk),
        str(world.things["writer"].pk),
        {"files": 1},
    )


def test_the_office_takes_it_out_on_request_under_its_own_name(client, world) -> None:
    client.force_login(world.users["office"])
    found = archive_of(client.post(reverse("privacy:export_member", args=[world.things["writer"].pk])))
    assert str(world.users["office"]) in found["nguoi-xuat.txt"].decode()
    assert json.loads(found["data.json"])["name"] == "Nguyễn Văn An"


def test_an_account_that_is_no_member_gets_its_own(client, world) -> None:
    user = make_user(Role.OFFICE, world.ward, name="Phạm Thu Hằng")
    client.force_login(user)
    found = archive_of(client.post(reverse("privacy:export_own")))
    data = json.loads(found["data.json"])
    assert [row["Thư điện tử"] for row in data["accounts"]] == [user.email]
    assert [row["Vai trò"] for row in data["roles"]] == [Role.OFFICE.label]
    assert "papers" not in data
    assert not any(canary.encode() in found["data.json"] for canary in CANARIES)


def test_mails_are_found_by_an_address_that_is_his_alone(client, world) -> None:
    writer, neighbour = world.things["writer"], world.things["neighbour"]
    for key, address in (("a", "AN@phuong.example"), ("b", neighbour.email)):
        OutgoingMail.objects.create(
            kind="x.y", dedupe_key=key, message_id=f"<{key}@x>", to_address=address, subject=f"Thư {key}", text="",
            next_try_at=NOW, created_at=NOW, ward_id=world.ward.pk,
        )  # fmt: skip
    writer.accounts.update(email="khac@phuong.example")

    def told() -> list[str]:
        tables = {table.key: table for table in collect_of_member(writer, at=NOW).tables}
        return [row[2] for row in tables["mails"].rows]

    assert "Thư a" in told()
    assert "Thư b" not in told()
    neighbour.email = "an@phuong.example"
    neighbour.save()
    assert "Thư a" not in told()


def test_a_span_that_never_began_is_not_told_backwards(world) -> None:
    """A role arranged for a later day and given up before ends as it begins; its last day would lie before its first."""
    writer, day = world.things["writer"], date(2026, 5, 10)
    never = {"unit": world.ward, "role": Role.OFFICE, "valid_from": day}
    RoleGrant.objects.create(user=make_user(member=writer), valid_to=day, **never)
    RoleGrant.objects.create(user=make_user(member=writer), valid_to=day + timedelta(days=1), **never)
    tables = {table.key: table for table in collect_of_member(writer, at=NOW).tables}
    told = [row[2:] for row in tables["roles"].rows if row[2] == "10/5/2026"]
    assert told == [("10/5/2026", "đã bỏ, chưa có hiệu lực ngày nào"), ("10/5/2026", "10/5/2026")]
