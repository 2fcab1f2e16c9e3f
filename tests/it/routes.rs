//! Every signed-in operation of the document, ready to be asked. A new one that takes a body fails here
//! until it is said what to send: nobody can forget to hold it against the matrix.

use serde_json::{Value, json};

use crate::contract;
use crate::world::{Answer, PASSWORD, Person, WRONG_PASSWORD, check_in, text};

/// An id of nothing.
pub const NOBODY: &str = "0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52";

/// An operation.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its `operationId`.
    pub name: String,
    pub method: String,
    /// Its path, with placeholders.
    pub template: String,
    body: Option<Value>,
    /// What the document says of its body.
    schema: Value,
}

/// What to put for `{id}`, by what stands before it.
#[derive(Debug, Clone)]
pub struct Ids {
    pub ritual: String,
    pub rest: String,
    pub checkup: String,
    pub appreciation: String,
    pub plan: String,
    pub presence: String,
    pub reminder: String,
    pub channel: String,
    pub invitation: String,
    pub member: String,
    /// An invitation's code.
    pub code: String,
    /// A token's id.
    pub token: String,
}

impl Ids {
    /// Ids of nothing.
    pub fn unknown() -> Ids {
        Ids::all(NOBODY)
    }

    /// The same text everywhere.
    pub fn all(id: &str) -> Ids {
        Ids {
            ritual: id.to_owned(),
            rest: id.to_owned(),
            checkup: id.to_owned(),
            appreciation: id.to_owned(),
            plan: id.to_owned(),
            presence: id.to_owned(),
            reminder: id.to_owned(),
            channel: id.to_owned(),
            invitation: id.to_owned(),
            member: id.to_owned(),
            code: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            token: id.to_owned(),
        }
    }
}

/// Every operation that needs a token.
pub fn signed_in() -> Vec<Route> {
    let routes = those(|operation| operation["security"].is_array());
    assert!(routes.len() > 20, "only {} operations", routes.len());
    routes
}

/// Every operation that takes a body.
pub fn taking_a_body() -> Vec<Route> {
    let routes = those(|operation| operation["requestBody"].is_object());
    assert!(routes.len() > 10, "only {} operations", routes.len());
    routes
}

fn those(wanted: impl Fn(&Value) -> bool) -> Vec<Route> {
    contract::operations()
        .into_iter()
        .filter(|(.., operation)| wanted(operation))
        .map(|(template, method, operation)| {
            let name = text(&operation["operationId"]);
            Route {
                body: body(&name, operation["requestBody"].is_object()),
                method: method.to_uppercase(),
                name,
                template,
                schema: operation["requestBody"]["content"]["application/json"]["schema"].clone(),
            }
        })
        .collect()
}

/// A body that the operation takes.
fn body(name: &str, takes_one: bool) -> Option<Value> {
    let body = match name {
        "signUp" => {
            let email = "new@example.org";
            json!({"email": email, "password": PASSWORD, "name": "New", "time_zone": "UTC"})
        }
        "signIn" => json!({"email": "ada@example.org", "password": PASSWORD}),
        "updateMe" => json!({"name": "Changed"}),
        "changePassword" => json!({"current_password": WRONG_PASSWORD, "new_password": PASSWORD}),
        "changeEmail" => json!({"email": "other@example.org", "password": WRONG_PASSWORD}),
        "resetPassword" => json!({"email": "ada@example.org"}),
        "exportMe" => json!({"password": PASSWORD}),
        // What would succeed has tests of its own: nobody would be left to ask the next one.
        "eraseMe" => json!({"password": WRONG_PASSWORD}),
        "foundCouple" => json!({}),
        "updateCouple" => json!({"name": "Changed", "day_start": "02:00"}),
        // Its code comes with the ids.
        "acceptInvitation" => json!({}),
        "proposeRitual" => check_in(),
        "updateRitual" => json!({"title": "Changed", "archived": true}),
        "putLog" => json!({"note": "Changed"}),
        "beginRest" => json!({"from": "2026-11-18"}),
        // Its ritual comes with the ids.
        "beginPresence" => json!({}),
        "setReminders" => json!({"times": [{"at": "21:30"}]}),
        "snoozeReminder" => json!({"minutes": 30}),
        "createChannel" => json!({"kind": "ntfy", "url": "https://ntfy.example/a-topic"}),
        "updateChannel" => json!({"details": true}),
        "renewCalendar" | "updateCalendar" => json!({"details": true}),
        "plan" => json!({"date": "2026-12-04", "title": "Changed"}),
        "updatePlan" => json!({"date": "2026-12-05"}),
        "thank" => json!({"text": "Changed"}),
        "updateRest" => json!({"to": "2026-12-24"}),
        "answerCheckup" => json!({"answers": {"felt_thanked": 1}, "line": "Changed"}),
        "shareCheckup" => json!({"share": "answers"}),
        "proposeIdeas" => json!({"idea_ids": ["sunday_walk"]}),
        "answerPrompt" => json!({"text": "Changed"}),
        _ if takes_one => panic!("say here what to send to {name}"),
        _ => return None,
    };
    Some(body)
}

impl Route {
    /// Whether it names something by its id.
    pub fn names_something(&self) -> bool {
        self.template.contains("{id}")
    }

    /// The path, filled in.
    pub fn path(&self, ids: &Ids) -> String {
        let before = self.template.split("/{id}").next().unwrap();
        let id = match before {
            "/v1/rituals" => &ids.ritual,
            "/v1/rests" => &ids.rest,
            "/v1/checkups" => &ids.checkup,
            "/v1/presence" => &ids.presence,
            "/v1/reminders" => &ids.reminder,
            "/v1/channels" => &ids.channel,
            "/v1/plans" => &ids.plan,
            "/v1/appreciations" => &ids.appreciation,
            "/v1/couple/invitations" => &ids.invitation,
            "/v1/couple/members" => &ids.member,
            "/v1/tokens" => &ids.token,
            _ if self.names_something() => panic!("say here which id {before} takes"),
            _ => NOBODY,
        };
        let path = self.template.replace("{id}", id);
        path.replace("{date}", "today")
    }

    /// A body that it takes.
    pub fn body(&self, ids: &Ids) -> Option<Value> {
        match self.name.as_str() {
            "acceptInvitation" => Some(json!({"code": ids.code})),
            "beginPresence" => Some(json!({"ritual_id": ids.ritual, "minutes": 30})),
            _ => self.body.clone(),
        }
    }

    /// The fields of its body, and what the document says of each.
    pub fn fields(&self) -> Vec<(String, Value)> {
        let schema = contract::resolve(&self.schema);
        // A body of several parts has all fields in its first.
        let schema = schema["allOf"].get(0).unwrap_or(schema);
        let fields = schema["properties"].as_object();
        let fields = fields.unwrap_or_else(|| panic!("{}: {schema}", self.name));
        fields.clone().into_iter().collect()
    }

    /// Asks it with a proper body.
    pub async fn ask(&self, person: &Person, ids: &Ids) -> Answer {
        let (path, token) = (self.path(ids), Some(person.token.as_str()));
        let world = &person.world;
        world.send(&self.method, &path, token, self.body(ids)).await
    }

    /// Asks it without a token.
    pub async fn ask_anonymously(&self, person: &Person, ids: &Ids) -> Answer {
        let path = self.path(ids);
        let world = &person.world;
        world.send(&self.method, &path, None, self.body(ids)).await
    }
}
