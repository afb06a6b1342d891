"""Acts on the roster, its import, accounts, settings and terms of keeping: each writes exactly its entry.

Not here: directives, papers, reminders and reports (`test_events.py`), what the acts do (each app's tests).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from privacy.choices import DataClass
from privacy.models import RetentionTerm
from privacy.services.retention import set_hold, set_term
from reports.format_profiles import PROFILES
from reports.services.formatting import choose_format
from tests.architecture.world import World, build
from tests.audit.writing import browser, wrote
from tests.factories.rosters import Row
from tests.factories.units import give_second_factor, make_member, make_unit
from tests.proof import prove_again
from tests.units.imports_scene import NOW as IMPORTED_AT
from tests.units.imports_scene import ROWS, bring, ward_with, workbook, worked
from units.choices import MemberStatus, ReasonKind
from units.models import CommitteeProfile, NoticeText, RosterImport
from units.services.accounts import create_account
from units.services.catalogues import add_alias, add_reason, remove_alias
from units.services.clusters import change_cluster, make_cluster, place_units, remove_cluster
from units.services.committee import (
    IDENTITY,
    change_deadline_rules,
    change_identity,
    put_signer_first,
    remove_signer,
    remove_term,
    set_signer,
)
from units.services.committee import set_term as set_term_of_office
from units.services.exemptions import end_exemption, grant_exemption
from units.services.imports import (
    accept_repairs,
    correct_cell,
    discard_import,
    forget_decisions,
    keep_spelling,
    pass_over_rows,
    set_extent,
    upload_roster,
)
from units.services.invitations import invite, revoke_invitations
from units.services.members import add_member
from units.services.notices import publish_notice
from units.services.roster_export import export_roster
from units.services.unit_changes import close_unit
from units.settings_areas import Area
from vietnamese.dates import VIETNAM, local_day

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)
TODAY = local_day(NOW)


@pytest.fixture
def world(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


def told(action: str) -> dict:
    """What the newest entry of the action holds."""
    return AuditEntry.objects.latest(action).data


def test_members_and_exemptions(world):
    admin, ward, unit = world.users["admin"], world.ward, world.things["own"]
    new = {"full_name": "Đỗ Thị Mai", "birth_year": 1988, "email": "mai@phuong.example", "phone": "0912345678"}
    made = add_member(unit=unit, **new, status=MemberStatus.FULL, since=TODAY, by=admin)
    entry = AuditEntry.objects.latest("member.create")
    assert (entry.actor_id, entry.obj_type, entry.obj_id, entry.ward_id) == (
        str(admin.pk), "units.member", str(made.pk), ward.pk,
    )  # fmt: skip
    assert entry.data == {"unit": "Chi bộ Tổ dân phố số 1", "on": "2026-04-25"}  # neither address nor telephone
    said = {"decision": "12-QĐ/ĐU", "reason": "HEALTH", "first_day": TODAY, "last_day": None}
    with wrote("exemption.grant", by=admin, on=made, ward=ward, keys="decision on to"):
        exemption = grant_exemption(member=made, **said, by=admin)
    with wrote("exemption.end", by=admin, on=made, ward=ward, keys="decision on"):
        end_exemption(exemption=exemption, on=TODAY + timedelta(days=30), by=admin)
    assert told("exemption.end") == {"decision": "12-QĐ/ĐU", "on": "2026-05-25"}


def test_clusters_and_the_end_of_a_unit(world):
    admin, ward, unit = world.users["admin"], world.ward, world.things["other"]
    made = make_cluster(ward=ward, name="Cụm 9", by=admin)
    entry = AuditEntry.objects.latest("cluster.change")
    assert (entry.obj_type, entry.obj_id, entry.ward_id, entry.data) == (
        "units.cluster", str(made.pk), ward.pk, {"new": "Cụm 9"},
    )  # fmt: skip
    with wrote("cluster.change", by=admin, on=made, ward=ward, keys="old new"):
        change_cluster(cluster=made, name="Cụm ven sông", units=[], by=admin)
    with wrote("cluster.change", by=admin, on=made, ward=ward, keys="units removed"):
        place_units(cluster=made, units=[unit], by=admin)
    assert told("cluster.change") == {"units": ["Chi bộ Tổ dân phố số 2"], "removed": []}
    place_units(cluster=made, units=[], by=admin)
    with wrote("cluster.change", by=admin, on=("units.cluster", str(made.pk)), ward=ward, keys="old"):
        remove_cluster(cluster=made, by=admin)
    empty = make_unit(ward, name="Chi bộ Chợ Phúc Lợi")
    with wrote("unit.close", by=admin, on=empty, ward=ward, keys="on appointments"):
        close_unit(unit=empty, on=TODAY, by=admin)
    assert told("unit.close") == {"on": "2026-04-25", "appointments": 0}


def test_a_roster_file_on_its_way(tmp_path, client, time_machine):
    time_machine.move_to(IMPORTED_AT, tick=False)
    ward, admin = ward_with(ROWS, tmp_path)
    acts = {"by": admin, "at": IMPORTED_AT}
    content = workbook(
        tmp_path, [*ROWS[:4], Row(name="TRẦN VĂN MỚI", year=1990), Row(name="Lê Lỗi", since="31/02/2026")]
    )
    imported = upload_roster(ward=ward, stream=BytesIO(content), file_name="quy-2.xlsx", on=TODAY, **acts)
    entry = AuditEntry.objects.latest("roster.upload")
    assert (entry.actor_id, entry.obj_id, entry.ward_id) == (str(admin.pk), str(imported.pk), ward.pk)
    assert entry.data == {"file": "quy-2.xlsx", "bytes": len(content), "sha256": imported.blob.sha256}
    imported = worked(imported)
    faulty = imported.problems.get(severity="error")
    decisions = {
        "is_part": lambda: set_extent(imported=imported, is_part=True, **acts),
        "keeps_spelling": lambda: keep_spelling(imported=imported, keep=not imported.keeps_spelling, **acts),
        "passed": lambda: pass_over_rows(imported=imported, kind="capitals", **acts),
        "forgotten": lambda: forget_decisions(imported=imported, **acts),
        "accepted kind": lambda: accept_repairs(imported=imported, kind="capitals", **acts),
        "row column": lambda: correct_cell(imported=imported, problem=faulty, text="28/2/2026", **acts),
    }
    for keys, decide in decisions.items():
        with wrote("roster.decide", by=admin, on=imported, ward=ward, keys=keys):
            decide()
    assert "28/2/2026" not in str(
        list(AuditEntry.objects.values_list("detail", flat=True))
    )  # what it corrects is personal
    with wrote("roster.discard", by=admin, on=imported, ward=ward):
        discard_import(imported=imported, **acts)
    with wrote("roster.export", by=admin, on=ward, ward=ward, keys="what on"):
        export_roster(ward=ward, what="members", on=TODAY, **acts).stream.close()
    _columns_are_named(ward, admin, client)


def _columns_are_named(ward, admin, client):
    asked = bring(
        ward, admin, "Họ tên đảng viên ta;Nơi sinh hoạt đảng hiện nay\nTrần Văn Mới;TDP01\n".encode(), "quen.csv"
    )
    client.force_login(admin)
    with wrote("roster.map_columns", by=admin, on=asked, ward=ward, keys="sheet columns", web=True):
        client.post(reverse("units:import_columns", args=[asked.pk]), {"0-0": "m:name", "0-1": "m:unit"})
    assert RosterImport.objects.get(pk=asked.pk).layouts != {}


def test_factors_addresses_and_invitations(world):
    admin, ward, user = world.users["admin"], world.ward, world.users["secretary"]
    client = browser(user)
    prove_again(client)
    with wrote("account.request_email", by=user, on=user, ward=ward, keys="new", web=True):
        client.post(reverse("change_email"), {"email": "khac@phuong.example"})
    assert told("account.request_email") == {"new": "khac@phuong.example"}
    give_second_factor(user)
    with wrote("account.mfa_disable", by=user, on=user, ward=ward, keys="type", web=True):
        client.post(reverse("mfa_deactivate_totp"))
    assert told("account.mfa_disable") == {"type": "totp"}
    member = make_member(world.things["own"], email="moi@phuong.example")
    new = create_account(email=member.email, full_name=member.full_name, member=member, by=admin)
    invite(user=new, by=admin, now=NOW)
    with wrote("account.revoke_invitation", by=admin, on=new, ward=ward, keys="count"):
        assert revoke_invitations(user=new, by=admin, now=NOW) == 1
    assert told("account.revoke_invitation") == {"count": 1}


def setting(ward, area: str) -> tuple[str, str]:
    """The subject of a change of settings."""
    return ("setting", f"{ward.pk}:{area}")


def test_settings(world):
    admin, ward = world.users["admin"], world.ward
    acts = {"by": admin, "at": NOW}
    profile, signer, own = CommitteeProfile.objects.get(unit=ward), world.things["signer"], world.things["own"]
    identity = {name: getattr(profile, name) for name in IDENTITY} | {"phone": "024 1234 567"}
    signs = {
        "name": "Lê Thị Mai",
        "post": "PHÓ BÍ THƯ",
        "authority": "T/M BAN THƯỜNG VỤ",
        "valid_from": None,
        "valid_to": None,
    }
    rules = {"before_includes_day": not profile.before_includes_day, "grace_working_days": profile.grace_working_days}
    new: dict[str, Any] = {}
    committee = [
        (Area.COMMITTEE, lambda: change_identity(profile=profile, values=identity, **acts)),
        (Area.TERMS, lambda: new.update(term=set_term_of_office(ward=ward, term=None, name="2030 - 2035", starts_on=date(2030, 6, 1), **acts))),
        (Area.TERMS, lambda: remove_term(term=new["term"], **acts)),
        (Area.SIGNERS, lambda: new.update(signer=set_signer(ward=ward, signer=None, values=signs, **acts))),
        (Area.SIGNERS, lambda: put_signer_first(signer=new["signer"], **acts)),
        (Area.SIGNERS, lambda: remove_signer(signer=signer, **acts)),
    ]  # fmt: skip
    settings = [
        (Area.DEADLINES, lambda: change_deadline_rules(profile=profile, values=rules, **acts)),
        (Area.REASONS, lambda: add_reason(ward=ward, kind=ReasonKind.RETURN, text="Chưa ký tên", **acts)),
        (Area.ALIASES, lambda: new.update(alias=add_alias(unit=own, name="Chi bộ xóm Đình", **acts))),
        (Area.ALIASES, lambda: remove_alias(alias=new["alias"], **acts)),
        (Area.FORMAT, lambda: choose_format(profile=profile, key=other_format(profile), **acts)),
    ]
    for action, doors in (("committee.change", committee), ("settings.change", settings)):
        for area, act in doors:
            with wrote(action, by=admin, on=setting(ward, area), ward=ward, keys="changes"):
                act()
            assert all(set(one) == {"what", "old", "new"} for one in told(action)["changes"]), area


def other_format(profile: CommitteeProfile) -> str:
    """A layout that is not the ward's."""
    return next(key for key in PROFILES if key != profile.format_profile)


