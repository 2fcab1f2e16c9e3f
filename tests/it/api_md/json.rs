//! JSON as the page prints it: in the answer's own order, short things on one line.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// How wide a printed answer may be before it is broken into lines.
const WIDTH: usize = 116;

/// JSON that keeps its order.
pub enum Node {
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
    pub fn at(&self, step: &str) -> Option<&Node> {
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
    pub fn keep(self, paths: &[&[&str]]) -> Node {
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
    pub fn print(&self, depth: usize, used: usize, out: &mut String) {
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
