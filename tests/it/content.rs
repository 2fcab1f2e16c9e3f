//! Hearth's own words: every id has words in every language, nothing stands twice, and nothing shames.

use std::collections::{BTreeMap, BTreeSet};

use hearth::content::{OFFERS, languages, phrases};
use hearth::domain::catalog::{Idea, Life};
use hearth::domain::phrases::{ById, Phrases};
use hearth::domain::practice::{Practice, Sign};
use hearth::domain::text::{Cue, Title};

/// Asserts that these are the very ids that have words.
fn same_ids<'a, T>(
    of: &str,
    phrases: &Phrases,
    ids: impl Iterator<Item = &'a String>,
    words: &ById<T>,
) {
    let ids: BTreeSet<&String> = ids.collect();
    let named: BTreeSet<&String> = words.keys().collect();
    assert_eq!(ids, named, "{of} in {}", phrases.language);
}

/// Every text of a language that somebody reads, and where it stands.
fn texts(phrases: &Phrases) -> Vec<(String, &str)> {
    let mut texts = Vec::new();
    let mut add = |place: String, text: &'static str| texts.push((place, text));
    let phrases: &'static Phrases = self::phrases(&phrases.language);
    for (id, words) in &phrases.practices {
        add(format!("{id:?}.name"), &words.name);
        add(format!("{id:?}.about"), &words.about);
    }
    for (id, words) in &phrases.signs {
        add(format!("{id:?}.name"), &words.name);
        add(format!("{id:?}.about"), &words.about);
    }
    for (id, words) in &phrases.ideas {
        add(format!("{id}.title"), &words.title);
        add(format!("{id}.cue"), &words.cue);
        add(format!("{id}.about"), &words.about);
    }
    for (id, words) in &phrases.sets {
        add(format!("{id}.name"), &words.name);
        add(format!("{id}.about"), &words.about);
    }
    for (id, text) in phrases.prompts.iter().chain(&phrases.statements) {
        add(id.clone(), text);
    }
    let checkup = &phrases.checkup;
    for text in [
        &checkup.intro,
        &checkup.closeness,
        &checkup.line,
        &checkup.therapist,
        &checkup.afraid,
        &checkup.sealed,
    ] {
        add("checkup".to_owned(), text);
    }
    for (id, text) in checkup.themes.iter().chain(&checkup.good) {
        add(format!("checkup.{id}"), text);
    }
    let calendar = &phrases.calendar;
    let calendar = [&calendar.name, &calendar.ritual, &calendar.plan].into_iter();
    calendar.for_each(|text| add("calendar".to_owned(), text));
    for (place, ways) in ways(phrases) {
        for text in ways {
            add(place.clone(), text);
        }
    }
    texts
}

/// Everything that is said in several ways, and how many there must be.
fn ways(phrases: &'static Phrases) -> Vec<(String, &'static Vec<String>)> {
    let (recap, milestones, reminders) = (&phrases.recap, &phrases.milestones, &phrases.reminders);
    let mut ways: Vec<(String, &Vec<String>)> = [
        ("recap.opening", &recap.opening),
        ("recap.kept", &recap.kept),
        ("recap.kept_one", &recap.kept_one),
        ("recap.quiet", &recap.quiet),
        ("recap.closing", &recap.closing),
        (
            "milestones.anniversary_first",
            &milestones.anniversary_first,
        ),
        ("milestones.anniversary", &milestones.anniversary),
        ("milestones.kept", &milestones.kept),
        ("reminders.with_cue", &reminders.with_cue),
        ("reminders.discreet", &reminders.discreet),
        ("reminders.fade", &reminders.fade),
        ("reminders.stop", &reminders.stop),
    ]
    .map(|(place, ways)| (place.to_owned(), ways))
    .into();
    for (practice, moments) in &reminders.moments {
        for (moment, said) in [
            ("morning", &moments.morning),
            ("day", &moments.day),
            ("evening", &moments.evening),
            ("night", &moments.night),
        ] {
            assert!(
                said.len() >= 8,
                "{practice:?} in the {moment}: {}",
                said.len()
            );
            ways.push((format!("reminders.{practice:?}.{moment}"), said));
        }
    }
    ways
}

