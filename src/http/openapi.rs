//! The OpenAPI 3.1 document: what the handlers say of themselves, and what holds for all of them.

use std::collections::BTreeMap;

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ArrayItems, Components, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, Response,
    ResponseBuilder,
};

use super::{headers, schema, shape};

/// The first part of `api.md`, so that the docs page alone is enough to start.
const TEN_MINUTES: &str = include_str!("../../api.md");

/// Title, description and tags; the operations come from the handlers.
pub fn frame() -> OpenApi {
    let description = TEN_MINUTES
        .split_once("<!-- end of the ten minutes -->")
        .map_or(TEN_MINUTES, |(start, _)| start);
    let tags = [
        ("account", "Signing up and in, and one's own account."),
        (
            "couple",
            "Two people: founding, inviting, confirming, leaving.",
        ),
        (
            "practices",
            "What nourishes two people, and ideas to begin with.",
        ),
        ("rituals", "What you agree to do, and how it goes."),
        ("logs", "What was done, for which date."),
        ("rests", "Holiday, illness, a hard week."),
        (
            "prompts",
            "A question a day, answered alone and revealed together.",
        ),
        (
            "checkups",
            "How have the two of us been? Each answers alone, and shares what they choose.",
        ),
        ("plans", "Something to look forward to."),
        ("appreciations", "Thank-yous, to reread on a hard day."),
        (
            "presence",
            "A while with the phones down, logged when it is over.",
        ),
        (
            "reminders",
            "At one's own times, and rarer when they do not help.",
        ),
        (
            "channels",
            "Where your reminders go: a mailbox, a phone, a program.",
        ),
        (
            "calendar",
            "Your reminders and plans, in the app that shows your days.",
        ),
        ("today", "Everything a home screen needs."),
        ("insights", "Looking back, gently."),
        ("operations", "For supervisors."),
    ];
    let tags = tags.map(|(name, about)| {
        TagBuilder::new()
            .name(name)
            .description(Some(about))
            .build()
    });
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Hearth")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(description))
                .build(),
        )
        .tags(Some(tags))
        .build()
}

