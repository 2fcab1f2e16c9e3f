//! What a check-up asks, and where help is.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::body::Json;
use super::call::Call;
use super::language::{Language, Spoken};
use crate::config::help::Help;
use crate::content::OFFERS;

/// What a check-up asks, and what it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statements {
    /// What it is, and what it is not.
    intro: &'static str,
    /// When it opens, and who sees what.
    sealed: &'static str,
    /// The twelve statements, each to be answered from 0 (not at all) to 4 (very much).
    statements: Vec<StatementBody>,
    /// The question about closeness, to be answered from 1 to 7.
    closeness: &'static str,
    /// The invitation to a line of one's own.
    line: &'static str,
    /// That a couples therapist can help.
    therapist: &'static str,
    /// That there is support when somebody feels afraid at home.
    afraid: &'static str,
    help: HelpBody,
}

/// A statement of the check-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementBody {
    #[schema(example = "felt_thanked")]
    id: &'static str,
    text: &'static str,
}

/// Where the operator says that help is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpBody {
    #[schema(required)]
    line: Option<String>,
    #[schema(required)]
    link: Option<String>,
}

impl From<&Help> for HelpBody {
    fn from(help: &Help) -> HelpBody {
        HelpBody {
            line: help.line.as_ref().map(ToString::to_string),
            link: help.link.as_ref().map(ToString::to_string),
        }
    }
}

/// Tells what a check-up asks: twelve statements, one number, and a line if you like.
///
/// In the language that `Accept-Language` asks for, if Hearth speaks it; in English otherwise.
#[utoipa::path(
    get, path = "/v1/checkups/statements", operation_id = "listStatements", tag = "checkups", security(("token" = [])),
    responses((status = 200, body = Statements))
)]
pub async fn list(State(app): State<App>, _: Call, language: Language) -> Spoken<Json<Statements>> {
    let phrases = language.0;
    let words = &phrases.checkup;
    let statements = OFFERS.statements.iter().map(|statement| StatementBody {
        id: &statement.id,
        text: &phrases.statements[&statement.id],
    });
    let body = Statements {
        intro: &words.intro,
        sealed: &words.sealed,
        statements: statements.collect(),
        closeness: &words.closeness,
        line: &words.line,
        therapist: &words.therapist,
        afraid: &words.afraid,
        help: HelpBody::from(&*app.help),
    };
    Spoken(language, Json(body))
}
