//! The OpenAPI document tells the truth: every answer in every test is held against it.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::world::Answer;

/// The document of this program.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(hearth::http::document()).unwrap());

/// What is documented of an answer.
struct Documented {
    /// None where it has no body.
    body: Option<Validator>,
    /// By name, whether it is always there.
    headers: HashMap<String, bool>,
}

/// What is documented for each operation and status.
static ANSWERS: LazyLock<HashMap<(String, String, String), Documented>> = LazyLock::new(|| {
    let mut answers = HashMap::new();
    for (path, method, operation) in operations() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let key = (path.clone(), method.clone(), status.clone());
            let documented = Documented {
                body: validator(response),
                headers: headers(response),
            };
            answers.insert(key, documented);
        }
    }
    answers
});

/// Method and path of every operation: looked at for every answer, so cut out once.
static TEMPLATES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let all = operations().into_iter();
    all.map(|(path, method, _)| (method, path)).collect()
});

/// Every operation of the document: path, method and what is said of it.
pub fn operations() -> Vec<(String, String, Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let operations = item.as_object().unwrap().clone();
        operations
            .into_iter()
            .filter(|(_, operation)| operation["responses"].is_object())
            .map(|(method, operation)| (path.clone(), method, operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// What a schema comes down to: what it refers to, and what it is when it is not `null`.
pub fn resolve(schema: &Value) -> &Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return resolve(DOCUMENT.pointer(pointer).unwrap());
    }
    let either = schema["oneOf"].as_array().into_iter().flatten();
    let (nulls, others): (Vec<_>, Vec<_>) = either.partition(|one| one["type"] == "null");
    match (nulls.len(), others.as_slice()) {
        (1, [other]) => resolve(other),
        _ => schema,
    }
}

fn headers(response: &Value) -> HashMap<String, bool> {
    let always = |name: &str| DOCUMENT["components"]["headers"][name]["required"] == true;
    let named = response["headers"].as_object().into_iter().flatten();
    named
        .map(|(name, _)| (name.clone(), always(name)))
        .collect()
}

fn validator(response: &Value) -> Option<Validator> {
    let content = response["content"].as_object()?;
    let mut schema = content.values().next()?["schema"].clone();
    // References point into the whole document, so its components come along.
    schema["components"] = DOCUMENT["components"].clone();
    Some(jsonschema::validator_for(&schema).unwrap())
}

/// Panics when an answer is not as documented. What is no documented route is nobody's answer.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let Some(template) = template_of(method, path) else {
        return;
    };
    let key = (
        template,
        method.to_owned(),
        answer.status.as_str().to_owned(),
    );
    let documented = ANSWERS.get(&key);
    let documented = documented.unwrap_or_else(|| panic!("undocumented: {}", answer.told()));
    let known = DOCUMENT["components"]["headers"].as_object().unwrap();
    for name in known.keys() {
        match (documented.headers.get(name), answer.header(name)) {
            (Some(true), None) => panic!("no {name}: {}", answer.told()),
            (None, Some(_)) => panic!("{name} is undocumented: {}", answer.told()),
            _ => {}
        }
    }
    match &documented.body {
        None => assert!(
            answer.body.is_empty(),
            "no body documented: {}",
            answer.told()
        ),
        Some(schema) => {
            if !is_new(&key, &answer.body) {
                return;
            }
            let body = match answer.is_json() {
                true => answer.value(),
                false => String::from_utf8(answer.body.clone()).unwrap().into(),
            };
            if let Err(error) = schema.validate(&body) {
                panic!("not as documented ({error}): {}", answer.told());
            }
        }
    }
}

/// Whether such an answer was not looked at before: in long random tests most were.
fn is_new(key: &(String, String, String), body: &[u8]) -> bool {
    static LOOKED_AT: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);
    let mut hasher = DefaultHasher::new();
    (key, body).hash(&mut hasher);
    LOOKED_AT.lock().unwrap().insert(hasher.finish())
}

/// The documented path that this one is an instance of.
fn template_of(method: &str, path: &str) -> Option<String> {
    let fits = |template: &str| {
        let (wanted, given) = (template.split('/'), path.split('/'));
        wanted.clone().count() == given.clone().count()
            && wanted
                .zip(given)
                .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
    };
    TEMPLATES
        .iter()
        .find(|(known, template)| known == method && fits(template))
        .map(|(_, template)| template.clone())
}

/// A generated client needs every operation to have an id, a tag, a summary, and typed parameters.
#[test]
fn every_operation_is_described_whole() {
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for (path, method, operation) in operations() {
        let place = format!("{method} {path}");
        assert!(
            ids.insert(operation["operationId"].to_string()),
            "{place} shares its id"
        );
        assert!(operation["summary"].is_string(), "{place} has no summary");
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{place}"
        );
        for parameter in operation["parameters"].as_array().unwrap_or(&Vec::new()) {
            assert!(parameter["schema"].is_object(), "{place}: {parameter}");
        }
        let placeholders = path.matches('{').count();
        let named = operation["parameters"].as_array().map_or(0, |all| {
            all.iter().filter(|one| one["in"] == "path").count()
        });
        assert_eq!(placeholders, named, "{place}");
    }
}

/// Every reference in the document leads somewhere.
#[test]
fn no_reference_dangles() {
    fn walk(value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let pointer = reference.trim_start_matches('#');
                    assert!(DOCUMENT.pointer(pointer).is_some(), "{reference} dangles");
                }
                fields.values().for_each(walk);
            }
            Value::Array(items) => items.iter().for_each(walk),
            _ => {}
        }
    }
    walk(&DOCUMENT);
    assert_ne!(DOCUMENT["paths"], json!({}));
}
