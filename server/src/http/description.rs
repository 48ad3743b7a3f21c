//! The OpenAPI 3.1 description of every route, made from the handlers, with what all of them share added once: problems are
//! `application/problem+json` (RFC 9457), and any request may be unwelcome, too many, or come while the store is away.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

/// Completes a description.
pub fn complete(description: &OpenApi) -> Result<Value, serde_json::Error> {
    let mut whole = serde_json::to_value(description)?;
    let paths = whole.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let has_body = operation.get("requestBody").is_some();
            if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
                told_as_problems(responses);
                add_shared(responses, has_body);
            }
        }
    }
    Ok(whole)
}

/// Errors are problem documents.
fn told_as_problems(responses: &mut Map<String, Value>) {
    for (status, response) in responses {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        if status.as_str() >= "400"
            && let Some(content) = content
            && let Some(body) = content.remove("application/json")
        {
            content.insert("application/problem+json".to_owned(), body);
        }
    }
}

fn add_shared(responses: &mut Map<String, Value>, has_body: bool) {
    let mut shared = vec![
        ("400", "the request is wrong"),
        ("401", "the token or the session is none"),
        ("403", "whoever asks may not do this, or from where"),
        ("429", "too often: come again after `Retry-After`"),
        ("500", "a fault of the service"),
        ("503", "the store or a model is away"),
    ];
    if has_body {
        shared.extend([("413", "the body is too large"), ("422", "what is sent cannot be used")]);
    }
    for (status, description) in shared {
        let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/ErrorDocument"}}});
        responses.entry(status).or_insert_with(|| json!({"description": description, "content": content}));
    }
}
