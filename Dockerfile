# Chorale as a container: one binary on Debian's slim image, not root.
# Written to be simple because it is not built in CI: no container engine is at hand there. Build it with
#   docker build -t chorale .
# and run it behind a proxy that speaks TLS (plain http is refused on anything but loopback):
#   docker run -v chorale:/data -p 127.0.0.1:3000:3000 \
#     -e CHORALE_PUBLIC_URL=https://chorale.example -e CHORALE_TRUSTED_PROXIES=172.16.0.0/12 chorale

FROM rust:1.95.0-bookworm AS build
WORKDIR /src
COPY rust-toolchain.toml ./
RUN rustup target add wasm32-unknown-unknown
COPY . .
# the browser's files first: the server embeds them
RUN cargo run --locked -p chorale-assets && cargo build --locked --release -p chorale-server

FROM debian:bookworm-slim
# certificates: GEO, S3 and PostgreSQL over TLS; pg_dump and pg_restore: `chorale backup` of a PostgreSQL deployment
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /data chorale
COPY --from=build /src/target/release/chorale /usr/local/bin/chorale
USER 10001
VOLUME /data
ENV CHORALE_DATA_DIR=/data CHORALE_LISTEN=0.0.0.0:3000
EXPOSE 3000
# bash speaks TCP itself, so the image needs no curl
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["chorale"]
CMD ["serve"]
