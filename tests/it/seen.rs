//! Everything that somebody can fetch.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::json;

use crate::contract::operations;
use crate::dice::Dice;
use crate::world::{Answer, PASSWORD, Person};

/// Every path that can be fetched with a token: the OpenAPI document lists them.
static TEMPLATES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = operations().into_iter();
    let signed_in =
        all.filter(|(_, method, operation)| method == "get" && !operation["security"].is_null());
    let mut paths: Vec<String> = signed_in.map(|(path, ..)| path).collect();
    paths.push("/v1/rituals?archived=true".to_owned());
    paths
});

fn paths(rituals: &[String]) -> Vec<String> {
    let mut paths = Vec::new();
    for template in TEMPLATES.iter() {
        match template.contains("/rituals/{id}") {
            true => paths.extend(rituals.iter().map(|id| template.replace("{id}", id))),
            false => paths.push(template.clone()),
        }
    }
    let unknown = paths.iter().find(|path| path.contains('{'));
    assert_eq!(unknown, None, "teach this test what to put into it");
    paths
}

/// A list, page by page: every answer on the way.
async fn pages(person: &Person, list: &str, limit: u64) -> Vec<Answer> {
    let first = format!("{list}?limit={limit}");
    let mut seen = vec![person.get(&first).await];
    while let Some(cursor) = seen[seen.len() - 1].value()["next_cursor"].as_str() {
        let next = format!("{first}&cursor={cursor}");
        seen.push(person.get(&next).await);
    }
    seen
}

/// Every GET of the document, some lists page by page, and the export.
pub async fn all_that_is_seen_by(person: &Person, rituals: &[String]) -> Vec<Answer> {
    let mut seen = Vec::new();
    for path in paths(rituals) {
        seen.push(person.get(&path).await);
    }
    for list in ["/v1/rituals", "/v1/logs"] {
        seen.extend(pages(person, list, 1).await);
    }
    let export = json!({"password": PASSWORD});
    seen.push(person.post("/v1/me/export", export).await);
    seen
}

/// Somebody who looks at everything again and again, and remembers the tags of what they saw.
pub struct Watcher {
    pub person: Person,
    tags: HashMap<String, String>,
}

impl Watcher {
    pub fn new(person: Person) -> Watcher {
        let tags = HashMap::new();
        Watcher { person, tags }
    }

    /// Looks at so many in a hundred of all the things there are, often asking only for what has changed.
    pub async fn looks(&mut self, rituals: &[String], percent: u64, dice: &mut Dice) {
        let polls = dice.happens(50);
        let mut paths = paths(rituals);
        let date = format!("2026-11-{:02}", 1 + dice.below(28));
        paths.push(format!("/v1/logs?from={date}&member={}", self.person.id));
        paths.push(format!("/v1/logs?to={date}&limit={}", 1 + dice.below(9)));
        for path in paths {
            if dice.happens(percent) {
                self.looks_at(path, polls).await;
            }
        }
        if dice.happens(percent) {
            let lists = [
                "/v1/logs",
                "/v1/rituals",
                "/v1/rests",
                "/v1/prompts",
                "/v1/couple/changes",
                "/v1/appreciations",
                "/v1/plans",
            ];
            let list = dice.pick::<&str>(&lists);
            pages(&self.person, list, 1 + dice.below(9)).await;
        }
        if dice.happens(percent) {
            let export = json!({"password": PASSWORD});
            self.person.post("/v1/me/export", export).await;
        }
    }

    async fn looks_at(&mut self, path: String, polls: bool) {
        let answer = match self.tags.get(&path).filter(|_| polls) {
            None => self.person.get(&path).await,
            Some(tag) => {
                let held = ("if-none-match", tag.as_str());
                self.person.asks_with(held, "GET", &path, None).await
            }
        };
        if let Some(tag) = answer.header("etag") {
            self.tags.insert(path, tag.to_owned());
        }
    }
}
