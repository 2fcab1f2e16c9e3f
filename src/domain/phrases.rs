//! Hearth's own words in one language, by the ids of the [`super::catalog`].

use std::collections::BTreeMap;

use serde::Deserialize;

use super::practice::{Practice, Sign};

/// Words by id.
pub type ById<T> = BTreeMap<String, T>;

/// All the words of one language, as a file such as `content/en.toml` has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// The language, as in `Accept-Language`: `en`, `pt-BR`.
    pub language: String,
    /// The practices.
    pub practices: BTreeMap<Practice, Named>,
    /// The signs of drifting.
    pub signs: BTreeMap<Sign, Named>,
    /// Ideas for rituals.
    pub ideas: ById<IdeaWords>,
    /// Ideas that go together.
    pub sets: ById<Named>,
    /// The questions of the day.
    pub prompts: ById<String>,
    /// The statements of the check-up.
    pub statements: ById<String>,
    /// What else the check-up says.
    pub checkup: CheckupWords,
    /// The weekly recap, sentence by sentence.
    pub recap: RecapWords,
    /// Days worth a word.
    pub milestones: MilestoneWords,
    /// What reminders say.
    pub reminders: ReminderWords,
    /// What letters say.
    pub mail: MailWords,
    /// What a calendar shows.
    pub calendar: CalendarWords,
}

/// A name, and what it is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub about: String,
}

/// What an idea says. Title and cue become the ritual's, so they speak as the couple.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdeaWords {
    /// What the ritual will be called.
    pub title: String,
    /// What it will follow on.
    pub cue: String,
    /// What to do, and why it is nice.
    pub about: String,
}

/// What the check-up says beside its statements.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckupWords {
    /// What it is, and what it is not.
    pub intro: String,
    /// The question about closeness.
    pub closeness: String,
    /// The invitation to a line of one's own.
    pub line: String,
    /// That a couples therapist can help.
    pub therapist: String,
    /// That there is support when somebody feels afraid at home.
    pub afraid: String,
    /// When it opens, and who sees what.
    pub sealed: String,
    /// What both noticed, by sign or practice, in lower case.
    pub themes: ById<String>,
    /// What is good for both, by sign or practice, in lower case.
    pub good: ById<String>,
}

/// The sentences of a recap, in several ways each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecapWords {
    /// The first sentence.
    pub opening: Vec<String>,
    /// What was kept, `{count}` times: `{title}`.
    pub kept: Vec<String>,
    /// What was kept once.
    pub kept_one: Vec<String>,
    /// Of a week with nothing to tell.
    pub quiet: Vec<String>,
    /// The last sentence.
    pub closing: Vec<String>,
}

/// Words for days that come once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneWords {
    /// A year together.
    pub anniversary_first: Vec<String>,
    /// `{years}` years together.
    pub anniversary: Vec<String>,
    /// Kept for the `{count}`th time: `{title}`.
    pub kept: Vec<String>,
}

/// What reminders say. All of it is warm, short and about the couple, never about failure.
#[derive(Debug, Deserialize)]
pub struct ReminderWords {
    /// Sentences that lead with the ritual's `{cue}`.
    pub with_cue: Vec<String>,
    /// Words that tell nobody what they are about.
    pub discreet: Vec<String>,
    /// That the partner nudges.
    pub nudge: Vec<String>,
    /// The offer to remind less, once a habit is strong.
    pub fade: Vec<String>,
    /// What is sent to try a channel.
    pub test: String,
    /// The last word, when nobody answers any more.
    pub stop: Vec<String>,
    /// By practice and by the time of day.
    #[serde(flatten)]
    pub moments: BTreeMap<Practice, Moments>,
}

/// What a calendar shows: to whoever looks at a screen with it, these words tell nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarWords {
    /// What the calendar is called.
    pub name: String,
    /// A ritual.
    pub ritual: String,
    /// A plan.
    pub plan: String,
}

/// What a reminder says at a time of day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "their names say it")]
pub struct Moments {
    pub morning: Vec<String>,
    pub day: Vec<String>,
    pub evening: Vec<String>,
    pub night: Vec<String>,
}

/// What letters say. Others may read them, so they tell little; the subjects tell nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailWords {
    /// The link to get no more of them.
    pub unsubscribe: String,
    /// Asks whether an address is its owner's; the link works for `{hours}` hours.
    pub confirmation: LetterWords,
    /// Lets somebody choose a new password; the link works for `{minutes}` minutes.
    pub password_reset: LetterWords,
    /// Asks whether the address that somebody wants to change to is theirs; the link works for `{hours}` hours.
    pub change_of_address: LetterWords,
    /// Tells at the old address that another is about to take its place.
    pub notice_of_change: LetterWords,
    /// Goes around the words of a reminder.
    pub reminder: LetterWords,
    /// Asks to confirm an address.
    pub confirm_page: PageWords,
    /// Says that it is confirmed.
    pub confirmed_page: PageWords,
    /// Asks whether letters shall stop.
    pub stop_page: PageWords,
    /// Says that they have.
    pub stopped_page: PageWords,
    /// Asks for a new password.
    pub password_page: FormWords,
    /// Asks for another, since that one is too short, too long or too easy to guess.
    pub other_password_page: FormWords,
    /// Says that it holds.
    pub new_password_page: PageWords,
    /// Asks whether to sign in with this address from now on, and for the password: an address may be mistyped.
    pub address_page: FormWords,
    /// Asks once more, since that was not the password.
    pub other_address_page: FormWords,
    /// Says that this holds.
    pub new_address_page: PageWords,
    /// Says that the address has an account of its own by now.
    pub taken_address_page: PageWords,
    /// Says that a link was followed before, or has had its time.
    pub dead_page: PageWords,
    /// Says that it was too much at once.
    pub later_page: PageWords,
}

/// What a letter says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterWords {
    /// What others may read over somebody's shoulder.
    pub subject: String,
    /// What comes before the link; a reminder has its own words there.
    pub opening: Option<String>,
    /// What the link does, where there is one.
    pub link: Option<String>,
    /// What comes after the link.
    pub closing: String,
}

/// A page that a link in a letter leads to. Its words are Hearth's own: HTML may stand in them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageWords {
    /// What it says.
    pub text: String,
    /// What its button does, if it has one.
    pub button: Option<String>,
}

/// A page that asks to type something in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormWords {
    /// What it says.
    pub text: String,
    /// What to type in.
    pub field: String,
    /// What its button does.
    pub button: String,
}

/// One of several ways to say something, always the same for the same number: so that they vary, and a page does
/// not change as one looks at it.
pub fn pick(ways: &[String], number: usize) -> &str {
    ways.get(number % ways.len().max(1))
        .map_or("", String::as_str)
}