/// Adds what holds for all operations of a kind.
pub fn finish(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.extend(schema::inner());
    entries_go_by_name(components);
    shape::either_own_or_an_idea(components);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token from signing up or in."))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    headers::define(components);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            let is_kept = operation.security.is_some() && !NOT_KEPT.contains(&path.as_str());
            match method {
                "get" => may_be_unchanged(operation),
                "post" if is_kept => may_be_repeated(operation),
                _ => {}
            }
            for (status, what) in common(path, method, operation) {
                let responses = &mut operation.responses.responses;
                responses
                    .entry(status.to_owned())
                    .or_insert_with(|| problem(what));
            }
            problems_are_problem_json(operation);
            bodies_are_objects(operation);
            if method == "patch" {
                merge_patch_is_taken(operation);
            }
            describe_success(operation);
            headers::describe(path, method, operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The problems that every operation of this kind can answer.
fn common(path: &str, method: &str, operation: &Operation) -> BTreeMap<&'static str, &'static str> {
    let mut problems = BTreeMap::from([("408", "`body_timeout`"), ("413", "`body_too_large`")]);
    let touches_database = !["/healthz", "/metrics"].contains(&path);
    let signed_in = operation.security.is_some();
    let has_body = operation.request_body.is_some();
    let takes_values = operation.parameters.as_ref().is_some_and(|parameters| {
        parameters.iter().any(|parameter| match parameter {
            RefOr::T(parameter) => {
                !["id", "file", "If-None-Match"].contains(&parameter.name.as_str())
            }
            RefOr::Ref(_) => true,
        })
    });
    if touches_database {
        problems.insert("500", "`internal`");
        problems.insert("503", "`busy` or `storage_failed`; see `Retry-After`");
    }
    if path.starts_with("/v1/") {
        problems.insert("429", "`too_many_requests`; see `Retry-After`");
    }
    if signed_in {
        problems.insert("401", "`unauthenticated`");
        problems.insert("403", "`missing_scope`");
    }
    let needs_no_couple = [
        "/v1/couple/leave",
        "/v1/invitations/accept",
        "/v1/practices",
    ];
    let of_oneself = path.starts_with("/v1/me") || path.starts_with("/v1/tokens");
    let founds = path == "/v1/couple" && method == "post";
    if signed_in && !of_oneself && !founds && !needs_no_couple.contains(&path) {
        problems.insert("404", "`not_found` or `no_couple`");
    }
    if has_body {
        problems.insert("400", "`malformed_json`");
        problems.insert("415", "`unsupported_media_type`");
    }
    if has_body || takes_values {
        problems.insert("422", "`invalid_request`, or a code that names the rule");
    }
    if method != "get" {
        problems.insert("507", "`storage_full`");
    }
    problems
}

fn problem(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
        .into()
}

/// POSTs whose answer is not kept: a secret is shown once, an export changes nothing and holds everything, and
/// finishing what is finished has no other effect anyway.
const NOT_KEPT: [&str; 5] = [
    "/v1/channels",
    "/v1/calendar",
    "/v1/couple/invitations",
    "/v1/me/export",
    "/v1/presence/{id}/finish",
];

/// A GET may find that the client holds the answer already.
fn may_be_unchanged(operation: &mut Operation) {
    let held = "The `ETag` of the answer you hold: 304 when it still holds";
    parameters(operation).push(header("If-None-Match", held, ObjectBuilder::new()));
    let unchanged = ResponseBuilder::new().description("What you hold still holds");
    let responses = &mut operation.responses.responses;
    responses.insert("304".to_owned(), unchanged.build().into());
}

/// A POST may be sent again.
fn may_be_repeated(operation: &mut Operation) {
    let key = "Any new text for a new request, the same when you send it again: it then has one effect \
               and gets the same answer, marked `Idempotency-Replayed: true`, for 24 hours";
    let visible = ObjectBuilder::new()
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    parameters(operation).push(header("Idempotency-Key", key, visible));
}

fn parameters(operation: &mut Operation) -> &mut Vec<RefOr<Parameter>> {
    operation.parameters.get_or_insert_default()
}

fn header(name: &str, description: &str, text: ObjectBuilder) -> RefOr<Parameter> {
    let text = text.schema_type(Type::String).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text))
        .build()
        .into()
}

/// A body that may be left out is described as "that or `null`", yet `null` is no body.
fn bodies_are_objects(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        if let RefOr::T(content) = content
            && let Some(RefOr::T(Schema::OneOf(either))) = &content.schema
        {
            let object = either.items.iter().find(|one| matches!(one, RefOr::Ref(_)));
            content.schema = object.cloned();
        }
    }
}

/// An entry of a page is what goes by its name elsewhere: clients then have one type for both.
fn entries_go_by_name(components: &mut Components) {
    for (name, page) in &mut components.schemas {
        if let (Some(entry), RefOr::T(Schema::Object(page))) = (name.strip_prefix("Page_"), page)
            && let Some(RefOr::T(Schema::Array(data))) = page.properties.get_mut("data")
        {
            data.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(entry).into()));
        }
    }
}

/// A PATCH takes its body as a merge patch too (RFC 7396).
fn merge_patch_is_taken(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && let Some(content) = body.content.get("application/json").cloned()
    {
        let merge_patch = "application/merge-patch+json".to_owned();
        body.content.insert(merge_patch, content);
    }
}

/// OpenAPI 3.1 asks for a description of every answer; where a handler gives none, its summary serves.
fn describe_success(operation: &mut Operation) {
    let summary = operation.summary.clone().unwrap_or_default();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = summary.clone();
        }
    }
}

/// The handlers' own problems were described as plain JSON: every body of a type is, by default.
fn problems_are_problem_json(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let is_problem = !status.starts_with('2');
        if let (true, RefOr::T(response)) = (is_problem, response)
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response
                .content
                .insert("application/problem+json".to_owned(), content);
        }
    }
}
