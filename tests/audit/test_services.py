"""Recording and proving over real rows: what is stored, that it cannot be changed, that tampering is found.

Not here: the pure chain (`test_chain.py`), concurrent appends (`test_concurrency.py`).
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit import context, triggers
from audit.chain import GENESIS, Fault, entry_hash
from audit.errors import AppendOnly, UnknownAction
from audit.models import AuditEntry, AuditHead
from audit.services import Subject, check, head, record, verify
from tests.factories.units import make_user, make_ward
from units.choices import Role
from units.models import RoleGrant

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 24, 1, 2, 3, 456789, UTC)


def tamper(sql: str, *arguments: object) -> None:
    """Do what an attacker with the database's password would do: take the triggers off first."""
    with triggers.suspended(connection), connection.cursor() as cursor:
        cursor.execute(sql, arguments)


def some_entries(count: int) -> None:
    for number in range(count):
        record(action="submission.submit", actor="beat", detail={"số": number}, at=AT)


def test_an_entry_holds_who_what_object_when_where_result():
    ward = make_ward()
    with context.acting_from(request_id="abc-12345", ip="203.0.113.7"):
        entry = record(
            action="unit.change", actor="Nguyễn Văn A", obj=ward, ward_id=9, detail={"tên": "Phúc Lợi"}, at=AT,
            result="refused",
        )  # fmt: skip
    stored = AuditEntry.objects.get(pk=entry.pk)
    assert (stored.at, stored.action, stored.action_label, stored.result) == (
        AT,
        "unit.change",
        "Sửa đơn vị",
        "refused",
    )
    assert (stored.actor_id, stored.actor_label) == ("", "Nguyễn Văn A")
    assert (stored.obj_type, stored.obj_id, stored.obj_label) == ("units.unit", str(ward.pk), str(ward))
    assert (stored.ward_id, stored.data) == (9, {"tên": "Phúc Lợi"})
    assert (stored.request_id, stored.ip) == ("abc-12345", "203.0.113.7")
    assert stored.seq == 1
    assert context.current() == context.Origin("", "")


def test_defaults_nobody_nothing_now():
    entry = record(action="account.login_failed", actor=AnonymousUser())
    assert (entry.actor_id, entry.actor_label, entry.obj_type, entry.obj_id, entry.ward_id) == ("", "", "", "", None)
    assert entry.at == entry.recorded_at
    assert entry.data == {}


def test_the_ward_is_taken_from_the_object():
    ward = make_ward()
    member_like = Subject("units.member", "12", "Lê Hoàng Nam")
    assert record(action="member.change", obj=member_like).ward_id is None
    ward.ward_id = ward.pk
    assert record(action="unit.change", obj=ward).ward_id == ward.pk
    officer = make_user(Role.OFFICE, ward)
    assert record(action="member.change", actor=officer, obj=member_like).ward_id == ward.pk
    assert record(action="member.change", actor=officer, obj=member_like, ward_id=7).ward_id == 7
    assert record(action="account.login", actor=make_user(), obj=None).ward_id is None
    both = make_user(Role.ADMIN, ward)
    RoleGrant.objects.create(user=both, role=Role.OFFICE, unit=make_ward(name="Việt Hưng", code="VH"))
    assert record(action="account.login", actor=both, obj=both).ward_id is None


def test_unknown_actions_and_results_are_refused():
    with pytest.raises(UnknownAction, match="danh mục nhật ký"):
        record(action="không.có")
    with pytest.raises(ValueError, match="perhaps"):
        record(action="unit.change", result="perhaps")
    assert AuditEntry.objects.count() == 0


def test_an_entry_goes_with_the_transaction_it_describes():
    with transaction.atomic():
        some_entries(2)
        transaction.set_rollback(True)
    some_entries(1)
    assert list(AuditEntry.objects.values_list("seq", flat=True)) == [1]
    assert verify() == (1, [])


def test_hostile_text_is_stored_and_verifies():
    record(
        action="unit.change", actor="x\x00\ud800y", obj=Subject("t" * 200, "i" * 99, "\x00"), detail={"\x00": "\ud800"}
    )
    assert verify() == (1, [])


