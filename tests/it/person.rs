//! Somebody with an account, and how they ask.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::world::{World, text};

/// Somebody with an account, and what they can do.
#[derive(Clone)]
pub struct Person {
    pub world: World,
    pub id: String,
    pub token: String,
    pub email: String,
}

impl Person {
    pub async fn get(&self, path: &str) -> Answer {
        self.world.send("GET", path, Some(&self.token), None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.world
            .send("POST", path, Some(&self.token), Some(body))
            .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.world
            .send("PUT", path, Some(&self.token), Some(body))
            .await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.world
            .send("PATCH", path, Some(&self.token), Some(body))
            .await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.world
            .send("DELETE", path, Some(&self.token), None)
            .await
    }

    /// The same person, asking another server of the same world.
    pub fn at(&self, world: &World) -> Person {
        Person {
            world: world.clone(),
            ..self.clone()
        }
    }

    /// The same person, holding another token.
    pub fn holding(&self, token: &str) -> Person {
        Person {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// A request with one more header.
    pub async fn asks_with(
        &self,
        (name, value): (&str, &str),
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), (name, value)];
        self.world.send_with(method, path, &headers, body).await
    }

    /// A request without a body.
    pub async fn tap(&self, method: &str, path: &str) -> Answer {
        self.world.send(method, path, Some(&self.token), None).await
    }

    pub async fn invites(&self) -> String {
        let invitation = self.tap("POST", "/v1/couple/invitations").await.json(201);
        text(&invitation["code"])
    }

    pub async fn accepts(&self, code: &str) -> Answer {
        self.post("/v1/invitations/accept", json!({"code": code}))
            .await
    }

    pub async fn confirms(&self, other: &Person) -> Answer {
        self.tap("POST", &format!("/v1/couple/members/{}/confirm", other.id))
            .await
    }

    /// Invites, is accepted, and confirms.
    pub async fn pairs_with(&self, other: &Person) {
        let code = self.invites().await;
        other.accepts(&code).await.json(200);
        self.confirms(other).await.json(200);
    }

    /// Proposes a ritual; answers its id.
    pub async fn proposes(&self, ritual: Value) -> String {
        text(&self.post("/v1/rituals", ritual).await.json(201)["id"])
    }

    pub async fn agrees(&self, ritual: &str) -> Value {
        self.tap("POST", &format!("/v1/rituals/{ritual}/agreement"))
            .await
            .json(200)
    }

    pub async fn withdraws(&self, ritual: &str) {
        self.delete(&format!("/v1/rituals/{ritual}/agreement"))
            .await
            .empty();
    }

    /// Logs a ritual for a date or `today`; answers the log and the ritual.
    pub async fn logs(&self, ritual: &str, date: &str) -> Value {
        let answer = self
            .tap("PUT", &format!("/v1/rituals/{ritual}/logs/{date}"))
            .await;
        assert!(answer.status.is_success(), "{}", answer.told());
        answer.value()
    }

    pub async fn ritual(&self, id: &str) -> Value {
        self.get(&format!("/v1/rituals/{id}")).await.json(200)
    }

    pub async fn streak(&self, id: &str) -> Value {
        self.ritual(id).await["streak"].clone()
    }
}
