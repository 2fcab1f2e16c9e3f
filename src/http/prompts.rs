//! The question of the day: answered alone, revealed together.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Json;
use super::call::Call;
use super::error::Result;
use super::language::{Language, Spoken};
use super::page::{Cursor, Limit, Page};
use super::path::{Day, Path};
use super::query::Query;
use crate::content::OFFERS;
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::phrases::Phrases;
use crate::domain::practice::Practice;
use crate::domain::prompt::{self, Answer, PromptId};
use crate::domain::text::Note;
use crate::ids::AccountId;
use crate::store;

/// What you say to the prompt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromptAnswer {
    text: Note,
}

/// A question for both of you. Of one that this Hearth no longer knows, only the `id` is left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Prompt)]
pub struct PromptBody {
    id: PromptId,
    #[schema(required)]
    text: Option<&'static str>,
    /// What it nourishes.
    #[schema(required)]
    practice: Option<Practice>,
    /// 1 light, 2 closer, 3 deep.
    #[schema(required, minimum = 1, maximum = 3)]
    depth: Option<u8>,
}

/// A date's prompt, as you see it. While you have not both answered, nothing in it tells what your partner
/// did: answered, passed, or never looked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromptDay {
    date: Date,
    prompt: PromptBody,
    /// What you said.
    #[schema(required)]
    my_answer: Option<Note>,
    /// Whether you passed.
    passed: bool,
    /// What your partner said; only once it is revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    partner_answer: Option<Note>,
    /// Whether both of you have answered.
    revealed: bool,
}

impl PromptBody {
    fn new(id: PromptId, phrases: &'static Phrases) -> PromptBody {
        let known = OFFERS.prompts.iter().find(|one| one.id == id.as_str());
        PromptBody {
            text: phrases.prompts.get(id.as_str()).map(String::as_str),
            practice: known.map(|prompt| prompt.practice),
            depth: known.map(|prompt| prompt.depth),
            id,
        }
    }
}

impl PromptDay {
    /// A date, of which both may have said something, as `me` sees it.
    fn seen_by(
        me: AccountId,
        couple: &Couple,
        date: Date,
        said: Vec<Answer>,
        phrases: &'static Phrases,
    ) -> PromptDay {
        let (mine, theirs): (Vec<Answer>, Vec<Answer>) =
            said.into_iter().partition(|answer| answer.member == me);
        let mine = mine.into_iter().next();
        let is_revealed = |theirs: &Answer| {
            let mine = mine.as_ref();
            mine.is_some_and(|mine| mine.is_revealed_with(theirs))
        };
        let theirs = theirs.into_iter().find(is_revealed);
        // Never by what the partner answered: after a change of the deck, that would tell that they did.
        let prompt = match &mine {
            Some(mine) => mine.prompt.clone(),
            None => prompt::of(couple.id, date, &OFFERS.prompts).into(),
        };
        PromptDay {
            date,
            prompt: PromptBody::new(prompt, phrases),
            passed: mine.as_ref().is_some_and(|mine| mine.words.is_none()),
            my_answer: mine.and_then(|mine| mine.words),
            revealed: theirs.is_some(),
            partner_answer: theirs.and_then(|theirs| theirs.words),
        }
    }
}

/// Shows today's prompt: the same for both of you, and another one every day.
///
/// In the language that `Accept-Language` asks for, if Hearth speaks it; in English otherwise.
#[utoipa::path(
    get, path = "/v1/prompts/today", operation_id = "getPrompt", tag = "prompts", security(("token" = [])),
    responses((status = 200, body = PromptDay))
)]
pub async fn today(mut call: Call, language: Language) -> Result<Spoken<Json<PromptDay>>> {
    let couple = call.couple().await?;
    let date = call.today(&couple);
    let said = store::prompts::of_date(&mut call.tx, couple.id, date).await?;
    let day = PromptDay::seen_by(call.me.id, &couple, date, said, language.0);
    Ok(Spoken(language, Json(day)))
}

/// Answers a date's prompt, or says it in other words. Your partner sees it once they have answered, too.
///
/// A prompt can be answered on its day and for six days more; what you have said, you can change at any time.
#[utoipa::path(
    put, path = "/v1/prompts/{date}/answer", operation_id = "answerPrompt", tag = "prompts", security(("token" = [])),
    params(("date" = Day, Path)), request_body(content = PromptAnswer,
        example = json!({"text": "By the lake, with cold feet and warm bread."})),
    responses((status = 200, body = PromptDay))
)]
pub async fn answer(
    mut call: Call,
    Path(day): Path<Day>,
    language: Language,
    Json(answer): Json<PromptAnswer>,
) -> Result<Spoken<Json<PromptDay>>> {
    let couple = call.couple().await?;
    let date = say(&mut call, &couple, day, Some(answer.text)).await?;
    let said = store::prompts::of_date(&mut call.tx, couple.id, date).await?;
    let day = PromptDay::seen_by(call.me.id, &couple, date, said, language.0);
    call.alone().commit().await?;
    Ok(Spoken(language, Json(day)))
}

/// Passes, which is always fine; or takes back what you said, also once it is revealed.
#[utoipa::path(
    post, path = "/v1/prompts/{date}/pass", operation_id = "passPrompt", tag = "prompts", security(("token" = [])),
    params(("date" = Day, Path)), responses((status = 204, description = "You have said nothing to it"))
)]
pub async fn pass(mut call: Call, Path(day): Path<Day>) -> Result<Response> {
    let couple = call.couple().await?;
    say(&mut call, &couple, day, None).await?;
    call.alone().answer_nothing().await
}

/// Writes down what the caller says to a date's prompt; answers the date.
async fn say(call: &mut Call, couple: &Couple, day: Day, words: Option<Note>) -> Result<Date> {
    let (me, today) = (call.me.id, call.today(couple));
    let date = day.date(today);
    let said = store::prompts::of_date(&mut call.tx, couple.id, date).await?;
    let before = said.into_iter().find(|answer| answer.member == me);
    let answer = Answer {
        member: me,
        date,
        prompt: prompt::of(couple.id, date, &OFFERS.prompts).into(),
        words,
        alone: couple.partner_of(me).is_none(),
    };
    let answer = answer.accept(before, today)?;
    store::prompts::put(&mut call.tx, couple.id, &answer).await?;
    Ok(date)
}

/// Which prompts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PromptQuery {
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Date>>,
}

/// Lists the prompts that both of you have answered, the newest date first.
#[utoipa::path(
    get, path = "/v1/prompts", operation_id = "listPrompts", tag = "prompts", security(("token" = [])),
    params(PromptQuery), responses((status = 200, body = Page<PromptDay>))
)]
pub async fn list(
    mut call: Call,
    language: Language,
    Query(query): Query<PromptQuery>,
) -> Result<Spoken<Page<PromptDay>>> {
    let couple = call.couple().await?;
    let before = query.cursor.map(|cursor| cursor.0);
    let limit = query.limit.and_one();
    let said = store::prompts::revealed(&mut call.tx, couple.id, before, limit).await?;
    let days = said.chunk_by(|one, next| one.date == next.date);
    let days = days.map(|said| {
        let date = said[0].date;
        PromptDay::seen_by(call.me.id, &couple, date, said.to_vec(), language.0)
    });
    let page = Page::cut(days.collect(), query.limit, |day: &PromptDay| day.date);
    Ok(Spoken(language, page))
}
