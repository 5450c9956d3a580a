# Two stages: the first installs, the second holds only what runs. Build: `docker build -t devrequest .`
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements-uv.txt ./
# The environment is made where it will stand, since scripts in it name their interpreter by its path.
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && python -m venv --without-pip /opt/devrequest
COPY requirements.txt ./
RUN uv pip install --no-cache --compile-bytecode --python /opt/devrequest/bin/python --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY adapters ./adapters
COPY sandbox ./sandbox
COPY templates ./templates
RUN uv pip install --no-cache --compile-bytecode --python /opt/devrequest/bin/python --no-deps .

FROM python:3.11-slim-bookworm
COPY --from=build /opt/devrequest /opt/devrequest
# A numeric user, so that Kubernetes can check `runAsNonRoot` without a look into the image.
RUN mkdir -p /data && chown 10001:10001 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV PATH=/opt/devrequest/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/devrequest.sqlite \
    DEVREQUEST_CONFIG=/config/devrequest.yaml
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '3000') + '/healthz', timeout=2)"]
ENTRYPOINT ["devrequest"]
CMD ["run"]
