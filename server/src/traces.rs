//! Traces: the spans of requests, jobs and database writes, sent as OTLP (protobuf over HTTP) to the collector in the
//! setting `otlp_endpoint`. Spans wait in a bounded queue for a thread of their own; when the collector is away or slow
//! they are dropped, and no request and no job ever waits for it. Start at [`Traces::start`].

use crate::web::RequestId;
use axum::extract::Request;
use chorale_model::Fault;
use http::StatusCode;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Status, TraceContextExt, TracerProvider};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::{Level, Metadata, Span, Subscriber, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::registry::LookupSpan;

/// How long the collector may take for one batch.
const EXPORT: Duration = Duration::from_secs(3);
/// How long the end of the process waits for what is still in the queue.
const LAST_EXPORT: Duration = Duration::from_secs(5);

/// The process's traces while they are on.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// `endpoint` is the collector's base address; `/v1/traces` is added.
    pub fn start(endpoint: &url::Url) -> Result<Traces, Fault> {
        let address = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
        chorale_platform::tls::prepare();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(&address)
            .with_timeout(EXPORT)
            .build()
            .map_err(|e| Fault::field("otlp_endpoint", format!("traces cannot be sent to {address}: {e}")))?;
        let service = Resource::builder()
            .with_service_name("chorale")
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Traces(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(service).build()))
    }

    /// What hears of spans; put it beside the log.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let ours = FilterFn::new(is_traced as fn(&Metadata<'_>) -> bool).with_max_level_hint(LevelFilter::DEBUG);
        tracing_opentelemetry::layer().with_tracer(self.0.tracer("chorale")).with_filter(ours)
    }

    /// Sends what is left. Blocks, for a few seconds at most.
    pub fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_EXPORT) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Our own spans, database writes (debug) included, and what is logged within them for people.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    let least = if metadata.is_span() { Level::DEBUG } else { Level::INFO };
    metadata.target().starts_with("chorale_") && *metadata.level() <= least
}

/// The span of a request, which goes on with the trace that its caller began (W3C `traceparent`).
pub fn request_span(request: &Request, id: &RequestId) -> Span {
    let (method, path) = (request.method(), request.uri().path());
    let span = tracing::info_span!("request", otel.kind = "server", request_id = %id.0, %method, path);
    if request.headers().contains_key("traceparent") {
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        if let Err(error) = span.set_parent(caller) {
            tracing::trace!(%error, "traces are off");
        }
    }
    span
}

/// What is known of a request when its answer begins; named by its route, so that equal requests stand together.
pub fn answered(span: &Span, method: &http::Method, route: &'static str, status: StatusCode) {
    span.context().span().update_name(format!("{method} {route}"));
    span.set_attribute("http.request.method", method.to_string());
    span.set_attribute("http.route", route);
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.set_status(Status::error(status.to_string()));
    }
}