/// Every id has words in every language, and no words are left over.
#[test]
fn every_id_has_words_in_every_language() {
    assert_eq!(languages()[0].language, "en");
    for phrases in languages() {
        let practices = OFFERS.practices.iter().map(|practice| practice.id);
        assert!(practices.eq(PRACTICES), "in their order");
        assert!(phrases.practices.keys().copied().eq(PRACTICES));
        assert!(phrases.reminders.moments.keys().copied().eq(PRACTICES));
        let signs: BTreeSet<Sign> = OFFERS.signs.iter().map(|sign| sign.id).collect();
        assert!(phrases.signs.keys().eq(signs.iter()));
        let ideas = OFFERS.ideas.iter().map(|idea| &idea.id);
        same_ids("ideas", phrases, ideas, &phrases.ideas);
        let sets = OFFERS.sets.iter().map(|set| &set.id);
        same_ids("sets", phrases, sets, &phrases.sets);
        let prompts = OFFERS.prompts.iter().map(|prompt| &prompt.id);
        same_ids("prompts", phrases, prompts, &phrases.prompts);
        let statements = OFFERS.statements.iter().map(|statement| &statement.id);
        same_ids("statements", phrases, statements, &phrases.statements);
        assert!(
            phrases
                .checkup
                .themes
                .keys()
                .eq(phrases.checkup.good.keys())
        );
    }
}

const PRACTICES: [Practice; 6] = [
    Practice::TimeTogether,
    Practice::Rituals,
    Practice::Appreciation,
    Practice::Conversation,
    Practice::Intimacy,
    Practice::Presence,
];

/// Ids stand once, and there is enough of everything: eight ideas for each practice and four for each sign, ideas
/// for every way of life, a hundred and twenty questions in three depths.
#[test]
fn there_is_enough_of_everything() {
    let offers = &*OFFERS;
    let ids = [
        offers.ideas.iter().map(|one| &one.id).collect::<Vec<_>>(),
        offers.prompts.iter().map(|one| &one.id).collect(),
        offers.statements.iter().map(|one| &one.id).collect(),
    ];
    for ids in ids {
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(ids.iter().all(|id| id.chars().all(plain)));
    }
    let count = |is: &dyn Fn(&Idea) -> bool| offers.ideas.iter().filter(|idea| is(idea)).count();
    for practice in PRACTICES {
        assert!(
            count(&|idea| idea.practice == practice) >= 8,
            "{practice:?}"
        );
    }
    for sign in &offers.signs {
        assert!(
            count(&|idea| idea.signs.contains(&sign.id)) >= 4,
            "{:?}",
            sign.id
        );
    }
    use Life::*;
    for life in [
        Mornings, Evenings, Weekend, Outdoors, Distance, Children, Shifts, NoMoney, Bodies, Small,
    ] {
        assert!(count(&|idea| idea.r#for.contains(&life)) >= 5, "{life:?}");
    }
    for idea in &offers.ideas {
        for sign in &idea.signs {
            let answered = offers.signs.iter().find(|one| one.id == *sign).unwrap();
            assert!(answered.practices.contains(&idea.practice), "{}", idea.id);
        }
    }
    for set in &offers.sets {
        assert!(
            set.ideas.iter().all(|id| offers.idea(id).is_some()),
            "{}",
            set.id
        );
    }
    assert!(offers.sets.iter().any(|set| set.id == "six_hours"));
    assert!(offers.prompts.len() >= 120);
    for depth in 1..=3 {
        let alike = offers.prompts.iter().filter(|prompt| prompt.depth == depth);
        assert!(alike.count() >= 30, "depth {depth}");
    }
    let topics = offers.statements.iter();
    let topics = topics.map(|one| (one.sign, one.practice, one.reversed));
    assert_eq!(topics.clone().count(), 12);
    for (sign, practice, reversed) in topics {
        assert_eq!(sign.is_some(), practice.is_none());
        assert_eq!(reversed, sign.is_some());
    }
}

/// Words fit where they are shown, and the title and cue of an idea are ones that a ritual can have.
#[test]
fn words_fit() {
    for phrases in languages() {
        for words in phrases.ideas.values() {
            assert!(
                Title::try_from(words.title.clone()).is_ok(),
                "{}",
                words.title
            );
            assert!(Cue::try_from(words.cue.clone()).is_ok(), "{}", words.cue);
            assert!(words.title.chars().count() <= 60, "{}", words.title);
        }
        let longest = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| text.chars().count()).max().unwrap()
        };
        assert!(longest(&mut phrases.prompts.values()) <= 160);
        assert!(longest(&mut phrases.statements.values()) <= 120);
        for (place, text) in texts(phrases) {
            assert_eq!(text.trim(), text, "{place}");
            let longest = if place == "checkup" { 600 } else { 320 };
            assert!(
                (8..=longest).contains(&text.chars().count()),
                "{place}: {text}"
            );
        }
    }
}

