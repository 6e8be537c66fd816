# Chorale as a container: one binary on Debian's slim image, not root.
# Written to be simple because it is not built in CI: no container engine is at hand there. Build it with
#   docker build -t chorale .
# and run it behind a proxy that speaks TLS (plain http is refused on anything but loopback):
#   docker run -v chorale:/data -p 127.0.0.1:3000:3000 \
#     -e CHORALE_PUBLIC_URL=https://chorale.example -e CHORALE_TRUSTED_PROXIES=172.16.0.0/12 chorale

# Every manifest with an empty crate beside it: what the dependencies are built from. It is equal until a manifest
# changes, so the layer of the dependencies is too.
FROM rust:1.95.0-bookworm AS manifests
WORKDIR /src
COPY . .
RUN find . -name Cargo.toml | while read -r manifest; do \
      crate=/manifests/$(dirname "$manifest"); \
      mkdir -p "$crate" && cp "$manifest" "$crate/" || exit 1; \
      [ "$manifest" = ./Cargo.toml ] && continue; \
      mkdir -p "$crate/src" && touch "$crate/src/lib.rs" && echo 'fn main() {}' > "$crate/src/main.rs" || exit 1; \
    done \
 && find . -name '*.rs' \( -path '*/benches/*' -o -path '*/examples/*' \) | while read -r named; do \
      mkdir -p "/manifests/$(dirname "$named")" && echo 'fn main() {}' > "/manifests/$named" || exit 1; \
    done \
 && cp -r .cargo Cargo.lock rust-toolchain.toml /manifests/

FROM rust:1.95.0-bookworm AS build
WORKDIR /src
COPY --from=manifests /manifests/rust-toolchain.toml ./
RUN rustup target add wasm32-unknown-unknown
COPY --from=manifests /manifests ./
# as tools/assets builds the browser's part, in its own target folder; the empty crates go again
RUN cargo build --locked -p chorale-assets \
 && cargo build --locked -p chorale-frontend --lib --target wasm32-unknown-unknown --profile wasm \
      --target-dir target/frontend \
 && cargo build --locked --release -p chorale-server \
 && find . -name '*.rs' -not -path './target/*' -delete
COPY . .
# Cargo goes by times, and what was copied is older than the empty crates. The browser's files first: the server
# embeds them.
RUN find . -name '*.rs' -not -path './target/*' -exec touch {} + \
 && cargo run --locked -p chorale-assets \
 && cargo build --locked --release -p chorale-server

FROM debian:bookworm-slim
# Certificates: GEO, S3 and PostgreSQL over TLS. pg_dump and pg_restore, for `chorale backup` of a PostgreSQL deployment:
# Debian 12 has version 15, and pg_dump refuses a server newer than itself. For PostgreSQL 16 and later, install that
# version's client from apt.postgresql.org here instead.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-log-init --create-home --home-dir /data --shell /usr/sbin/nologin chorale
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
