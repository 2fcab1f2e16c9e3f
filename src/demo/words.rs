//! What the two of the demo agree on, write and say.

use hearth::content::OFFERS;
use serde_json::{Value, json};

/// What they agreed on, and how often in a hundred days they do it.
pub fn rituals() -> [(i64, Value); 6] {
    [
        (
            91,
            json!({"title": "Nightly check-in", "practice": "conversation", "rule": "both",
                "cadence": {"kind": "daily"}, "cue": "after we brush our teeth",
                "target_minutes": 10}),
        ),
        (
            86,
            json!({"title": "Coffee before the phones", "practice": "presence", "rule": "both",
                "cadence": {"kind": "weekdays", "days": ["mon", "tue", "wed", "thu", "fri"]}}),
        ),
        (
            17,
            json!({"title": "Date night", "practice": "time_together", "rule": "either",
                "cadence": {"kind": "weekly", "times": 1}, "target_minutes": 120}),
        ),
        (
            48,
            json!({"title": "A heartfelt thank-you", "practice": "appreciation",
                "rule": "either", "cadence": {"kind": "weekly", "times": 2}}),
        ),
        (
            30,
            json!({"title": "A walk by the water", "practice": "time_together",
                "rule": "either", "cadence": {"kind": "every", "days": 10}}),
        ),
        (
            12,
            json!({"title": "A long hug", "practice": "intimacy", "rule": "either",
                "cadence": {"kind": "anytime"}}),
        ),
    ]
}

/// What they say to questions that this file does not know.
pub const ANSWERS: [&str; 4] = [
    "The lake. Always the lake.",
    "You went first last time, so: soup, and the good bread.",
    "I would have to think about it longer, and I would like to, with you.",
    "That evening when the power was out.",
];

/// What is written into a log, now and then.
pub fn entry(day: i64, index: usize) -> Value {
    const NOTES: [&str; 5] = [
        "We talked about the sea.",
        "You made me laugh about the neighbour's cat.",
        "Soup, candles, and no screens.",
        "I told you about work, and you listened.",
        "Short today, but we did it.",
    ];
    match (day + index as i64) % 9 {
        0 => json!({"note": NOTES[day as usize % NOTES.len()], "minutes": 20}),
        4 => json!({"mood": "warm", "minutes": 15}),
        7 => json!({"note": "For myself: ask about the letter.", "visibility": "private"}),
        _ => json!({}),
    }
}

/// A whole check-up. Things are mostly fine.
pub fn answers(day: i64) -> Value {
    let degree = |(index, reversed): (usize, bool)| {
        let dice = (day * 3 + index as i64 * 7) % 5;
        json!(if reversed { dice.min(3) } else { dice.max(1) })
    };
    let statements = OFFERS.statements.iter().enumerate();
    let all = statements.map(|(index, statement)| {
        let answer = degree((index, statement.reversed));
        (statement.id.clone(), answer)
    });
    json!({"answers": Value::Object(all.collect()), "closeness": 4 + day / 28 % 3})
}

/// A thank-you of this week's, in turns.
pub fn thanks(week: i64) -> Value {
    const THANKS: [&str; 4] = [
        "You held the evening together when I had nothing left.",
        "For the note on the coffee tin.",
        "You asked about the letter, and then you waited.",
        "Nobody else laughs at that joke. Thank you.",
    ];
    json!({"text": THANKS[week as usize % THANKS.len()]})
}

/// What they plan for a date night.
pub fn date_night(turn: i64) -> Value {
    const LINES: [&str; 3] = ["the little Italian place", "the late film", "soup at home"];
    json!({"at": "19:30", "title": LINES[turn as usize % LINES.len()]})
}