def test_terms_of_keeping_and_the_notice(world):
    admin, ward, directive = world.users["admin"], world.ward, world.things["directive"]
    acts = {"by": admin, "at": NOW}
    term = set_term(ward=ward, key=DataClass.STAGED, days=60, decided_on="QĐ 7-QĐ/ĐU", **acts)
    entry = AuditEntry.objects.latest("privacy.set_term")
    assert (entry.obj_type, entry.obj_id, entry.ward_id) == (RetentionTerm._meta.label_lower, str(term.pk), ward.pk)
    with wrote("privacy.set_term", by=admin, on=term, ward=ward, keys="class old new decided_on"):
        set_term(ward=ward, key=DataClass.STAGED, days=None, decided_on="QĐ 8-QĐ/ĐU", **acts)
    assert told("privacy.set_term") == {"class": "STAGED", "old": 60, "new": None, "decided_on": "QĐ 8-QĐ/ĐU"}
    for reason in ("Có khiếu nại đang giải quyết", ""):
        with wrote("privacy.hold", by=admin, on=directive, ward=ward, keys="held reason"):
            set_hold(directive=directive, reason=reason, **acts)
        assert told("privacy.hold") == {"held": bool(reason), "reason": reason}
    published = publish_notice(ward=ward, text="Thông báo mới về dữ liệu cá nhân của đảng viên.", **acts)
    entry = AuditEntry.objects.latest("privacy.publish_notice")
    assert (entry.actor_id, entry.obj_type, entry.obj_id, entry.ward_id, entry.data) == (
        str(admin.pk), NoticeText._meta.label_lower, str(published.pk), ward.pk, {"version": 1, "sha256": published.sha256},
    )  # fmt: skip
