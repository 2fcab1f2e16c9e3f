//! The headers that answers carry in general, for the OpenAPI document. Handlers tell of none.

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Components, Schema, Type};
use utoipa::openapi::{HeaderBuilder, ObjectBuilder, Ref, RefOr};

/// A header, and which answers carry it.
struct Told {
    name: &'static str,
    about: &'static str,
    kind: Type,
    /// Whether those answers never lack it.
    always: bool,
    on: fn(&Answer) -> bool,
}

/// An answer of the document.
struct Answer<'a> {
    path: &'a str,
    method: &'a str,
    status: &'a str,
    /// The names of the parameters that its request takes.
    takes: &'a [String],
}

impl Answer<'_> {
    fn is(&self, statuses: &[&str]) -> bool {
        statuses.contains(&self.status)
    }

    fn takes(&self, parameter: &str) -> bool {
        self.takes.iter().any(|taken| taken == parameter)
    }
}

const TOLD: [Told; 8] = [
    Told {
        name: "X-Request-Id",
        about: "The request's own `X-Request-Id` of 1 to 128 visible ASCII characters, or a new id. The operator \
                finds the request in the log by it.",
        kind: Type::String,
        always: true,
        on: |_| true,
    },
    Told {
        name: "WWW-Authenticate",
        about: "`Bearer`",
        kind: Type::String,
        always: true,
        on: |answer| answer.is(&["401"]),
    },
    Told {
        name: "ETag",
        about: "A digest of exactly what you hold. Every answer to a GET has one.",
        kind: Type::String,
        always: true,
        on: |answer| answer.method == "get" && answer.is(&["200", "304"]),
    },
    Told {
        name: "Link",
        about: "Where the next page is, as `<…>; rel=\"next\"` (RFC 8288). The last page has none.",
        kind: Type::String,
        always: false,
        on: |answer| answer.takes("cursor") && answer.is(&["200"]),
    },
    Told {
        name: "Retry-After",
        about: "How many seconds to wait.",
        kind: Type::Integer,
        always: true,
        on: |answer| answer.is(&["429", "503"]),
    },
    Told {
        name: "RateLimit",
        about: "What is left of your budget, as `\"account\";r=599;t=1`: so many requests, and whole again in so \
                many seconds. Not there where nothing was counted.",
        kind: Type::String,
        always: false,
        on: is_counted,
    },
    Told {
        name: "RateLimit-Policy",
        about: "Which budget that is, as `\"account\";q=600;w=60`: so many requests in so many seconds.",
        kind: Type::String,
        always: false,
        on: is_counted,
    },
    Told {
        name: "Idempotency-Replayed",
        about: "`true` on an answer that was given before to the same `Idempotency-Key`.",
        kind: Type::String,
        always: false,
        on: |answer| answer.takes("Idempotency-Key") && answer.status.starts_with('2'),
    },
];

/// Nothing is counted before the body is there.
fn is_counted(answer: &Answer) -> bool {
    answer.path.starts_with("/v1/") && !answer.is(&["408", "413"])
}

impl Told {
    fn header(&self) -> Header {
        let number = matches!(self.kind, Type::Integer);
        let schema = ObjectBuilder::new()
            .schema_type(self.kind.clone())
            .minimum(number.then_some(1));
        let mut header = HeaderBuilder::new()
            .schema(Some(Schema::Object(schema.build())))
            .description(Some(self.about))
            .build();
        // The builder knows no `required`, which OpenAPI does.
        header.extensions = self
            .always
            .then(|| Extensions::from_iter([("required", true)]));
        header
    }
}

/// Describes every header once.
pub fn define(components: &mut Components) {
    for told in TOLD {
        let header = told.header().into();
        components.headers.insert(told.name.to_owned(), header);
    }
}

/// Lets every answer of an operation tell which of them it carries.
pub fn describe(path: &str, method: &str, operation: &mut Operation) {
    let takes: Vec<String> = operation
        .parameters
        .iter()
        .flatten()
        .filter_map(name)
        .collect();
    for (status, response) in &mut operation.responses.responses {
        let answer = Answer {
            path,
            method,
            status,
            takes: &takes,
        };
        for told in TOLD {
            if let RefOr::T(response) = response
                && (told.on)(&answer)
            {
                let place = Ref::new(format!("#/components/headers/{}", told.name));
                response
                    .headers
                    .insert(told.name.to_owned(), RefOr::Ref(place));
            }
        }
    }
}

fn name(parameter: &RefOr<utoipa::openapi::path::Parameter>) -> Option<String> {
    match parameter {
        RefOr::T(parameter) => Some(parameter.name.clone()),
        RefOr::Ref(_) => None,
    }
}