/// No text stands twice in a language.
#[test]
fn nothing_is_said_twice() {
    for phrases in languages() {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (place, text) in texts(phrases) {
            let before = seen.insert(text.to_lowercase(), place.clone());
            assert_eq!(before, None, "{place}: {text}");
        }
        assert!(seen.len() > 600, "only {} texts were read", seen.len());
    }
}

/// Nothing in English threatens, blames, counts what was missed, sells, or takes anything for granted of a couple.
#[test]
fn nothing_shames() {
    const FORBIDDEN: [&str; 34] = [
        "streak",
        "miss a",
        "missed a",
        "you missed",
        "failed",
        "failure",
        "you forgot",
        "you should",
        "don't lose",
        "do not lose",
        "at risk",
        "guilt",
        "ashamed",
        "disappoint",
        "lazy",
        "excuse",
        "behind on",
        "catch up on",
        "wife",
        "husband",
        "spouse",
        "marriage",
        "married",
        "god ",
        "pray",
        "bless",
        "journey",
        "nurture",
        "intentional",
        "quality time",
        "love language",
        "soulmate",
        "better half",
        "!",
    ];
    for (place, text) in texts(phrases("en")) {
        let lower = text.to_lowercase();
        for word in FORBIDDEN {
            assert!(!lower.contains(word), "{place} says {word:?}: {text}");
        }
    }
    // What goes out on a channel that others may read tells nothing of what it is about.
    let reminders = &phrases("en").reminders;
    for text in reminders.discreet.iter().chain(&reminders.stop) {
        for word in [
            "love", "couple", "partner", "ritual", "you two", "together", "hearth",
        ] {
            assert!(!text.to_lowercase().contains(word), "{text}");
        }
    }
}

/// What is filled in is filled in where it is expected, and nowhere else.
#[test]
fn braces_are_known() {
    for phrases in languages() {
        for (place, text) in texts(phrases) {
            let wanted: &[&str] = match place.as_str() {
                "recap.kept" | "milestones.kept" => &["{count}", "{title}"],
                "recap.kept_one" => &["{title}"],
                "milestones.anniversary" => &["{years}"],
                "reminders.with_cue" => &["{cue}"],
                _ => &[],
            };
            assert_eq!(text.matches('{').count(), wanted.len(), "{place}: {text}");
            assert!(
                wanted.iter().all(|brace| text.contains(brace)),
                "{place}: {text}"
            );
        }
    }
}

/// Whoever asks for a language that is not there, or in words that are none, is answered in English.
#[test]
fn a_language_is_chosen() {
    let nan = "xx;q=nan, yy;q=1, ".repeat(60);
    for accepted in [
        nan.as_str(),
        "",
        "en",
        "EN-gb",
        "xx, en;q=0.2",
        "tlh",
        ";;;q=,",
        "*",
    ] {
        assert_eq!(phrases(accepted).language, "en", "{accepted}");
    }
}
