//! The models a service runs with, and what is missing of them: it serves without, and says so.

use crate::failure::{Failure, Kind};
use crate::places::{JUDGE, Places, RERANKER};
use rasoat_api::ErrorBody;
use rasoat_api::messages::Message;
use rasoat_model::{BertEncoder, CrossEncoder, PairJudge};
use serde::Serialize;
use std::sync::Arc;

/// The models there are.
pub struct Loaded {
    /// Finds provisions by meaning.
    pub encoder: Option<Arc<BertEncoder>>,
    /// Reads again what was found.
    pub reranker: Option<CrossEncoder>,
    /// Reads a norm beside a provision.
    pub judge: Option<PairJudge>,
    /// What there is not.
    pub missing: Vec<Missing>,
}

/// A model that is missing.
#[derive(Debug, Clone, Serialize)]
pub struct Missing {
    /// Which one: `encoder`, `cross_encoder` or `judge`.
    pub model: &'static str,
    /// Why, and what to do.
    #[serde(flatten)]
    pub error: ErrorBody,
}

impl Loaded {
    /// Loads what can be loaded; the rest is said in the log, too.
    pub fn of(places: &Places) -> Self {
        let mut missing = Vec::new();
        let mut miss = |model, failure: Failure, without: &str| {
            tracing::warn!(model, %failure, "{without}");
            missing.push(Missing { model, error: failure.body() });
        };
        let encoder = match places.load_encoder() {
            Ok(encoder) => Some(Arc::new(encoder)),
            Err(failure) => {
                miss("encoder", failure, "reviews compare by words only");
                None
            }
        };
        let reranker = places.load_reranker().and_then(|found| found.ok_or_else(|| absent(places, RERANKER)));
        let reranker = reranker.map_err(|failure| miss("cross_encoder", failure, "what is found is not read again"));
        let judge = places.load_judge().and_then(|found| found.ok_or_else(|| absent(places, JUDGE)));
        let judge = judge.map_err(|failure| miss("judge", failure, "reviews compare values only"));
        Self { encoder, reranker: reranker.ok(), judge: judge.ok(), missing }
    }
}

fn absent(places: &Places, name: &str) -> Failure {
    let file = places.encoder().join(name).display().to_string();
    Failure::new(Kind::Missing, "model.missing", Message::ModelAbsent, Message::RunSetup, &[("file", &file)])
}
