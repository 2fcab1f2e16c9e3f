//! `api.md` tells the truth: every example in it is sent, in order, to one world, and must be answered
//! as printed. `UPDATE_API_MD=1 cargo test --test it api_md` prints the answers anew.
//!
//! An example is a `sh` fence with one curl line and, right after it, an `http` fence with the answer. A
//! line such as `ADA=hearth_…   # .token of the answer above` sets a variable from the last answer. A fence
//! that begins with ```` ```http status streak.best ```` shows these fields, and `…` for all others.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::contract::{DOCUMENT, operations};
use crate::world::{Answer, World};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api.md");

/// How wide a printed answer may be before it is broken into lines.
const WIDTH: usize = 116;

fn api_md() -> String {
    std::fs::read_to_string(PATH).unwrap()
}

/// A piece of the page; a fence comes with the number of its first line.
#[derive(Debug)]
enum Piece {
    /// A line of prose, or of a fence without examples.
    Line(String),
    /// The lines of a `sh` fence.
    Shell(usize, Vec<String>),
    /// An `http` fence, with the fields it shows; what it should hold, the world tells.
    Http(usize, String),
}

/// Cuts the page into pieces; whatever could hide an example from the replay fails here.
fn cut(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        assert!(
            !line.trim_start().starts_with("curl "),
            "api.md:{number}: curl outside of a sh fence"
        );
        if !line.trim_start().starts_with("```") {
            pieces.push(Piece::Line(line.to_owned()));
            continue;
        }
        let mut inside = Vec::new();
        loop {
            let (line, _) = lines
                .next()
                .unwrap_or_else(|| panic!("api.md:{number}: the fence does not end"));
            if line == "```" {
                break;
            }
            inside.push(line.to_owned());
        }
        match line {
            "```sh" => pieces.push(Piece::Shell(number, inside)),
            "```console" | "```json" => {
                let hides = inside.iter().any(|line| line.contains("curl "));
                assert!(!hides, "api.md:{number}: curl outside of a sh fence");
                pieces.push(Piece::Line(line.to_owned()));
                pieces.extend(inside.into_iter().map(Piece::Line));
                pieces.push(Piece::Line("```".to_owned()));
            }
            other => match other.strip_prefix("```http") {
                Some(fields) => pieces.push(Piece::Http(number, fields.to_owned())),
                None => panic!("api.md:{number}: {other} is no fence of this page"),
            },
        }
    }
    pieces
}

/// What one example asked, and what it was answered.
struct Example {
    method: String,
    path: String,
    status: StatusCode,
}

/// One reader at a terminal, going through the page from top to bottom.
struct Reader {
    world: World,
    variables: HashMap<String, String>,
    last: Option<Answer>,
    examples: Vec<Example>,
    /// The page as it should be.
    page: String,
}

