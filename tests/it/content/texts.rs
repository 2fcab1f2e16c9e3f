//! Every text of a language, gathered for the tests to read.

use hearth::domain::phrases::{LetterWords, Phrases};

/// Every text of a language that somebody reads, and where it stands.
pub(super) fn texts(phrases: &Phrases) -> Vec<(String, &str)> {
    let mut texts = Vec::new();
    let mut add = |place: String, text: &'static str| texts.push((place, text));
    let phrases: &'static Phrases = hearth::content::phrases(&phrases.language);
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
    add("mail.unsubscribe".to_owned(), &phrases.mail.unsubscribe);
    for (id, words) in letters(phrases) {
        add(format!("mail.{id}.subject"), &words.subject);
        if let Some(link) = &words.link {
            add(format!("mail.{id}.link"), link);
        }
        add(format!("mail.{id}.closing"), &words.closing);
        if let Some(opening) = &words.opening {
            add(format!("mail.{id}.opening"), opening);
        }
    }
    let calendar = &phrases.calendar;
    for text in [&calendar.name, &calendar.ritual, &calendar.plan] {
        add("calendar".to_owned(), text);
    }
    let mail = &phrases.mail;
    for page in [
        &mail.confirm_page,
        &mail.confirmed_page,
        &mail.stop_page,
        &mail.stopped_page,
        &mail.new_password_page,
        &mail.new_address_page,
        &mail.taken_address_page,
    ] {
        add("mail.page".to_owned(), &page.text);
        if let Some(button) = &page.button {
            add("mail.page.button".to_owned(), button);
        }
    }
    for form in [
        &mail.password_page,
        &mail.other_password_page,
        &mail.address_page,
        &mail.other_address_page,
    ] {
        for text in [&form.text, &form.field, &form.button] {
            add("mail.page.form".to_owned(), text);
        }
    }
    for (place, ways) in ways(phrases) {
        for text in ways {
            add(place.clone(), text);
        }
    }
    texts
}

/// The words of every letter.
pub(super) fn letters(phrases: &'static Phrases) -> [(&'static str, &'static LetterWords); 5] {
    let mail = &phrases.mail;
    [
        ("confirmation", &mail.confirmation),
        ("password_reset", &mail.password_reset),
        ("change_of_address", &mail.change_of_address),
        ("notice_of_change", &mail.notice_of_change),
        ("reminder", &mail.reminder),
    ]
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
        ("reminders.nudge", &reminders.nudge),
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
