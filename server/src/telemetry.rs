//! Traces for whoever runs the service: requests, and reviews with their stages, sent to an OpenTelemetry collector
//! (OTLP over HTTP) where the configuration names one, and to nobody otherwise.
//!
//! Hard because a trace must help and tell nothing: what may be in a span is what the functions here take, which is a
//! route's pattern, a status, a stage, counts. No text, name, path or query has a way in; the log's spans are not traced.

use crate::configuration::Telemetry;
use crate::failure::{Failure, Result};
use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use rasoat_api::Stage;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// The name under which spans are made.
const SCOPE: &str = "rasoat";
/// So long a collector may take; the service never waits for it but at its end.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most stages of one review: its blocks take turns.
const STAGES: usize = 200;

/// The traces of this process; what is left of them is sent when this is dropped.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Starts them where a collector is named.
    ///
    /// # Errors
    /// When its address cannot be read.
    pub fn start(configured: &Telemetry) -> Result<Self> {
        let Some(address) = &configured.otlp else { return Ok(Self(None)) };
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector { agent: agent.new_agent(), silent: AtomicBool::new(false) })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", address.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .map_err(Failure::internal)?;
        let about = Resource::builder()
            .with_service_name("rasoat")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(about).build();
        global::set_tracer_provider(provider.clone());
        Ok(Self(Some(provider)))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(provider) = &self.0
            && let Err(error) = provider.shutdown_with_timeout(PATIENCE)
        {
            tracing::debug!(%error, "the last traces could not be sent");
        }
    }
}

/// Sends spans.
#[derive(Debug)]
struct Collector {
    agent: ureq::Agent,
    /// Whether it did not take the last ones; told once.
    silent: AtomicBool,
}

#[async_trait]
impl HttpClient for Collector {
    /// Blocks: spans are sent by a thread of their own.
    async fn send_bytes(&self, request: Request<Bytes>) -> std::result::Result<Response<Bytes>, HttpError> {
        let answered = self.agent.run(request.map(|body| body.to_vec())).and_then(|mut answer| {
            let body = answer.body_mut().read_to_vec()?;
            Ok(answer.map(|_| Bytes::from(body)))
        });
        let taken = answered.as_ref().is_ok_and(|answer| answer.status().is_success());
        if self.silent.swap(!taken, Ordering::SeqCst) == taken {
            match &answered {
                Ok(answer) if taken => tracing::warn!(status = answer.status().as_u16(), "the collector takes traces"),
                Ok(answer) => tracing::warn!(status = answer.status().as_u16(), "the collector refuses traces"),
                Err(error) => tracing::warn!(%error, "the collector of traces cannot be reached"),
            }
        }
        Ok(answered?)
    }
}

/// A request that was answered: by its method and the pattern of its route. `trace` names the one it belongs to
/// (`traceparent`, W3C Trace Context).
pub fn request(trace: Option<HeaderValue>, method: &str, route: &str, status: u16, began: SystemTime) {
    let named: HeaderMap = trace.map(|trace| (HeaderName::from_static("traceparent"), trace)).into_iter().collect();
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(&named));
    let tracer = global::tracer(SCOPE);
    let mut span = tracer
        .span_builder(format!("{method} {route}"))
        .with_kind(SpanKind::Server)
        .with_start_time(began)
        .with_attributes([
            KeyValue::new("http.request.method", method.to_owned()),
            KeyValue::new("http.route", route.to_owned()),
            KeyValue::new("http.response.status_code", i64::from(status)),
        ])
        .start_with_context(&tracer, &parent);
    if status >= 500 {
        span.set_status(Status::error(""));
    }
    span.end();
}

/// A review that runs, with the stages it went through.
pub struct ReviewTrace {
    around: Context,
    stage: Option<(Stage, SystemTime)>,
    stages: usize,
}

impl ReviewTrace {
    /// It begins.
    pub fn begin() -> Self {
        let tracer = global::tracer(SCOPE);
        let span = tracer.span_builder("review").start_with_context(&tracer, &Context::new());
        Self { around: Context::new().with_span(span), stage: None, stages: 0 }
    }

    /// It is in a stage; the one before is over.
    pub fn stage(&mut self, stage: Stage) {
        if self.stage.is_some_and(|(last, _)| last == stage) {
            return;
        }
        self.close();
        self.stage = Some((stage, SystemTime::now()));
    }

    /// How it ended: `done`, `failed`, `cancelled` or `stopped`, with how many findings.
    pub fn end(mut self, state: &'static str, findings: usize) {
        self.close();
        let span = self.around.span();
        span.set_attribute(KeyValue::new("rasoat.review.state", state));
        span.set_attribute(KeyValue::new("rasoat.review.findings", i64::try_from(findings).unwrap_or(i64::MAX)));
        if state == "failed" {
            span.set_status(Status::error(""));
        }
        span.end();
    }

    fn close(&mut self) {
        let Some((stage, began)) = self.stage.take() else { return };
        self.stages += 1;
        if self.stages <= STAGES {
            let name = match stage {
                Stage::Queued => "queued",
                Stage::Parse => "parse",
                Stage::TextChecks => "text checks",
                Stage::Retrieve => "retrieve",
                Stage::Judge => "judge",
                Stage::Done => "done",
            };
            let tracer = global::tracer(SCOPE);
            tracer.span_builder(name).with_start_time(began).start_with_context(&tracer, &self.around).end();
        }
    }
}
