"""The portal's own sentences in the office's words: what is printed, what is kept beside it, when it warns, the way back."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import RequirementKind
from directives.models import Obligation, Requirement
from reports.errors import ReportRefused
from reports.gathering import gather
from reports.models import Job, ReplacedSentence, SummaryReport
from reports.narrative import compose, machine_sentences
from reports.outlines import Section
from reports.report_content import Level
from reports.report_page import report_page
from reports.services.asking import new_report, new_span_report
from reports.services.compiling import compile_report, content_of, facts_of
from reports.services.narratives import attach_signed
from reports.services.sentences import Typed, confirm_sentence, restore_sentence, sentences_of, word_sentences
from tests.factories.campaigns import END, make_campaign
from tests.factories.units import make_user
from tests.reports.sample_report import TEXTS, sample_facts
from tests.reports.scene import NOW, Paper
from units.choices import Role

OWN = "Cơ bản các chi bộ đã nộp báo cáo."


@pytest.fixture
def paper(time_machine, db) -> Paper:
    time_machine.move_to(NOW, tick=False)
    return Paper().with_words()


@pytest.fixture
def report(paper) -> SummaryReport:
    return paper.draft()


@pytest.fixture
def key(paper) -> str:
    """The sentence about the units' reports."""
    return f"duty-{paper.report.pk}"


def machine_of(report: SummaryReport) -> dict[str, str]:
    blocks = sentences_of(report, facts_of(report)).values()
    return {one.sentence: one.text for block in blocks for one in block}


def said(report: SummaryReport) -> list[str]:
    report = SummaryReport.objects.get(pk=report.pk)
    return [one.text for one in content_of(report, facts_of(report)).paragraphs]


def replace_with(report, key, text=OWN, *, by, at=NOW) -> int:
    shown = machine_of(report)[key]
    return word_sentences(report=report, typed={key: Typed(text, shown)}, by=by, at=at)


def acts(action: str) -> list[dict]:
    return [entry.data for entry in AuditEntry.objects.filter(action=action).order_by("seq")]


@pytest.mark.parametrize("outline", [(), ("Kết quả đạt được", "Kiến nghị")])
def test_every_sentence_of_the_portal_has_a_key_of_its_own_and_stands_under_a_heading(profile, outline):
    facts = sample_facts(12)
    blocks = machine_sentences(facts, texts=TEXTS, profile=profile, outline=outline)
    sentences = [one for block in blocks.values() for one in block]
    keys = [one.sentence for one in sentences]
    assert len(set(keys)) == len(keys) > 10
    assert all(keys)
    content = compose(facts, texts=TEXTS, profile=profile, outline=outline)
    printed = {one.sentence for one in content.paragraphs if one.sentence}
    assert printed == set(keys) - ({"situation", "leadership", "asked-1", "asked-2"} if outline else set())
    others = [one for one in content.paragraphs if not one.sentence and one.level in (Level.BODY, Level.ITEM)]
    assert {one.text for one in others if not one.text.startswith("Kèm theo")} == (
        {line for key, text in TEXTS.items() if key in blocks for line in text.splitlines()} if outline
        else {line for text in TEXTS.values() for line in text.splitlines()}
    )  # fmt: skip


def test_own_words_stand_in_the_place_of_the_sentence_and_of_no_other(profile):
    facts = sample_facts(12)
    plain = compose(facts, texts=TEXTS, profile=profile).paragraphs
    own = compose(
        facts,
        texts=TEXTS,
        profile=profile,
        replaced={"late": "Một ý.\n- Hai ý", "ending": "Hết.\nTrân trọng./.", "x": "Y"},
    ).paragraphs
    places = [at for at, one in enumerate(plain) if one.sentence in ("late", "ending")]
    late = places[0]
    assert [(one.level, one.text, one.origin, one.sentence) for one in own[late : late + 2]] == [
        (Level.BODY, "Một ý.", "own", "late"), (Level.ITEM, "- Hai ý", "own", "late"),
    ]  # fmt: skip
    assert [(one.level, one.text) for one in own[-2:]] == [(Level.BODY, "Hết."), (Level.ENDING, "Trân trọng./.")]
    assert [one for one in own if one.origin != "own"] == [one for at, one in enumerate(plain) if at not in places]


