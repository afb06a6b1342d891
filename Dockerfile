# One image for web, worker, beat and migrate; which one it is, the command says (docker-compose.yml).
# Nothing is fetched at run time, nothing runs as root, the file system may be read-only.

FROM node:24-bookworm-slim AS assets
WORKDIR /opt/portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    tesseract-ocr tesseract-ocr-vie \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install --directory --owner portal --group portal --mode 0700 /var/lib/portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_DATA_DIR=/var/lib/portal \
    PORTAL_STATIC_DIR=/opt/portal/static-collected \
    PORTAL_FONT_DIR=/opt/portal/fonts
WORKDIR /opt/portal
COPY --from=packages /opt/venv /opt/venv
COPY --from=assets /opt/portal/node_modules node_modules
COPY . .
# The secret is good for collecting files only; the running portal refuses to start without its own.
RUN PORTAL_DATA_DIR=/tmp/build PORTAL_PROFILE=embedded SECRET_KEY=only-for-the-image-build \
    python manage.py prepare --assets \
 && rm -rf /tmp/build \
 && python -m compileall -q .
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
CMD ["gunicorn", "phucloi_portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "phucloi_portal.web_worker.WebWorker", "--workers", "2", "--threads", "16", "--timeout", "60", "--graceful-timeout", "12", "--keep-alive", "5", "--max-requests", "5000", "--max-requests-jitter", "500", "--log-level", "warning", "--no-control-socket"]
