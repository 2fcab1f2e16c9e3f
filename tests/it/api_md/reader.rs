//! Somebody who tries everything on the page.

use std::collections::HashMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hearth::config::front::Front;
use hearth::delivery::desk::Desk;
use hearth::http::App;

use super::json::Node;
use crate::mail::settings;
use crate::world::{Answer, World};

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

/// A region of the TypeScript example. The page holds it as it stands there, where `.ci/client` runs it.
fn region(name: &str) -> &'static str {
    const EXAMPLE: &str = include_str!("../../../examples/typescript/ten-minutes.ts");
    let code = EXAMPLE.split_once(&format!("// region: {name}\n"));
    let code = code.unwrap_or_else(|| panic!("the example has no region {name}"));
    code.1.split_once("// endregion\n").unwrap().0
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
            other => {
                if let Some(fields) = other.strip_prefix("```http") {
                    pieces.push(Piece::Http(number, fields.to_owned()));
                } else if let Some(name) = other.strip_prefix("```ts ") {
                    let code = region(name).lines().map(str::to_owned);
                    let fence = [line.to_owned()].into_iter().chain(code);
                    pieces.extend(fence.chain(["```".to_owned()]).map(Piece::Line));
                } else {
                    panic!("api.md:{number}: {other} is no fence of this page");
                }
            }
        }
    }
    pieces
}

/// What one example asked, and what it was answered.
pub struct Example {
    pub method: String,
    pub path: String,
    pub status: StatusCode,
}

/// One reader at a terminal, going through the page from top to bottom.
pub struct Reader {
    world: World,
    variables: HashMap<String, String>,
    last: Option<Answer>,
    pub examples: Vec<Example>,
    /// The page as it should be.
    pub page: String,
}

/// Lets letters be asked for. None is sent: nobody carries them here.
fn has_mail(app: &mut App) {
    let settings = settings("house@example.org", "smtp://127.0.0.1:25");
    *app = app.clone().writing(Desk::new(&settings).unwrap());
}

impl Reader {
    pub async fn read(page: &str) -> Reader {
        let mut reader = Reader {
            world: World::new().await.with(has_mail).behind(Front {
                metrics_token: Some("once-upon-an-otter".parse().unwrap()),
                ..Front::default()
            }),
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
                let value = found(self.last.as_ref().unwrap(), path);
                let value = value.unwrap_or_else(|| panic!("{place}\n{path} is no text there"));
                let quotes = if value.contains('"') { "'" } else { "" };
                let line = format!("{name}={quotes}{value}{quotes}   # {path} of the answer above");
                (value, line)
            }
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-:/.\"".contains(c);
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
                    let value = value.unwrap_or_else(|| panic!("{place}\nwhat is ${name}?"));
                    expanded += &value.replace('"', "\\\"");
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

/// A text in an answer: under `.a.path` in its body, or in a header that `path` names.
fn found(answer: &Answer, path: &str) -> Option<String> {
    if !path.starts_with('.') {
        return answer.header(path).map(str::to_owned);
    }
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    let value = answer.value();
    value.pointer(&pointer)?.as_str().map(str::to_owned)
}

/// An answer as the page prints it: whole, or these fields of it, or of text the lines that begin so; and
/// headers, which begin with a capital and go on in small letters.
fn told(number: usize, answer: &Answer, fields: &str) -> String {
    let status = answer.status;
    let mut told = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap());
    let is_header =
        |name: &&str| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    let (headers, fields): (Vec<&str>, Vec<&str>) = fields.split_whitespace().partition(is_header);
    for name in headers {
        let value = answer.header(name);
        let value = value.unwrap_or_else(|| panic!("api.md:{number}: no header {name}"));
        told += &format!("\n{name}: {value}");
    }
    if answer.body.is_empty() {
        return told;
    }
    if answer.is_json() {
        let mut node: Node = serde_json::from_slice(&answer.body).unwrap();
        let paths: Vec<Vec<&str>> = fields
            .iter()
            .map(|field| field.split('.').collect())
            .collect();
        for (path, field) in paths.iter().zip(fields) {
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
    } else {
        let text = String::from_utf8_lossy(&answer.body);
        let shown = |line: &&str| fields.iter().any(|start| line.starts_with(start));
        for line in text.lines().filter(shown).chain(["…"]) {
            told += &format!("\n{line}");
        }
    }
    told
}
