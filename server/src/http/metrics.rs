//! Figures for whoever runs the service, in the text that Prometheus reads: requests, their time, reviews by how they
//! ended, reviews that wait. No text of a draft, a question or an address is in them.

use crate::telemetry;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// What a request is counted by: the route's pattern, never the address itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    state: String,
}

/// The figures of one process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    reviews: Family<Ended, Counter>,
    /// Reviews that run or wait, in every process of the store.
    pub open: Gauge,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("rasoat");
        let requests = Family::<Answered, Counter>::default();
        registry.register("requests", "Requests answered", requests.clone());
        // 2 ms to 33 s.
        let seconds =
            Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(exponential_buckets(0.002, 4.0, 8)));
        registry.register_with_unit("request_duration", "Time until an answer began", Unit::Seconds, seconds.clone());
        let reviews = Family::<Ended, Counter>::default();
        registry.register("reviews_ended", "Reviews by how they ended", reviews.clone());
        let open = Gauge::default();
        registry.register("reviews_open", "Reviews that run or wait", open.clone());
        Self { registry, requests, seconds, reviews, open }
    }

    /// A review ended here as `done`, `failed` or `cancelled`.
    pub fn ended(&self, state: &str) {
        self.reviews.get_or_create(&Ended { state: state.to_owned() }).inc();
    }

    /// The figures as OpenMetrics text.
    pub fn answer(&self) -> Response {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => {
                let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                ([(header::CONTENT_TYPE, kind)], text).into_response()
            }
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// Counts a request and the time until its answer began.
pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let route = pattern.unwrap_or("file").to_owned();
    // A method may be any word of whoever asks.
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    };
    // The trace it belongs to may be named.
    let trace = request.headers().get("traceparent").cloned();
    let (began, start) = (SystemTime::now(), Instant::now());
    let response = next.run(request).await;
    let seconds = start.elapsed().as_secs_f64();
    metrics.seconds.get_or_create(&Route { route: route.clone() }).observe(seconds);
    let status = response.status().as_u16();
    tracing::info!(%method, %route, status, milliseconds = seconds * 1000.0, "answered");
    telemetry::request(trace, &method, &route, status, began);
    metrics.requests.get_or_create(&Answered { method, route, status }).inc();
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() -> Result<(), std::fmt::Error> {
        let metrics = Metrics::new();
        metrics.open.set(3);
        metrics.ended("done");
        metrics.seconds.get_or_create(&Route { route: "/api/search".into() }).observe(0.01);
        let mut text = String::new();
        encode(&mut text, &metrics.registry)?;
        assert!(text.contains("rasoat_reviews_ended_total{state=\"done\"} 1"), "{text}");
        assert!(text.contains("rasoat_reviews_open 3"), "{text}");
        assert!(text.contains("rasoat_request_duration_seconds_count{route=\"/api/search\"} 1"), "{text}");
        Ok(())
    }
}
