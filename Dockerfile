# syntax=docker/dockerfile:1

# Buildhub as production runs it: one image for every process.
#
#   docker build -t buildhub .
#   docker run --rm buildhub                 the ingestion worker with its poller
#   docker run --rm buildhub api             or worker --no-poller, poller, migrate, setup, ...
#
# Settings come from the environment (docs/configuration.md). Node runs the TypeScript as it is, so only the page and the
# bundle of the workflows are built. No process needs a writable folder. There is no HEALTHCHECK, since each process has an address of
# its own: docker-compose.yml has one for each.

# For builds that can be repeated to the byte, add the digest after the tag: node:24.21.0-bookworm-slim@sha256:...
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages cannot be left out as a whole, since @swc/core has its compiler in one, which bundles the workflows.
# What goes: the Node of npm scripts, as the image has its own, and Temporal's native code for other platforms.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts \
    && rm -rf node_modules/node-linux-* node_modules/.bin/node \
    && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
         ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM ${NODE_IMAGE} AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY schema schema
COPY ui ui
RUN npm run build:ui

FROM ${NODE_IMAGE}
RUN groupadd --gid 10001 buildhub \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin buildhub
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY activities activities
COPY api api
COPY aws aws
COPY cli cli
COPY config config
COPY docs docs
COPY drizzle drizzle
COPY elasticsearch elasticsearch
COPY operations operations
COPY schema schema
COPY stack stack
COPY telemetry telemetry
COPY temporal temporal
COPY worker worker
COPY workflows workflows
COPY --from=page /app/ui/dist ui/dist
# The compiler unpacks its native code into a folder of its own, which the image does not need afterwards.
RUN SWC_NATIVE_BINDING_CACHE=/root/swc node worker/workflow-bundle.ts && rm -rf /root/swc

# Dockerflow's version.json, which config/version.ts reads: docker build --build-arg COMMIT="$(git rev-parse HEAD)" ...
ARG SOURCE=""
ARG VERSION=""
ARG COMMIT=""
ARG BUILD=""
RUN node -p 'JSON.stringify(Object.fromEntries(["source", "version", "commit", "build"].map((name) => [name, process.env[name.toUpperCase()]]).filter(([, value]) => value)))' > version.json

# A container's loopback address cannot be reached from outside of it.
ENV NODE_ENV=production \
    API_HOST=0.0.0.0 \
    WORKER_HTTP_HOST=0.0.0.0
EXPOSE 8000 9464
USER 10001:10001
ENTRYPOINT ["node", "/app/cli/main.ts"]
CMD ["worker"]
