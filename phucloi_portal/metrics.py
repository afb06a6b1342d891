"""The health figures in the text form that Prometheus reads.

Not here: the figures (`health.py`).
"""

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from phucloi_portal.health import Health

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


def as_prometheus_text(health: Health) -> bytes:
    """One gauge a figure: bytes, seconds, counts. What waits nowhere has age 0; a beat never seen has age -1."""
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: float) -> None:
        Gauge(name, meaning, registry=registry).set(value)

    gauge("portal_disk_free_bytes", "Free bytes where the data lie.", health.disk_free)
    gauge("portal_disk_total_bytes", "Size of that file system.", health.disk_total)
    gauge("portal_vault_blobs", "Distinct contents in the store.", health.blobs)
    gauge("portal_vault_quarantined", "Contents found altered and set aside.", health.quarantined)
    gauge("portal_vault_missing", "Contents whose bytes a scrub did not find.", health.missing)
    gauge("portal_broker_messages", "Messages in the folder of the embedded broker.", health.rings)
    beat = (health.at - health.last_beat).total_seconds() if health.last_beat else -1
    gauge("portal_beat_age_seconds", "Time since the last tick that a worker answered.", beat)
    gauge("portal_wards_without_plan", "Wards whose reminders of today are not planned in time.", health.unplanned)
    wrong = health.recounted.faults if health.recounted else 0
    gauge("portal_counts_wrong", "Places in which the last recount found the counts kept ahead to differ.", wrong)
    gauge("portal_audit_faults", "Faults the last proof of the log found.", health.log.faults)
    proof = (health.at - health.log.at).total_seconds() if health.log.at else -1
    gauge("portal_audit_check_age_seconds", "Time since the last proof of the log; -1 before the first.", proof)
    oldest = Gauge("portal_oldest_waiting_seconds", "Age of the oldest waiting row.", ["work"], registry=registry)
    for name, age in health.waiting.items():
        oldest.labels(work=name).set(age or 0)
    return generate_latest(registry)
