#!/usr/bin/env python3
"""Terminal door of the portal: `python manage.py NAME`.

Not here: the commands themselves, they live in `<app>/management/commands/`.
"""

import os
import sys


def main() -> None:
    """Run one management command with the portal's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (settings first)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
