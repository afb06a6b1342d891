"""The table: every address × every role → what it answers. An address that is missing here fails the build.

A row: the URL name; the status for each role in the order of the head line; `of` says which object the address
points to (`parameter=thing.attribute`, several with commas; things: `world.py`), `post` that it only takes POST.
`login` = sent to the login page. Foreign objects answer 404 by every door. A POST is sent with an empty form,
so whoever may post gets 422 (or, where nothing needs to be filled in, a redirect: 302).
Not here: the requests (`test_url_matrix.py`).
"""

from dataclasses import dataclass

from tests.architecture.world import ROLES


@dataclass(frozen=True)
class Row:
    """One address and its answers by role."""

    name: str
    answers: dict[str, str]
    of: str = ""
    post: bool = False


def row(name: str, answers: str, *, of: str = "", post: bool = False) -> Row:
    """`answers`: one word per role, in the order of ROLES."""
    words = answers.split()
    assert len(words) == len(ROLES), f"{name}: {len(words)} answers for {len(ROLES)} roles"
    return Row(name, dict(zip(ROLES, words, strict=True)), of, post)


MATRIX = (
    #                                 anon  admin office leader cluster secret. elsewh. member foreign
    row("home",                      "login 302   302    302    302     302     302     302    302"),
    row("health",                    "200   200   200    200    200     200     200     200    200"),
    row("health_details",            "login 200   200    404    404     404     404     404    200"),
    row("metrics",                   "404   404   404    404    404     404     404     404    404"),
    row("interface:gallery",         "login  404   404    404    404     404     404     404    404"),
    row("admin:index",               "302   302   302    302    302     302     302     302    302"),

    # --- the log: the administrator of the ward; the history of an object for its office
    row("audit_log:search",          "login 200   404    404    404     404     404     404    404"),
    row("audit_log:entry",           "login 200   404    404    404     404     404     404    404", of="seq=log_entry.seq"),
    row("audit_log:export",          "login 200   404    404    404     404     404     404    404", of="extension=log_format"),
    row("audit_log:history",         "login 200   200    403    403     403     404     403    404", of="kind=history_kind,pk=handed_in.pk"),

    # --- dashboards
    row("reports:office_home",       "login 200   200    404    404     404     404     404    200"),
    row("reports:matrix",            "login 200   200    200    200     200     200     404    200"),
    row("reports:matrix_xlsx",       "login 200   200    200    200     200     200     404    200"),
    row("reports:drill",             "login 200   200    200    200     200     200     404    200"),
    row("reports:drill_xlsx",        "login 200   200    200    200     200     200     404    200"),
    row("reports:leader",            "login 200   200    200    404     404     404     404    200"),

    # --- chasing: the office, each of its own ward
    row("reminders:chase",           "login 200   200    404    404     404     404     404    200"),
    row("reminders:tomorrow",        "login 200   200    404    404     404     404     404    200"),
    row("reminders:tomorrow_letter", "login 200   200    404    404     404     404     404    404", of="day=letter_day,token=letter_token"),
    row("reminders:tomorrow_letter_html", "login 200 200 404    404     404     404     404    404", of="day=letter_day,token=letter_token"),
    row("reminders:log",             "login 200   200    404    404     404     404     404    200"),
    row("reminders:letter",          "login 200   200    404    404     404     404     404    404", of="pk=digest.pk"),
    row("reminders:letter_html",     "login 200   200    404    404     404     404     404    404", of="pk=digest.pk"),
    row("reminders:resend",          "login 302   302    404    404     404     404     404    404", of="pk=digest.pk", post=True),
    row("reminders:silent",          "login 200   200    404    404     404     404     404    200"),

    # --- papers and what they ask (member: the writer of the essay; a draft is the office's own)
    row("directives:my_work",        "login 200   200    200    200     200     200     200    200"),
    row("directives:unit_part",      "login 200   200    200    200     200     404     200    404", of="requirement_pk=essay.pk,unit_pk=own.pk"),
    row("directives:obligation",     "login 200   200    200    200     200     404     200    404", of="pk=handed_in.pk"),
    row("directives:declare",        "login 200   200    403    403     200     404     404    404", of="pk=owed.pk"),
    row("directives:declare",        "login 422   422    403    403     422     404     404    404", of="pk=owed.pk", post=True),
    row("directives:extend",         "login 200   200    403    403     403     404     404    404", of="pk=owed.pk"),
    row("directives:extend",         "login 422   422    403    403     403     404     404    404", of="pk=owed.pk", post=True),
    row("directives:waive",          "login 200   200    403    403     403     404     404    404", of="pk=owed.pk"),
    row("directives:waive",          "login 422   422    403    403     403     404     404    404", of="pk=owed.pk", post=True),
    row("directives:list",           "login 200   200    200    200     200     200     200    200"),
    row("directives:create",         "login 200   200    404    404     404     404     404    200"),
    row("directives:create",         "login 422   422    404    404     404     404     404    422", post=True),
    row("directives:directive",      "login 200   200    200    200     200     200     200    404", of="pk=directive.pk"),
    row("directives:edit",           "login 200   200    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:edit",           "login 422   422    404    404     404     404     404    404", of="pk=draft.pk", post=True),
    row("directives:delete",         "login 302   302    404    404     404     404     404    404", of="pk=draft.pk", post=True),
    row("directives:attachment",     "login 200   200    200    200     200     200     200    404", of="pk=directive.pk,file=attachment.pk"),
    row("directives:detach",         "login 302   302    403    403     403     403     403    404", of="pk=directive.pk,file=attachment.pk", post=True),
    row("directives:add_requirement", "login 200  200    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:add_requirement", "login 422  422    404    404     404     404     404    404", of="pk=draft.pk", post=True),
    row("directives:read_phrase",    "login 200   200    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:count_audience", "login 200   200    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:preview",        "login 200   200    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:preview_names",  "login 200   200    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:issue",          "login 200   403    404    404     404     404     404    404", of="pk=draft.pk"),
    row("directives:issue",          "login 422   403    404    404     404     404     404    404", of="pk=draft.pk", post=True),
    row("directives:edit_requirement", "login 200 200    404    404     404     404     404    404", of="pk=draft_requirement.pk"),
    row("directives:edit_requirement", "login 422 422    404    404     404     404     404    404", of="pk=draft_requirement.pk", post=True),
    row("directives:remove_requirement", "login 302 302  404    404     404     404     404    404", of="pk=draft_requirement.pk", post=True),
    row("directives:extend_all",     "login 200   200    403    403     403     403     403    404", of="pk=meeting.pk"),
    row("directives:extend_all",     "login 422   422    403    403     403     403     403    404", of="pk=meeting.pk", post=True),

    # --- deposit desk: who answers for the unit, the member for himself, the office for anybody of its ward
    row("submissions:desk",          "login 200   200    403    403     200     404     200    404", of="requirement_pk=essay.pk,unit_pk=own.pk"),
    row("submissions:desk_upload",   "login 422   422    403    403     422     404     422    404", of="requirement_pk=essay.pk,unit_pk=own.pk", post=True),
    row("submissions:desk_clear",    "login 302   302    403    403     302     404     302    404", of="requirement_pk=essay.pk,unit_pk=own.pk", post=True),
    row("submissions:desk_confirm",  "login 422   422    403    403     422     404     422    404", of="requirement_pk=essay.pk,unit_pk=own.pk", post=True),
    row("submissions:desk_choose",   "login 404   404    404    404     422     404     404    404", of="pk=staged.pk", post=True),
    row("submissions:desk_remove",   "login 404   404    404    404     302     404     404    404", of="pk=staged.pk", post=True),
    row("submissions:unsent",        "login 200   200    200    200     200     200     200    200"),
    row("submissions:receipts",      "login 200   200    200    200     200     200     200    200"),
    row("submissions:receipt",       "login 200   200    200    200     200     404     200    404", of="code=deposit.code"),
    row("submissions:check",         "200   200   200    200    200     200     200     200    200"),
    row("submissions:check_code",    "200   200   200    200    200     200     200     200    200", of="code=deposit.code"),

    # --- the members of a unit and their personal links: who answers for the unit, and the office of its ward
    row("submissions:unit_members",  "login 200   200    403    403     200     404     404    404", of="pk=own.pk"),
    row("submissions:links_make",    "login 200   200    403    403     200     404     404    404", of="pk=own.pk"),
    row("submissions:links_make",    "login 200   200    403    403     200     404     404    404", of="pk=own.pk", post=True),
    row("submissions:links_revoke",  "login 200   200    403    403     200     404     404    404", of="pk=own.pk"),
    row("submissions:links_revoke",  "login 302   302    403    403     302     404     404    404", of="pk=own.pk", post=True),
    row("submissions:on_behalf",     "login 200   200    200    200     200     404     200    404", of="requirement_pk=essay.pk,unit_pk=own.pk"),

    # --- behind a personal link: the code decides, not the account; no code of another opens anything
    row("submissions:personal_door", "200   200   200    200    200     200     200     200    200"),
    row("submissions:personal_door", "422   422   422    422    422     422     422     422    422", post=True),
    row("submissions:personal",      "200   200   200    200    200     200     200     200    200", of="code=link_code"),
    row("submissions:personal",      "404   404   404    404    404     404     404     404    404", of="code=wrong_link_code"),
    row("submissions:personal_pages", "200  200   200    200    200     200     200     200    200", of="code=link_code,pk=handed_in.pk"),
    row("submissions:personal_pages", "404  404   404    404    404     404     404     404    404", of="code=link_code,pk=neighbours.pk"),
    row("submissions:personal_pages", "404  404   404    404    404     404     404     404    404", of="code=wrong_link_code,pk=handed_in.pk"),
    row("submissions:personal_add",  "422   422   422    422    422     422     422     422    422", of="code=link_code,pk=handed_in.pk", post=True),
    row("submissions:personal_change", "302 302   302    302    302     302     302     302    302", of="code=link_code,pk=handed_in.pk,page=page.pk", post=True),
    row("submissions:personal_image", "200  200   200    200    200     200     200     200    200", of="code=link_code,pk=handed_in.pk,page=page.pk"),
    row("submissions:personal_submit", "422 422   422    422    422     422     422     422    422", of="code=link_code,pk=handed_in.pk", post=True),
    row("submissions:personal_receipt", "200 200  200    200    200     200     200     200    200", of="code=link_code,receipt=deposit.code"),

    # --- review: the office of the ward; papers: an essay is opened by its author, his secretary and the office only
    row("submissions:review_queue",  "login 200   200    404    404     404     404     404    200"),
    row("submissions:review",        "login 200   200    403    403     403     404     403    404", of="pk=submission.pk"),
    row("submissions:accept",        "login 302   302    403    403     403     404     403    404", of="pk=submission.pk", post=True),
    row("submissions:send_back",     "login 200   200    403    403     403     404     403    404", of="pk=submission.pk"),
    row("submissions:send_back",     "login 422   422    403    403     403     404     403    404", of="pk=submission.pk", post=True),
    row("submissions:flag",          "login 302   302    403    403     403     404     403    404", of="pk=submission.pk", post=True),
    row("submissions:obligation_versions", "login 200 200 200   200     200     404     200    404", of="pk=handed_in.pk"),
    row("submissions:download",      "login 200   200    404    404     200     404     200    404", of="pk=file.pk"),
    row("submissions:page",          "login 200   200    404    404     200     404     200    404", of="pk=file.pk,number=inspection.pages,size=page_size"),

    # --- summary reports (a leader reads; jobs are watched by whoever reads the ward)
    row("reports:summaries",         "login 200   200    200    404     404     404     404    200"),
    row("reports:compile",           "login 422   422    422    404     404     404     404    422", post=True),
    row("reports:job",               "login 200   200    200    404     404     404     404    404", of="pk=job.pk"),
    row("reports:job_cancel",        "login 302   302    403    404     404     404     404    404", of="pk=job.pk", post=True),
    row("reports:job_retry",         "login 302   302    403    404     404     404     404    404", of="pk=job.pk", post=True),
    row("reports:summary",           "login 200   200    200    404     404     404     404    404", of="pk=report.pk"),
    row("reports:summary_words",     "login 200   200    403    404     404     404     404    404", of="pk=report.pk"),
    row("reports:summary_words",     "login 302   302    403    404     404     404     404    404", of="pk=report.pk", post=True),
    row("reports:summary_again",     "login 302   302    403    404     404     404     404    404", of="pk=report.pk", post=True),
    row("reports:summary_names",     "login 200   200    200    404     404     404     404    404", of="pk=report.pk"),
    row("reports:summary_file",      "login 200   200    200    404     404     404     404    404", of="pk=report.pk,extension=pdf_kind"),

    # --- the roster: units and members in reach; accounts and roles for the administrator of the ward
    row("units:directory",           "login 200   200    200    302     302     302     404    302"),
    row("units:members",             "login 200   200    200    200     200     200     404    200"),
    row("units:unit",                "login 200   200    200    200     200     404     404    404", of="pk=own.pk"),
    row("units:member",              "login 200   200    200    200     200     404     200    404", of="pk=writer.pk"),
    row("units:open_account",        "login 200   403    403    403     403     404     403    404", of="pk=writer.pk"),
    row("units:roster_imports",      "login 200   404    404    404     404     404     404    404"),
    row("units:roster_imports",      "login 422   404    404    404     404     404     404    404", post=True),
    row("units:roster_import",       "login 200   404    404    404     404     404     404    404", of="pk=brought.pk"),
    row("units:import_columns",      "login 200   404    404    404     404     404     404    404", of="pk=brought.pk"),
    row("units:import_columns",      "login 422   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:import_problems",     "login 200   404    404    404     404     404     404    404", of="pk=brought.pk"),
    row("units:import_problems",     "login 302   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:import_extent",       "login 302   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:import_spelling",     "login 302   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:import_apply",        "login 302   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:import_undo",         "login 302   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:import_discard",      "login 302   404    404    404     404     404     404    404", of="pk=brought.pk", post=True),
    row("units:roster_export",       "login 200   200    403    404     404     404     404    404", of="pk=ward.pk,what=xlsx_kind"),
    row("units:accounts",            "login 200   404    404    404     404     404     404    404"),
    row("units:open_secretaries",    "login 200   404    404    404     404     404     404    404"),
    row("units:new_account",         "login 200   404    404    404     404     404     404    404"),
    row("units:account",             "login 200   404    404    404     404     404     404    404", of="pk=account.pk"),
    row("units:grant",               "login 302   404    404    404     404     404     404    404", of="pk=account.pk", post=True),
    row("units:lock",                "login 302   404    404    404     404     404     404    404", of="pk=account.pk", post=True),
    row("units:password_link",       "login 302   404    404    404     404     404     404    404", of="pk=account.pk", post=True),
    row("units:revoke_invitation",   "login 302   404    404    404     404     404     404    404", of="pk=account.pk", post=True),
    row("units:reset_factor",        "login 302   404    404    404     404     404     404    404", of="pk=account.pk", post=True),
    row("units:end_session",         "login 302   404    404    404     404     404     404    404", of="pk=account.pk", post=True),
    row("units:end_role",            "login 302   404    404    404     404     404     404    404", of="pk=grant.pk", post=True),

    # --- personal data: the notice everybody reads first; its words are the administrator's
    row("units:notice",              "login 200   200    200    200     200     200     200    200"),
    row("units:notice",              "login 302   302    302    302     302     302     302    302", post=True),
    row("units:public_notice",       "200   200   200    200    200     200     200     200    200", of="pk=ward.pk"),
    row("units:notice_text",         "login 200   404    404    404     404     404     404    404"),
    row("units:notice_text",         "login 422   404    404    404     404     404     404    404", post=True),

    # --- settings: the office reads those of its ward, the administrator changes them
    row("settings",                  "login 302   302    404    404     404     404     404    302"),
    row("settings_of",               "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_identity",        "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_identity",        "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("units:set_deadline_rules",  "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_deadline_rules",  "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("units:set_terms",           "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_terms",           "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("units:set_signers",         "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_signers",         "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("units:set_reasons",         "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_reasons",         "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("units:set_aliases",         "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("units:set_aliases",         "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("units:set_term",            "login 200   403    404    404     404     404     404    404", of="pk=term.pk"),
    row("units:set_term",            "login 422   403    404    404     404     404     404    404", of="pk=term.pk", post=True),
    row("units:set_signer",          "login 200   403    404    404     404     404     404    404", of="pk=signer.pk"),
    row("units:set_signer",          "login 422   403    404    404     404     404     404    404", of="pk=signer.pk", post=True),
    row("units:set_reason",          "login 200   403    404    404     404     404     404    404", of="pk=reason.pk"),
    row("units:set_reason",          "login 422   403    404    404     404     404     404    404", of="pk=reason.pk", post=True),
    row("units:remove_term",         "login 302   403    404    404     404     404     404    404", of="pk=term.pk", post=True),
    row("units:signer_first",        "login 302   403    404    404     404     404     404    404", of="pk=signer.pk", post=True),
    row("units:remove_signer",       "login 302   403    404    404     404     404     404    404", of="pk=signer.pk", post=True),
    row("units:move_reason",         "login 302   403    404    404     404     404     404    404", of="pk=reason.pk", post=True),
    row("units:use_reason",          "login 302   403    404    404     404     404     404    404", of="pk=reason.pk", post=True),
    row("units:remove_alias",        "login 302   403    404    404     404     404     404    404", of="pk=alias.pk", post=True),
    row("units:adopt_reasons",       "login 302   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("directives:calendar",       "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("directives:calendar",       "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("directives:calendar_year",  "login 200   200    404    404     404     404     404    404", of="ward=ward.pk,year=day_off.day.year"),
    row("directives:calendar_year",  "login 422   403    404    404     404     404     404    404", of="ward=ward.pk,year=day_off.day.year", post=True),
    row("directives:calendar_proposal","login 200   403    404    404     404     404     404    404", of="ward=ward.pk,year=day_off.day.year"),
    row("directives:calendar_proposal","login 302   403    404    404     404     404     404    404", of="ward=ward.pk,year=day_off.day.year", post=True),
    row("directives:remove_day",     "login 302   403    404    404     404     404     404    404", of="pk=day_off.pk", post=True),
    row("reports:set_format",        "login 200   200    404    404     404     404     404    404", of="ward=ward.pk"),
    row("reports:set_format",        "login 422   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),
    row("reports:set_format_values", "login 200   403    404    404     404     404     404    404", of="ward=ward.pk,group=format_group"),
    row("reports:set_format_values", "login 422   403    404    404     404     404     404    404", of="ward=ward.pk,group=format_group", post=True),
    row("reports:reset_format",      "login 302   403    404    404     404     404     404    404", of="ward=ward.pk", post=True),

    # --- login and the account's own pages, from the login library: the same for everybody who is logged in
    row("account_login",             "200   302   302    302    302     302     302     302    302"),
    row("account_logout",            "302   200   200    200    200     200     200     200    200"),
    row("accept_invitation",         "410   410   410    410    410     410     410     410    410", of="token=wrong_key"),
    row("change_email",              "login 200   200    200    200     200     200     200     200"),
    row("confirm_email",             "410   410   410    410    410     410     410     410     410", of="token=wrong_key"),
    row("account_inactive",          "200   200   200    200    200     200     200     200    200"),
    row("account_reauthenticate",    "login 200   200    200    200     200     200     200    200"),
    row("account_change_password",   "login 200   200    200    200     200     200     200    200"),
    row("account_set_password",      "login 302   302    302    302     302     302     302    302"),
    row("account_reset_password",    "200   200   200    200    200     200     200     200    200"),
    row("account_reset_password_done", "200 200   200    200    200     200     200     200    200"),
    row("account_reset_password_from_key", "200 200 200 200 200 200 200 200 200", of="uidb36=wrong_key,key=wrong_key"),
    row("account_reset_password_from_key_done", "200 200 200 200 200 200 200 200 200"),
    row("mfa_index",                 "login 200   200    200    200     200     200     200    200"),
    row("mfa_authenticate",          "login 302   302    302    302     302     302     302    302"),
    row("mfa_reauthenticate",        "login 200   200    200    200     302     302     302    200"),
    row("mfa_login_webauthn",        "login 302   302    302    302     302     302     302    302"),
    row("mfa_reauthenticate_webauthn", "login 302 302   302    302     302     302     302    302"),
    row("mfa_list_webauthn",         "login 200   200    200    200     200     200     200    200"),
    row("mfa_add_webauthn",          "login 302   302    302    302     302     302     302    302"),
    row("mfa_edit_webauthn",         "login 302   302    302    302     302     302     302    302", of="pk=no_session"),
    row("mfa_remove_webauthn",       "login 302   302    302    302     302     302     302    302", of="pk=no_session"),
    row("mfa_activate_totp",         "login 302   302    302    302     302     302     302    302"),
    row("mfa_deactivate_totp",       "login 302   302    302    302     404     404     404    302"),
    row("mfa_view_recovery_codes",   "login 404   404    404    404     404     404     404    404"),
    row("mfa_generate_recovery_codes", "login 302 302    302    302     302     302     302    302"),
    row("mfa_download_recovery_codes", "login 404 404    404    404     404     404     404    404"),
    row("end_own_session",           "login 404   404    404    404     404     404     404    404", of="pk=no_session", post=True),
    row("keep_session",              "login 204   204    204    204     204     204     204    204", post=True),
    row("usersessions_list",         "login 200   200    200    200     200     200     200    200"),
)  # fmt: skip

# Addresses that demand no login.
PUBLIC = {
    "health", "metrics", "submissions:check", "submissions:check_code", "account_login", "account_logout", "account_inactive", "account_reset_password",
    "accept_invitation", "confirm_email",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_authenticate", "mfa_login_webauthn", "units:public_notice",
    "submissions:personal_door", "submissions:personal", "submissions:personal_pages", "submissions:personal_add",
    "submissions:personal_change", "submissions:personal_image", "submissions:personal_submit", "submissions:personal_receipt",
}  # fmt: skip
