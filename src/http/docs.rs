//! The OpenAPI document, and the docs page that shows it: Swagger UI, compiled in, so that it works with no
//! outside network.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, serve};

use super::App;
use super::error::{Error, Result};
use super::path::Path;

/// `/openapi.json`, `/docs` and the files behind it.
pub fn routes(document: &OpenApi) -> Router<App> {
    // Written once: as a tree it takes a hundred times the memory of its text.
    let text = document.to_json().map(Bytes::from);
    let text = text.map_err(|error| error.to_string());
    let config = Config::new(["/openapi.json"])
        .try_it_out_enabled(true)
        .default_models_expand_depth(0);
    let config = Arc::new(config);
    let page = {
        let config = config.clone();
        get(|| async move { file("", config) })
    };
    Router::new()
        .route("/openapi.json", get(|| async move { json(text) }))
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", page)
        .route(
            "/docs/{*file}",
            get(
                |State(_): State<App>, Path(name): Path<String>| async move { file(&name, config) },
            ),
        )
}

fn json(text: std::result::Result<Bytes, String>) -> Result<Response> {
    let text = text.map_err(Error::Broken)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

fn file(name: &str, config: Arc<Config<'static>>) -> Result<Response> {
    let found = serve(name, config).map_err(|error| Error::Broken(error.to_string()))?;
    let file = found.ok_or(Error::NotFound)?;
    let bytes = file.bytes.into_owned();
    Ok(([(header::CONTENT_TYPE, file.content_type)], bytes).into_response())
}