def test_the_orm_refuses_change():
    some_entries(1)
    entry = AuditEntry.objects.get()
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(action="x")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.all().delete()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.bulk_update([entry], ["action"])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=1)._raw_delete("default")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditentry SET action = 'x'",
        "UPDATE audit_auditentry SET search = ''",
        "DELETE FROM audit_auditentry",
        *(["TRUNCATE audit_auditentry"] if connection.vendor == "postgresql" else []),
    ],
)
def test_the_database_refuses_change(sql):
    some_entries(2)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify() == (2, [])


def test_verify_names_an_altered_row():
    some_entries(5)
    tamper("UPDATE audit_auditentry SET actor_label = 'người khác' WHERE seq = 3")
    assert [(fault.seq, fault.fault) for fault in verify()[1]] == [(3, "altered")]


def test_verify_names_a_removed_row_and_a_cut_tail():
    some_entries(5)
    tamper("DELETE FROM audit_auditentry WHERE seq = 2")
    assert [(fault.seq, fault.fault) for fault in verify()[1]] == [(2, "missing")]
    tamper("DELETE FROM audit_auditentry WHERE seq = 5")
    assert [(fault.seq, fault.fault) for fault in verify()[1]] == [(2, "missing"), (5, "head")]


def test_verify_names_a_row_slipped_in_beyond_the_head():
    some_entries(2)
    tamper("UPDATE audit_audithead SET seq = 1, entry_hash = (SELECT entry_hash FROM audit_auditentry WHERE seq = 1)")
    assert [(fault.seq, fault.fault) for fault in verify()[1]] == [(2, "beyond_head")]


def test_verify_names_a_row_slipped_in_before_the_first():
    some_entries(2)
    tamper(
        "INSERT INTO audit_auditentry (seq, at, recorded_at, action, result, actor_id, actor_label, obj_type, obj_id,"
        " obj_label, ward_id, detail, request_id, ip, search, previous_hash, entry_hash) SELECT 0, at, recorded_at,"
        " action, result, actor_id, actor_label, obj_type, obj_id, obj_label, ward_id, detail, request_id, ip, search,"
        " previous_hash, 'x' FROM audit_auditentry WHERE seq = 1"
    )
    assert verify() == (3, [Fault(0, "inserted", "Dòng 0 bị chèn thêm vào sổ.")])


def test_verify_names_a_row_slipped_in_between():
    some_entries(3)
    tamper("UPDATE audit_auditentry SET seq = 4 WHERE seq = 3")
    tamper(
        "INSERT INTO audit_auditentry (seq, at, recorded_at, action, result, actor_id, actor_label, obj_type, obj_id,"
        " obj_label, ward_id, detail, request_id, ip, search, previous_hash, entry_hash) SELECT 3, at, recorded_at,"
        " action, result, actor_id, actor_label, obj_type, obj_id, obj_label, ward_id, detail, request_id, ip, search,"
        " entry_hash, 'x' FROM audit_auditentry WHERE seq = 2"
    )
    tamper("UPDATE audit_audithead SET seq = 4")
    assert [(fault.seq, fault.fault) for fault in verify()[1]] == [(3, "altered"), (4, "broken_link"), (4, "altered")]


def test_verify_names_exchanged_rows_at_the_first_of_them():
    some_entries(4)
    for old, new in ((2, 9), (3, 2), (9, 3)):
        tamper(f"UPDATE audit_auditentry SET seq = {new} WHERE seq = {old}")
    found = [(fault.seq, fault.fault) for fault in verify()[1]]
    assert found[:2] == [(2, "broken_link"), (2, "altered")]
    assert (3, "altered") in found


def rewrite_everything() -> None:
    """What an attacker with all rights does: change a row and compute every hash and the head anew."""
    previous = GENESIS
    for entry in list(AuditEntry.objects.order_by("seq")):
        content = replace(entry.link().content, actor_label="người khác" if entry.seq == 2 else entry.actor_label)
        sealed = entry_hash(content, previous)
        tamper(
            "UPDATE audit_auditentry SET actor_label = %s, previous_hash = %s, entry_hash = %s WHERE seq = %s",
            content.actor_label, previous, sealed, entry.seq,
        )  # fmt: skip
        previous = sealed
    AuditHead.objects.update(entry_hash=previous)