def test_a_sentence_is_replaced_kept_beside_and_recorded(paper, report, key):
    before = machine_of(report)[key]
    assert "phải thực hiện 5 đơn vị; đã nộp 3" in before
    assert before in said(report)
    assert replace_with(report, key, f"  {OWN}\n\n", by=paper.office) == 1
    assert OWN in said(report)
    assert before not in said(report)
    row = ReplacedSentence.objects.get()
    assert (row.text, row.stood_for, row.by, row.at) == (OWN, before, paper.office, NOW)
    assert acts("report.replace") == [{"old": before, "new": OWN, "stood_for": before}]
    page = report_page(SummaryReport.objects.get(pk=report.pk), NOW)
    (line,) = [line for line in page.lines if line.is_own]
    assert (line.text, line.sentence) == (OWN, key)
    (one,) = page.replaced
    assert (one.has_changed, page.replaced_changed) == (False, 0)
    assert "".join(text for text, _ in one.pieces) == before
    assert f"so=submitted&yeu_cau={paper.report.pk}" in [opens for _, opens in one.pieces], "its figures still open"
    replace_with(report, key, "Câu khác.", by=paper.office, at=NOW + timedelta(hours=1))
    assert acts("report.replace")[1] == {"old": OWN, "new": "Câu khác.", "stood_for": before}
    assert ReplacedSentence.objects.count() == 1


def test_figures_that_changed_are_warned_of_until_the_words_are_kept_or_given_up(paper, report, key):
    replace_with(report, key, by=paper.office)
    before = machine_of(report)[key]
    Obligation.objects.filter(pk=paper.owed[4].pk).update(
        state="WAIVED", waived_at=NOW - timedelta(hours=1), waiver_reason="DECIDED"
    )
    now = machine_of(report)[key]
    assert "phải thực hiện 4 đơn vị" in now
    page = report_page(SummaryReport.objects.get(pk=report.pk), NOW)
    assert page.replaced_changed == 1
    assert page.replaced[0].row.stood_for == before
    assert "".join(text for text, _ in page.replaced[0].pieces) == now
    assert OWN in said(report), "nothing changes the office's words but the office"
    confirm_sentence(report=report, sentence=key, by=paper.office, at=NOW)
    assert report_page(SummaryReport.objects.get(pk=report.pk), NOW).replaced_changed == 0
    assert acts("report.replace")[-1] == {"old": OWN, "new": OWN, "stood_for": now}


@pytest.mark.parametrize("way", ["button", "emptied", "the portal's words"])
def test_the_portal_s_sentence_comes_back(paper, report, key, way):
    replace_with(report, key, by=paper.office)
    before = machine_of(report)[key]
    later = NOW + timedelta(hours=1)
    if way == "button":
        restore_sentence(report=report, sentence=key, by=paper.office, at=later)
    else:
        text = "" if way == "emptied" else before
        assert word_sentences(report=report, typed={key: Typed(text, OWN)}, by=paper.office, at=later) == 1
    assert before in said(report)
    assert OWN not in said(report)
    assert not ReplacedSentence.objects.exists()
    assert acts("report.restore") == [{"old": OWN, "stood_for": before}]
    report.refresh_from_db()
    assert report.edited_at == later, "the files are older than the words now"


def test_a_box_that_nobody_touched_changes_nothing(paper, report, key):
    shown = machine_of(report)[key]
    replace_with(report, key, by=paper.office)
    other = make_user(Role.OFFICE, paper.ward)
    untouched = {key: Typed(f"{shown}\r\n", shown), "late": Typed("", ""), "không có": Typed("Lạ", "")}
    assert word_sentences(report=report, typed=untouched, by=other, at=NOW) == 0
    assert ReplacedSentence.objects.get().text == OWN
    assert len(acts("report.replace")) == 1
    with pytest.raises(ReportRefused, match="4000"):
        replace_with(report, key, "a" * 4001, by=paper.office)


def test_a_sentence_that_the_portal_no_longer_says_prints_nothing_and_is_told(paper, report, key):
    replace_with(report, key, by=paper.office)
    Requirement.objects.filter(pk=paper.report.pk).update(kind=RequirementKind.ESSAY)
    page = report_page(SummaryReport.objects.get(pk=report.pk), NOW)
    assert OWN not in said(report)
    assert [(one.pieces, one.has_changed) for one in page.replaced] == [((), True)]
    with pytest.raises(ReportRefused, match="Cổng không còn câu này"):
        confirm_sentence(report=report, sentence=key, by=paper.office, at=NOW)
    html = page_of(paper, report)
    assert f"Cổng không còn câu này nên câu thay không được in: “{OWN}”" in html


def test_a_new_report_begins_with_the_portal_s_sentences(paper, report, key):
    replace_with(report, key, by=paper.office)
    following = new_report(directive=paper.directive, at=NOW, by=paper.office, now=NOW)
    assert not following.replaced.exists()
    span = new_span_report(ward=paper.ward, kind="PERIODIC", period="2026-Q2", at=NOW, by=paper.office, now=NOW)
    assert replace_with(span, "overall", by=paper.office) == 1
    assert OWN in said(span)