impl Reader {
    async fn read(page: &str) -> Reader {
        let mut reader = Reader {
            world: World::new().await,
            variables: HashMap::new(),
            last: None,
            examples: Vec::new(),
            page: String::new(),
        };
        let mut pieces = cut(page).into_iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Line(line) => reader.print(&line),
                Piece::Http(number, _) => panic!("api.md:{number}: an answer to nothing"),
                Piece::Shell(number, lines) => {
                    reader.print("```sh");
                    let asked = reader.type_in(number, &lines).await;
                    reader.print("```");
                    if !asked {
                        continue;
                    }
                    let Some(Piece::Http(number, fields)) = pieces.next() else {
                        panic!("api.md:{number}: no http fence right after this curl");
                    };
                    let told = told(number, reader.last.as_ref().unwrap(), &fields);
                    reader.print(&format!("```http{fields}"));
                    reader.print(&told);
                    reader.print("```");
                }
            }
        }
        reader
    }

    fn print(&mut self, line: &str) {
        self.page.push_str(line);
        self.page.push('\n');
    }

    /// Types in the lines of a `sh` fence; tells whether the last of them was a curl line.
    async fn type_in(&mut self, number: usize, lines: &[String]) -> bool {
        let mut command = String::new();
        let mut asked = false;
        for (line, number) in lines.iter().zip(number + 1..) {
            let place = format!("api.md:{number}: {line}");
            assert!(!asked, "{place}\nthe curl line must be the fence's last");
            if command.is_empty() && !line.starts_with("curl ") {
                self.assign(&place, line);
                continue;
            }
            self.print(line);
            match line.strip_suffix('\\') {
                Some(start) => {
                    command.push_str(start);
                    continue;
                }
                None => command.push_str(line),
            }
            if shlex::split(&command).is_none() {
                // A quote is still open.
                command.push('\n');
                continue;
            }
            self.ask(&place, &std::mem::take(&mut command)).await;
            asked = true;
        }
        assert!(
            command.is_empty(),
            "api.md:{number}: a command does not end"
        );
        asked
    }

    /// `NAME=value   # .path of the answer above`; only `HEARTH` is told without an answer.
    fn assign(&mut self, place: &str, line: &str) {
        let (name, rest) = line
            .split_once('=')
            .unwrap_or_else(|| panic!("{place}\nis neither curl nor an assignment"));
        assert!(name.chars().all(|c| c.is_ascii_uppercase()), "{place}");
        let (value, line) = match rest.split_once('#') {
            None => {
                assert_eq!(name, "HEARTH", "{place}\ndoes not say where its value is");
                (rest.to_owned(), line.to_owned())
            }
            Some((_, comment)) => {
                let path = comment.trim().strip_suffix(" of the answer above");
                let path = path.unwrap_or_else(|| panic!("{place}\nis no comment of ours"));
                let pointer = path.replace(['.', '['], "/").replace(']', "");
                let answer = self.last.as_ref().unwrap().value();
                let value = answer.pointer(&pointer).and_then(Value::as_str);
                let value = value.unwrap_or_else(|| panic!("{place}\n{path} is no text there"));
                let line = format!("{name}={value}   # {path} of the answer above");
                (value.to_owned(), line)
            }
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-:/.".contains(c);
        assert!(value.chars().all(plain), "{place}\nwould need quotes");
        self.variables.insert(name.to_owned(), value);
        self.print(&line);
    }

    /// Sends one curl line.
    async fn ask(&mut self, place: &str, command: &str) {
        let words = shlex::split(&self.expand(place, command)).unwrap();
        let mut words = words.into_iter().skip(1);
        let mut next = || words.next();
        let (mut method, mut url, mut body) = (None, None, None);
        let mut request = Request::builder();
        while let Some(word) = next() {
            let mut value = || next().unwrap_or_else(|| panic!("{place}\n{word} needs a value"));
            match word.as_str() {
                "-X" => method = Some(value()),
                "-H" => {
                    let field = value();
                    let (name, value) = field.split_once(": ").unwrap();
                    request = request.header(name, value);
                }
                "-d" => {
                    let form = "application/x-www-form-urlencoded";
                    request = request.header(header::CONTENT_TYPE, form);
                    body = Some(value());
                }
                "--json" => {
                    request = request.header(header::CONTENT_TYPE, "application/json");
                    body = Some(value());
                }
                _ => {
                    assert!(!word.starts_with('-'), "{place}\nwhat is {word}?");
                    assert!(url.replace(word).is_none(), "{place}\nhas two addresses");
                }
            }
        }
        let url = url.unwrap_or_else(|| panic!("{place}\nhas no address"));
        let path = url.strip_prefix(&self.variables["HEARTH"]).unwrap();
        let by_default = if body.is_some() { "POST" } else { "GET" };
        let method = method.unwrap_or_else(|| by_default.to_owned());
        let request = request.method(method.as_str()).uri(path);
        let body = body.map_or_else(Body::empty, Body::from);
        let answer = self.world.send_raw(request.body(body).unwrap()).await;
        self.examples.push(Example {
            method: method.to_lowercase(),
            path: path.split('?').next().unwrap().to_owned(),
            status: answer.status,
        });
        self.last = Some(answer);
    }

    /// Puts variables in, as a shell does: not between single quotes. What a shell would take for
    /// something else must stand in quotes.
    fn expand(&self, place: &str, command: &str) -> String {
        let mut expanded = String::new();
        let mut quote = None;
        let mut rest = command.chars().peekable();
        while let Some(c) = rest.next() {
            match (c, quote) {
                ('\'' | '"', None) => quote = Some(c),
                (_, Some(open)) if c == open => quote = None,
                ('$', None | Some('"')) => {
                    let mut name = String::new();
                    while let Some(c) = rest.next_if(|c| c.is_ascii_uppercase()) {
                        name.push(c);
                    }
                    let value = self.variables.get(&name);
                    expanded += value.unwrap_or_else(|| panic!("{place}\nwhat is ${name}?"));
                    continue;
                }
                (_, None) if "?&*;|<>(){}[]!#~`".contains(c) => {
                    panic!("{place}\nput {c} in quotes")
                }
                _ => {}
            }
            expanded.push(c);
        }
        expanded
    }
}

