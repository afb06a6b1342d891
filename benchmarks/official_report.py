"""The official report of a campaign of 200 units as PDF, against bare WeasyPrint on the same page.

The product also reads the figures and the names from the database, writes the words, and sets the page; the floor lays
out the finished page. Annex 2 (a line a unit with subtotals) and the list of those who owe are in it.
Not here: Word and Excel, which together cost a tenth of the PDF.
"""

import gc
import time

from benchmarks.harness import Comparison, compare, fresh_database, peak_memory, start_django

TITLE = "official report, 200 units, PDF"
TARGET = 1.1
UNITS, MEMBERS = 200, 12
MISSING = 200  # names on the list of those who owe: what is left shortly after the last day


def run() -> Comparison:
    """Both on 2,400 essays and 400 duties of units."""
    folder = start_django()
    import weasyprint  # noqa: PLC0415 (after start_django)
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from directives.models import Directive, Obligation  # noqa: PLC0415
    from reports.font_building import build_fonts  # noqa: PLC0415
    from reports.format_profiles import profile_named  # noqa: PLC0415
    from reports.gathering import gather  # noqa: PLC0415
    from reports.narrative import compose  # noqa: PLC0415
    from reports.pdf import _fetcher, fonts_of, html_to_pdf  # noqa: PLC0415
    from reports.rendering import render_html  # noqa: PLC0415
    from tests.factories.campaigns import END, make_campaign  # noqa: PLC0415
    from units.models import Unit  # noqa: PLC0415

    # Its own fonts: a checkout has none before its assets are made.
    build_fonts(source=settings.NODE_MODULES_DIR / "@fontsource" / "tinos" / "files", target=folder / "fonts")
    settings.FONT_DIR = folder / "fonts"
    with fresh_database():
        with transaction.atomic():
            key = make_campaign(2026, units=UNITS, members=MEMBERS).directive.pk
            Unit.objects.update(closed_on=None)
            _settle_all_but(MISSING, Obligation, END)
        gc.collect()  # what the building left behind is not the report's memory
        profile, at = profile_named(""), END
        directive = Directive.objects.select_related("ward").get(pk=key)

        def page() -> str:
            return render_html(compose(gather(directive=directive, at=at), texts={}, profile=profile), profile)

        finished, fonts = page(), fonts_of(settings.FONT_DIR)

        def floor() -> bytes:
            return weasyprint.HTML(string=finished, base_url="about:blank", url_fetcher=_fetcher(fonts)).write_pdf()

        def product() -> bytes:
            return html_to_pdf(page(), font_dir=settings.FONT_DIR)

        # Before anything else is laid out here: a child counts every page of its parent as its own, the floor's too.
        peak = peak_memory(product)
        start = time.perf_counter()
        gather(directive=directive, at=at)
        gathering = time.perf_counter() - start
        found = compare(floor=floor, product=product, rounds=5)
        share = f"gathering {gathering * 1000:.0f} ms, {100 * gathering / found.product:.0f} % of it"
        return Comparison(**{**vars(found), "note": share, "peak": peak})


def _settle_all_but(missing, obligations, at) -> None:
    """Lets everybody hand in and be accepted but `missing` people, as shortly after the last day."""
    owing = obligations.objects.filter(first_submitted_at=None, member__isnull=False).exclude(state="WAIVED")
    done = list(owing.order_by("pk").values_list("pk", flat=True)[missing:])
    obligations.objects.filter(pk__in=done).update(
        state="ACCEPTED", first_submitted_at=at, submitted_at=at, decided_at=at
    )
