"""The log, the head of its chain with its one row, and the triggers that refuse changes."""

from django.db import migrations, models

import audit.triggers


def start_chain(apps, schema_editor):
    """Create the head row; appending starts from it."""
    apps.get_model("audit", "AuditHead").objects.get_or_create(pk=1)


def install_triggers(apps, schema_editor):
    audit.triggers.install(schema_editor.connection)


def remove_triggers(apps, schema_editor):
    audit.triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("seq", models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name="số thứ tự")),
                (
                    "at",
                    models.DateTimeField(help_text="Instant of the act, as the verb saw it.", verbose_name="thời điểm"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        help_text="The server's clock when the row was written.", verbose_name="ghi lúc"
                    ),
                ),
                ("action", models.CharField(max_length=64, verbose_name="hành động")),
                (
                    "result",
                    models.CharField(
                        choices=[("ok", "Thành công"), ("refused", "Bị từ chối"), ("failed", "Lỗi")],
                        max_length=16,
                        verbose_name="kết quả",
                    ),
                ),
                ("actor_id", models.CharField(blank=True, max_length=64, verbose_name="mã người thực hiện")),
                ("actor_label", models.CharField(blank=True, max_length=200, verbose_name="người thực hiện")),
                ("obj_type", models.CharField(blank=True, max_length=100, verbose_name="loại đối tượng")),
                ("obj_id", models.CharField(blank=True, max_length=64, verbose_name="mã đối tượng")),
                ("obj_label", models.CharField(blank=True, max_length=300, verbose_name="đối tượng")),
                ("ward_id", models.BigIntegerField(blank=True, null=True, verbose_name="đảng bộ phường")),
                (
                    "detail",
                    models.TextField(
                        default="{}",
                        help_text="Canonical JSON: text, so that its hash is stable.",
                        verbose_name="chi tiết",
                    ),
                ),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="mã yêu cầu")),
                ("ip", models.CharField(blank=True, max_length=45, verbose_name="địa chỉ")),
                ("previous_hash", models.CharField(max_length=64, verbose_name="mã băm trước")),
                ("entry_hash", models.CharField(max_length=64, unique=True, verbose_name="mã băm")),
            ],
            options={
                "verbose_name": "dòng nhật ký",
                "verbose_name_plural": "nhật ký",
                "ordering": ["-seq"],
                "indexes": [
                    models.Index(fields=["obj_type", "obj_id", "seq"], name="audit_by_object"),
                    models.Index(fields=["ward_id", "-seq"], name="audit_by_ward"),
                    models.Index(fields=["actor_id", "-seq"], name="audit_by_actor"),
                    models.Index(fields=["action", "-seq"], name="audit_by_action"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField(default=0, verbose_name="số thứ tự cuối")),
                (
                    "entry_hash",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                        verbose_name="mã băm cuối",
                    ),
                ),
            ],
            options={
                "verbose_name": "đầu chuỗi nhật ký",
                "verbose_name_plural": "đầu chuỗi nhật ký",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="audit_one_head")],
            },
        ),
        migrations.RunPython(start_chain, migrations.RunPython.noop),
        migrations.RunPython(install_triggers, remove_triggers),
    ]