def test_a_log_rewritten_as_a_whole_is_caught_by_the_head_kept_outside(capsys):
    some_entries(3)
    kept = head()
    some_entries(2)
    assert verify(witnessed=[(0, GENESIS), kept]) == (5, [])
    rewrite_everything()
    assert verify() == (5, []), "consistent in itself"
    message = "Dòng 3 không mang mã băm đã gửi ra ngoài: sổ đã bị viết lại từ dòng này trở về trước."
    assert verify(witnessed=[kept]) == (5, [Fault(3, "witness", message)])
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", "--json", "--head", f"{kept[0]}:{kept[1]}")
    assert stopped.value.code == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [{"seq": 3, "fault": "witness", "message": message}]


def test_a_head_of_rows_that_are_gone_is_caught():
    some_entries(3)
    kept = head()
    tamper("DELETE FROM audit_auditentry WHERE seq = 3")
    tamper("UPDATE audit_audithead SET seq = 2, entry_hash = (SELECT entry_hash FROM audit_auditentry WHERE seq = 2)")
    assert verify() == (2, [])
    assert [(fault.seq, fault.fault) for fault in verify(witnessed=[kept])[1]] == [(3, "witness")]


def test_the_head_is_printed_for_keeping_outside(capsys):
    some_entries(2)
    call_command("audit_head", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["seq"], told["hash"]) == head() == (2, AuditEntry.objects.get(pk=2).entry_hash)
    assert set(told) == {"seq", "hash", "at"}
    call_command("audit_head")
    assert capsys.readouterr().out.split()[0] == f"2:{told['hash']}"
    call_command("verify_audit", "--head", f"2:{told['hash']}")
    assert capsys.readouterr().out == "Đã kiểm tra 2 dòng, chuỗi nguyên vẹn, còn đủ 1 mã đầu sổ đã giữ ở ngoài.\n"


@pytest.mark.parametrize("wrong", ["12", "a:b", "2:" + "g" * 64, "-1:" + "0" * 64])
def test_a_head_of_another_form_is_wrong_usage(wrong):
    with pytest.raises(CommandError, match="Mã đầu sổ có dạng"):
        call_command("verify_audit", f"--head={wrong}")


def test_the_check_writes_its_outcome_into_the_log():
    some_entries(3)
    assert check(actor="beat", at=AT) == []
    entry = AuditEntry.objects.latest("audit.check")
    assert (entry.seq, entry.result, entry.actor_label, entry.ward_id) == (4, "ok", "beat", None)
    assert entry.data == {"checked": 3, "faults": 0, "first": None}
    tamper("UPDATE audit_auditentry SET result = 'failed' WHERE seq = 2")
    assert [fault.seq for fault in check(actor="beat", at=AT)] == [2]
    entry = AuditEntry.objects.latest("audit.check")
    assert (entry.result, entry.data["faults"], entry.data["first"]["seq"]) == ("failed", 1, 2)


def test_an_entry_is_found_by_its_labels_without_accents():
    record(action="unit.change", actor="Nguyễn Thị Đào", obj=Subject("x", "1", "Chi bộ Tổ dân phố số 5"))
    assert AuditEntry.objects.get().search == "nguyen thi dao chi bo to dan pho so 5"


def test_a_lost_head_is_named_and_recording_goes_on():
    some_entries(2)
    AuditHead.objects.all().delete()
    assert [(fault.seq, fault.fault) for fault in verify()[1]] == [(1, "beyond_head")]
    some_entries(1)
    assert verify() == (3, [])


def test_recording_costs_three_queries(django_assert_num_queries):
    some_entries(1)
    with django_assert_num_queries(3):  # the head locked and read, the entry, the head's hash
        some_entries(1)


def test_the_command_prints_exactly_this(capsys):
    some_entries(3)
    call_command("verify_audit", "--json")
    assert json.loads(capsys.readouterr().out) == {"checked": 3, "faults": []}
    tamper("UPDATE audit_auditentry SET detail = '{}' WHERE seq = 2")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", "--json")
    printed = capsys.readouterr()
    assert stopped.value.code == 1
    assert json.loads(printed.out) == {
        "checked": 3,
        "faults": [{"seq": 2, "fault": "altered", "message": "Nội dung dòng 2 đã bị sửa sau khi ghi."}],
    }
    assert printed.err == "Nội dung dòng 2 đã bị sửa sau khi ghi.\n"


@pytest.mark.django_db(transaction=True)
def test_the_flush_of_a_transactional_test_may_empty_the_log():
    some_entries(1)
    assert verify() == (1, [])
