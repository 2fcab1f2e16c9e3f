//! People and couples, who come in through the front door.

use std::net::SocketAddr;

use hearth::domain::day::Date;
use serde_json::{Value, json};

use crate::Result;
use crate::client::{Client, request};

/// How many days ago the rituals of a [`Couple`] began.
pub const DAYS: i64 = 365;

/// What everybody types.
pub const PASSWORD: &str = "seven quiet otters";

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their account's id.
    pub id: String,
    /// How they sign in.
    pub email: String,
    /// Their token.
    pub token: String,
}

impl Person {
    /// Signs up.
    pub fn sign_up(client: &mut Client, name: &str, number: usize) -> Result<Person> {
        let email = format!("{name}{number}@example.org");
        let form = json!({
            "email": email, "password": PASSWORD, "name": name, "time_zone": "UTC",
        });
        let answer = client.ask(&request("POST", "/v1/accounts", &[], Some(&form)))?;
        let session = answer.json(&[201])?;
        Ok(Person {
            id: text(&session["account"]["id"])?,
            token: text(&session["token"])?,
            email,
        })
    }

    /// A request of theirs.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
        request(method, path, &[("Authorization", &self.bearer())], body)
    }

    /// How they prove who they are.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// Sends a request of theirs that must succeed.
    pub fn ask(
        &self,
        client: &mut Client,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let answer = client.ask(&self.request(method, path, body))?;
        let told = |failure| format!("{method} {path} {failure}");
        Ok(answer.json(&[200, 201]).map_err(told)?)
    }

    /// Everything on a list, page by page.
    pub fn list(&self, client: &mut Client, path: &str) -> Result<Vec<Value>> {
        let mut entries = Vec::new();
        let mut cursor = None;
        loop {
            let next = cursor.map(|cursor: String| format!("&cursor={cursor}"));
            let path = format!("{path}?limit=200{}", next.unwrap_or_default());
            let mut page = self.ask(client, "GET", &path, None)?;
            if let Some(data) = page["data"].as_array_mut() {
                entries.append(data);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(entries),
            }
        }
    }
}

/// Two people who have agreed on some rituals.
#[derive(Debug, Clone)]
pub struct Couple {
    /// Who founded it.
    pub ada: Person,
    /// Who was invited.
    pub ben: Person,
    /// The ids of their rituals.
    pub rituals: Vec<String>,
    /// The date it is for both.
    pub today: Date,
}

impl Couple {
    /// Ada and Ben number so-and-so, with so many rituals that began [`DAYS`] ago. Each date on which
    /// either logged one counts as kept.
    pub fn move_in(address: SocketAddr, number: usize, rituals: usize) -> Result<Couple> {
        let client = &mut Client::connect(address)?;
        let ada = Person::sign_up(client, "Ada", number)?;
        let ben = Person::sign_up(client, "Ben", number)?;
        ada.ask(client, "POST", "/v1/couple", Some(&json!({})))?;
        let invitation = ada.ask(client, "POST", "/v1/couple/invitations", None)?;
        let code = json!({"code": invitation["code"]});
        ben.ask(client, "POST", "/v1/invitations/accept", Some(&code))?;
        let confirm = format!("/v1/couple/members/{}/confirm", ben.id);
        ada.ask(client, "POST", &confirm, None)?;
        let today = ada.ask(client, "GET", "/v1/today", None)?;
        let mut couple = Couple {
            today: text(&today["date"])?.parse()?,
            ada,
            ben,
            rituals: Vec::new(),
        };
        for _ in 0..rituals {
            let id = couple.agree_on_one(client)?;
            couple.rituals.push(id);
        }
        Ok(couple)
    }

    fn agree_on_one(&self, client: &mut Client) -> Result<String> {
        let kind = ["daily", "anytime"][self.rituals.len() % 2];
        let ritual = json!({
            "title": "Nightly check-in", "practice": "conversation", "rule": "either",
            "cadence": {"kind": kind}, "starts_on": self.today.plus(-DAYS),
        });
        let proposed = self.ada.ask(client, "POST", "/v1/rituals", Some(&ritual))?;
        let id = text(&proposed["id"])?;
        let agree = format!("/v1/rituals/{id}/agreement");
        self.ben.ask(client, "POST", &agree, None)?;
        Ok(id)
    }

    /// So many couples, numbered from `first` on.
    pub fn crowd(
        address: SocketAddr,
        first: usize,
        count: usize,
        rituals: usize,
    ) -> Result<Vec<Couple>> {
        (first..first + count)
            .map(|number| Couple::move_in(address, number, rituals))
            .collect()
    }
}

/// The text of a JSON value.
pub fn text(value: &Value) -> Result<String> {
    let text = value.as_str().ok_or("an answer lacks a text")?;
    Ok(text.to_owned())
}
