//! What came back, and what a test expects of it.

use axum::body::to_bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use crate::world::text;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// What `X-Request-Id` said.
    pub id: String,
    pub body: Vec<u8>,
    pub asked: String,
}

impl Answer {
    /// Reads what answers this.
    pub async fn read(asked: String, response: Response) -> Answer {
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            id: String::new(),
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
            asked,
        }
    }

    /// Every answer has an id of its own. All else can be compared, so it stands apart.
    pub fn without_id(mut self) -> Answer {
        let id = self.headers.remove("x-request-id");
        let id = id.unwrap_or_else(|| panic!("no id: {}", self.told()));
        self.id = id.to_str().unwrap().to_owned();
        self
    }

    /// The JSON of an answer with this status.
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.told());
        self.value()
    }

    /// Nothing, with 204.
    pub fn empty(&self) {
        assert_eq!(self.status.as_u16(), 204, "{}", self.told());
        assert!(self.body.is_empty());
    }

    /// A problem with this status and code; answers the pointers to what is wrong.
    pub fn problem(&self, status: u16, code: &str) -> Vec<String> {
        assert_eq!(self.status.as_u16(), status, "{}", self.told());
        let problem = self.value();
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(problem["code"], code, "{}", self.told());
        assert_eq!(problem["status"], status);
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| text(&error["pointer"])).collect()
    }

    /// A page for people which says that a link has had its time.
    pub fn is_dead(&self) {
        assert_eq!(self.status.as_u16(), 404, "{}", self.told());
        self.is_a_page_that_says("its time is over");
    }

    /// A page for people, not a document for programs.
    pub fn is_a_page_that_says(&self, words: &str) {
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "text/html; charset=utf-8"
        );
        assert!(self.headers.contains_key(header::CONTENT_SECURITY_POLICY));
        let page = String::from_utf8(self.body.clone()).unwrap();
        assert!(page.contains(words), "{page}");
    }

    /// A header, as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Whether its body is JSON, of any kind.
    pub fn is_json(&self) -> bool {
        let kind = self.header("content-type");
        kind.is_some_and(|kind| kind.ends_with("json"))
    }

    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.told()))
    }

    pub fn told(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        format!("{} answered {}: {body}", self.asked, self.status)
    }
}