/// An answer as the page prints it: whole, or these fields of it.
fn told(number: usize, answer: &Answer, fields: &str) -> String {
    let status = answer.status;
    let mut told = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap());
    if !answer.body.is_empty() {
        let mut node: Node = serde_json::from_slice(&answer.body).unwrap();
        let paths: Vec<Vec<&str>> = fields
            .split_whitespace()
            .map(|field| field.split('.').collect())
            .collect();
        for (path, field) in paths.iter().zip(fields.split_whitespace()) {
            let found = path.iter().try_fold(&node, |node, step| node.at(step));
            assert!(
                found.is_some(),
                "api.md:{number}: the answer has no {field}"
            );
        }
        if !paths.is_empty() {
            node = node.keep(&paths.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        told.push('\n');
        node.print(0, 0, &mut told);
    }
    told
}

/// JSON that keeps its order.
enum Node {
    Scalar(Value),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// What the page leaves out.
    Rest,
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(field) = fields.next_entry()? {
            object.push(field);
        }
        Ok(Node::Object(object))
    }
}

impl Node {
    /// The entry of this name, or at this place.
    fn at(&self, step: &str) -> Option<&Node> {
        match self {
            Node::List(list) => list.get(step.parse::<usize>().ok()?),
            Node::Object(fields) => fields
                .iter()
                .find(|(name, _)| name == step)
                .map(|(_, node)| node),
            Node::Scalar(_) | Node::Rest => None,
        }
    }

    /// What these paths lead to; each run of other entries becomes one [`Node::Rest`].
    fn keep(self, paths: &[&[&str]]) -> Node {
        if paths.iter().any(|path| path.is_empty()) {
            return self;
        }
        let keep = |name: &str, node: Node| {
            let deeper = paths.iter().filter(|path| path[0] == name);
            let deeper: Vec<&[&str]> = deeper.map(|path| &path[1..]).collect();
            if deeper.is_empty() {
                Node::Rest
            } else {
                node.keep(&deeper)
            }
        };
        match self {
            Node::List(list) => {
                let kept = list.into_iter().enumerate();
                let mut kept: Vec<Node> = kept
                    .map(|(index, node)| keep(&index.to_string(), node))
                    .collect();
                kept.dedup_by(|a, b| matches!((a, b), (Node::Rest, Node::Rest)));
                Node::List(kept)
            }
            Node::Object(fields) => {
                let kept = fields.into_iter();
                let mut kept: Vec<(String, Node)> = kept
                    .map(|(name, node)| {
                        let node = keep(&name, node);
                        (name, node)
                    })
                    .collect();
                kept.dedup_by(|a, b| matches!((&a.1, &b.1), (Node::Rest, Node::Rest)));
                Node::Object(kept)
            }
            Node::Scalar(_) | Node::Rest => self,
        }
    }

    /// Its entries, each with its label.
    fn entries(&self) -> Vec<(String, &Node)> {
        let label = |(name, node): &(String, Node)| match node {
            Node::Rest => String::new(),
            _ => format!("\"{name}\": "),
        };
        match self {
            Node::List(list) => list.iter().map(|node| (String::new(), node)).collect(),
            Node::Object(fields) => fields
                .iter()
                .map(|field| (label(field), &field.1))
                .collect(),
            Node::Scalar(_) | Node::Rest => Vec::new(),
        }
    }

    /// Prints it on one line where it fits, behind `used` columns; otherwise one entry a line.
    fn print(&self, depth: usize, used: usize, out: &mut String) {
        let flat = self.flat();
        let (open, close) = match self {
            Node::List(_) => ('[', ']'),
            Node::Object(_) => ('{', '}'),
            Node::Scalar(_) | Node::Rest => return out.push_str(&flat),
        };
        // A short object stays on its line, but an answer is rarely one line of its own.
        let fits = used + flat.chars().count() <= WIDTH;
        if fits && (depth > 0 || flat.len() < 60) {
            return out.push_str(&flat);
        }
        let indent = "  ".repeat(depth + 1);
        let mut separator = "\n";
        out.push(open);
        for (label, node) in self.entries() {
            out.push_str(separator);
            out.push_str(&indent);
            out.push_str(&label);
            let used = indent.len() + label.chars().count() + 1;
            node.print(depth + 1, used, out);
            separator = if matches!(node, Node::Rest) {
                "\n"
            } else {
                ",\n"
            };
        }
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
        out.push(close);
    }

    fn flat(&self) -> String {
        let entries = || {
            let entries = self.entries().into_iter();
            let entries = entries.map(|(label, node)| label + &node.flat());
            entries.collect::<Vec<_>>().join(", ")
        };
        match self {
            Node::Scalar(value) => value.to_string(),
            Node::List(_) => format!("[{}]", entries()),
            Node::Object(_) => format!("{{{}}}", entries()),
            Node::Rest => "…".to_owned(),
        }
    }
}