@pytest.mark.pango
def test_own_words_are_printed_frozen_and_signed_with(paper, report, key, settings, font_dir):
    settings.FONT_DIR = font_dir
    replace_with(report, key, by=paper.office)
    report = SummaryReport.objects.get(pk=report.pk)
    late = NOW + timedelta(minutes=2)
    compile_report(report=report, freeze=True, by=paper.office, clock=lambda: late, advance=lambda *_: None)
    report = SummaryReport.objects.get(pk=report.pk)
    assert not report_page(report, late).is_stale
    restore_sentence(report=report, sentence=key, by=paper.office, at=late + timedelta(minutes=1))
    with pytest.raises(ReportRefused, match="Lập lại các tệp"):
        attach_signed(report=report, stream=io.BytesIO(b"%PDF-1.7"), by=paper.office, at=late)
    report = SummaryReport.objects.get(pk=report.pk)
    later = late + timedelta(minutes=2)
    compile_report(report=report, freeze=False, by=paper.office, clock=lambda: later, advance=lambda *_: None)
    attach_signed(report=report, stream=io.BytesIO(b"%PDF-1.7"), by=paper.office, at=later)
    for verb in (restore_sentence, confirm_sentence):
        with pytest.raises(ReportRefused, match="bản ký"):
            verb(report=report, sentence=key, by=paper.office, at=later)
    with pytest.raises(ReportRefused, match="bản ký"):
        replace_with(report, key, by=paper.office)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def page_of(paper, report) -> str:
    return client_of(paper.office).get(reverse("reports:summary_words", args=[report.pk])).content.decode()


def test_the_pages_replace_show_keep_and_bring_back(paper, report, key):
    client, shown = client_of(paper.office), machine_of(report)[key]
    words, sheet = (reverse(f"reports:{name}", args=[report.pk]) for name in ("summary_words", "summary"))
    html = client.get(f"{words}?cau={key}").content.decode()
    assert html.count("Thay bằng câu của tôi") == len(machine_of(report))
    assert html.count('<details class="fold" open>') == 1
    assert f"{words}?cau={key}#cau-{key}" in client.get(sheet).content.decode()
    posted = {
        f"cau-{key}": OWN,
        f"goc-{key}": shown,
        "cau-situation": machine_of(report)["situation"],
        "opinion": "Tốt",
    }
    posted["goc-situation"] = posted["cau-situation"]
    answer = client.post(words, posted)
    assert answer.headers["Location"] == reverse("reports:job", args=[Job.objects.latest("pk").pk])
    assert list(ReplacedSentence.objects.values_list("sentence", "text")) == [(key, OWN)]
    html = client.get(sheet).content.decode()
    assert OWN in html
    assert "câu của cơ quan" in html
    assert "Dùng lại câu của cổng" in html
    assert f'so=submitted&amp;yeu_cau={paper.report.pk}">3</a>' in html
    leader = client_of(make_user(Role.LEADER, paper.ward))
    html = leader.get(sheet).content.decode()
    assert OWN in html
    assert "Dùng lại câu của cổng" not in html
    assert "Thay bằng câu của tôi" not in html
    one = reverse("reports:summary_sentence", args=[report.pk])
    assert leader.post(one, {"tra": key}).status_code == 403
    assert ReplacedSentence.objects.count() == 1
    answer = client.post(words, {**posted, f"goc-{key}": OWN, "tra": key, "tasks": "Đôn đốc"})
    assert answer.headers["Location"] == f"{words}#cau-{key}"
    assert not ReplacedSentence.objects.exists()
    assert SummaryReport.objects.get(pk=report.pk).texts == {"opinion": "Tốt", "tasks": "Đôn đốc"}
    replace_with(report, key, by=paper.office)
    assert client.post(one, {"tra": key}, follow=True).status_code == 200
    assert not ReplacedSentence.objects.exists()


def test_typed_words_are_not_lost_when_the_rest_is_refused(paper, report, key):
    words = reverse("reports:summary_words", args=[report.pk])
    answer = client_of(paper.office).post(
        words, {f"cau-{key}": OWN, f"goc-{key}": machine_of(report)[key], "number": "0"}
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f">{OWN}</textarea>" in html
    assert html.count('<details class="fold" open>') == 1
    assert not ReplacedSentence.objects.exists()


def test_sentences_of_a_campaign_keep_their_keys_as_its_figures_move(db):
    campaign = make_campaign(2)
    keys = []
    for at in (campaign.instants()[20], END):
        report = new_report(directive=campaign.directive, at=at, by=None, now=END)
        facts = gather(directive=campaign.directive, at=at)
        keys.append({one.sentence for block in sentences_of(report, facts).values() for one in block})
    assert {"opening", "situation", "leadership", "essays", "ending"} <= keys[0] & keys[1]
    assert {one for one in keys[0] if one.startswith(("duty-", "asked-"))} <= keys[1]
    assert Section.SUBJECT in sentences_of(report, facts)
