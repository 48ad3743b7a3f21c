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

/// Fonts, whose names bear their version: what has such a name never changes.
const FONTS: &str = "fonts/";

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
            // What the application starts with was packed when it was built.
            let packed = PACKED.iter().find_map(|(coding, ending)| {
                let packed = takes(&headers, coding).then(|| Web::get(&format!("{path}.{ending}"))).flatten()?;
                Some((*coding, packed))
            });
            let lasting = if path.starts_with(FONTS) { "public, max-age=31536000, immutable" } else { "no-cache" };
            let headers = [
                (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
                (header::CONTENT_SECURITY_POLICY, if path == WORKER { WORKER_POLICY } else { POLICY }.to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
                (header::REFERRER_POLICY, "no-referrer".to_owned()),
                (header::CACHE_CONTROL, lasting.to_owned()),
                (header::VARY, header::ACCEPT_ENCODING.to_string()),
                // Weak: it is also sent compressed.
                (header::ETAG, tag),
            ];
            if is_known {
                return (StatusCode::NOT_MODIFIED, headers).into_response();
            }
            match packed {
                Some((coding, packed)) => (headers, [(header::CONTENT_ENCODING, coding)], packed.data).into_response(),
                None => (headers, file.data).into_response(),
            }
        }
        None if path == "index.html" => {
            (StatusCode::SERVICE_UNAVAILABLE, "Giao diện chưa được dựng: chạy `cargo xtask demo`.\n").into_response()
        }
        None => super::problem::unknown_route().into_response(),
    }
}

/// How files were packed when the application was built, the smallest first, and what their names end in.
const PACKED: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// Whether whoever asks can read what is packed so (RFC 9110, section 12.5.3); of brotli browsers say so on safe connections
/// only.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let said = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    said.flat_map(|list| list.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn what_is_packed_is_sent_to_whoever_says_that_it_can_be_read() {
        let asked =
            |said: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(said))]);
        let brotli = |said| takes(&asked(said), "br");
        assert!(brotli("gzip, deflate, br, zstd") && brotli("BR;q=0.5") && brotli("br"));
        assert!(!brotli("gzip") && !brotli("br;q=0, gzip") && !brotli("brotli") && !takes(&HeaderMap::new(), "br"));
        assert!(takes(&asked("br;q=0, gzip"), "gzip") && !takes(&asked("br"), "gzip"));
    }
}