#[tokio::test]
async fn every_example_is_answered_as_printed() {
    let page = api_md();
    let reader = Reader::read(&page).await;
    let commands = page.lines().filter(|line| line.starts_with("curl "));
    assert_eq!(reader.examples.len(), commands.count());
    if std::env::var_os("UPDATE_API_MD").is_some() {
        std::fs::write(PATH, &reader.page).unwrap();
    } else {
        compare(&page, &reader.page);
    }
    for (path, method, _) in operations() {
        let shown = reader.examples.iter().any(|example| {
            example.method == method && example.status.is_success() && fits(&path, &example.path)
        });
        assert!(
            shown,
            "api.md has no example of {method} {path} that succeeds"
        );
    }
}

/// Fails at the first line that is not as it should be.
fn compare(page: &str, wanted: &str) {
    let (printed, answered): (Vec<&str>, Vec<&str>) =
        (page.lines().collect(), wanted.lines().collect());
    let differs = |at: &usize| printed.get(*at) != answered.get(*at);
    let Some(at) = (0..printed.len().max(answered.len())).find(differs) else {
        return;
    };
    let around = |lines: &[&str]| {
        let (from, to) = (
            at.saturating_sub(2).min(lines.len()),
            (at + 4).min(lines.len()),
        );
        lines[from..to].join("\n")
    };
    panic!(
        "api.md:{} is not what Hearth answers.\n\nprinted:\n{}\n\nanswered:\n{}\n\n\
         If the answer is right: UPDATE_API_MD=1 cargo test --test it api_md",
        at + 1,
        around(&printed),
        around(&answered),
    );
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, given) = (template.split('/'), path.split('/'));
    wanted.clone().count() == given.clone().count()
        && wanted
            .zip(given)
            .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}

/// Every operation has a heading of its own; under it, every field and parameter it takes has a row.
#[test]
fn every_operation_is_explained() {
    let page = api_md();
    let sections: BTreeMap<&str, &str> = page
        .split("\n### `")
        .skip(1)
        .filter_map(|section| section.split_once("`\n"))
        .map(|(title, text)| (title, text.split("\n## ").next().unwrap()))
        .collect();
    let titles = operations().into_iter().map(|(path, method, operation)| {
        let title = format!("{} {path}", method.to_uppercase());
        let section = sections.get(title.as_str());
        let section = section.unwrap_or_else(|| panic!("api.md has no heading ### `{title}`"));
        for name in taken_by(&operation) {
            let row = format!("\n| `{name}` |");
            assert!(
                section.contains(&row),
                "api.md: {title} has no row for {name}"
            );
        }
        title
    });
    let titles: Vec<String> = titles.collect();
    for section in sections.keys() {
        let known = titles.iter().any(|title| title == section);
        assert!(known, "api.md explains {section}, which is no operation");
    }
    for other in ["/openapi.json", "/docs"] {
        assert!(
            page.contains(&format!("`GET {other}`")),
            "api.md lacks {other}"
        );
    }
}

/// The names of the body's fields and of the query's parameters.
fn taken_by(operation: &Value) -> Vec<String> {
    let mut schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    // An optional body is "null or that".
    if let Some(either) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        schema = either.iter().find(|one| one["$ref"].is_string()).unwrap();
    }
    if let Some(reference) = schema["$ref"].as_str() {
        schema = DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields = fields.map(|(name, _)| name.clone());
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let asked = parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned());
    let all: Vec<String> = fields.chain(asked).collect();
    let has_body = operation["requestBody"].is_object();
    assert!(!has_body || !all.is_empty(), "no fields found: {operation}");
    all
}

/// The table of codes holds every code that can be answered, with its status, and no other.
#[test]
fn every_code_is_in_the_table() {
    let source = include_str!("../../src/http/error.rs");
    let answered: BTreeMap<String, String> = source
        .split("(S::")
        .skip(1)
        .map(|arm| {
            let (status, rest) = arm.split_once(", \"").unwrap();
            let (code, _) = rest.split_once('"').unwrap();
            (code.to_owned(), number(status).to_string())
        })
        .collect();
    assert!(answered.len() >= 30, "the source was not understood");
    let page = api_md();
    let (_, table) = page.split_once("\n## Every code\n").unwrap();
    let told: BTreeMap<String, String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(code, rest)| (code.to_owned(), rest.chars().take(3).collect()))
        .collect();
    assert_eq!(told, answered);
}

/// The status that goes by this name in the source.
fn number(name: &str) -> u16 {
    let called = |status: &StatusCode| {
        let reason = status.canonical_reason().unwrap_or_default();
        reason.to_uppercase().replace(' ', "_") == name
    };
    let all = (400..600).filter_map(|status| StatusCode::from_u16(status).ok());
    let mut all = all.filter(called);
    all.next()
        .unwrap_or_else(|| panic!("no status {name}"))
        .as_u16()
}
