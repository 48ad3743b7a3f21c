//! The web application, embedded at compile time.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

#[derive(rust_embed::RustEmbed)]
#[folder = "../target/web"]
#[allow_missing = true]
struct Web;

/// Nothing is loaded from anywhere else, no form is sent but by a script, and the page may not be framed.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The worker that holds private drafts may run what it came with and reach nothing: the browser refuses it every connection,
/// every further script, whose address could carry a draft's words, and every worker of its own. What it came with, its
/// static imports, was fetched under its page's policy.
const WORKER: &str = "private/worker.js";
const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'none'";

/// Whether the front end was there when the program was built.
pub fn is_built() -> bool {
    Web::get("index.html").is_some()
}

/// A file of the application; `/` is its page.
pub async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match Web::get(path) {
        Some(file) => {
            let tag = file.metadata.sha256_hash().iter().take(8).map(|b| format!("{b:02x}")).collect::<String>();
            let tag = format!("W/\"{tag}\"");
            let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
            let is_known = known.is_some_and(|list| list.split(',').any(|one| one.trim() == tag));
            let headers = [
                (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
                (header::CONTENT_SECURITY_POLICY, if path == WORKER { WORKER_POLICY } else { POLICY }.to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
                (header::REFERRER_POLICY, "no-referrer".to_owned()),
                (header::CACHE_CONTROL, "no-cache".to_owned()),
                // Weak: it is also sent compressed.
                (header::ETAG, tag),
            ];
            if is_known {
                return (StatusCode::NOT_MODIFIED, headers).into_response();
            }
            (headers, file.data).into_response()
        }
        None if path == "index.html" => {
            (StatusCode::SERVICE_UNAVAILABLE, "Giao diện chưa được dựng: chạy `cargo xtask demo`.\n").into_response()
        }
        None => super::problem::unknown_route().into_response(),
    }
}
