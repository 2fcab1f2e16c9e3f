//! Properties of the fold, on histories made up at random.
//!
//! proptest takes the number of cases from `PROPTEST_CASES` (256 unless told); here each stands for
//! four. One million histories: `PROPTEST_CASES=250000 cargo test --release --test it rules::`

use std::collections::BTreeSet;

use hearth::domain::agreement::{Answer, Interval, Participant};
use hearth::domain::cadence::{Cadence, Revision, WeekStart, WeekdaySet};
use hearth::domain::couple::Todays;
use hearth::domain::day::{Date, Weekday};
use hearth::domain::ledger::Ledger;
use hearth::domain::rest::{RestDates, Span};
use hearth::domain::ritual::{Forgiveness, Rule};
use hearth::domain::story::{State, Story};
use hearth::domain::streak::{Checkpoint, Streak};
use hearth::ids::{AccountId, Chance};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::naive::History;

/// Ada and Ben.
pub fn members() -> [AccountId; 2] {
    let mut chance = Chance::seeded(1);
    [AccountId::new(&mut chance), AccountId::new(&mut chance)]
}

/// Any cadence; those whose periods are short enough to happen often come up more often.
pub fn cadences() -> impl Strategy<Value = Cadence> {
    let weekdays = subsequence(Weekday::ALL.to_vec(), 1..=7).prop_map(|days| Cadence::Weekdays {
        days: WeekdaySet::new(&days).unwrap(),
    });
    prop_oneof![
        4 => Just(Cadence::Daily),
        3 => weekdays,
        3 => (1..=7u8).prop_map(|times| Cadence::Weekly { times }),
        1 => (1..=4u8).prop_map(|times| Cadence::Monthly { times }),
        1 => (1..=28u8).prop_map(|times| Cadence::Monthly { times }),
        2 => (2..=9u16).prop_map(|days| Cadence::Every { days }),
        1 => (2..=365u16).prop_map(|days| Cadence::Every { days }),
        2 => Just(Cadence::Anytime),
    ]
}

pub fn week_starts() -> impl Strategy<Value = WeekStart> {
    select(vec![WeekStart::Mon, WeekStart::Sun, WeekStart::Sat])
}

pub fn rules() -> impl Strategy<Value = Rule> {
    select(vec![Rule::Either, Rule::Both])
}

pub fn forgivenesses() -> impl Strategy<Value = Forgiveness> {
    select(vec![Forgiveness::Gentle, Forgiveness::Off])
}

/// Up to four revisions, each some days after the one before, so that most clip a period.
fn revisions(starts_on: Date) -> impl Strategy<Value = Vec<Revision>> {
    let part = || (cadences(), week_starts(), 1..120i64);
    let parts = prop_oneof![1 => vec(part(), 1), 2 => vec(part(), 2..=4)];
    parts.prop_map(move |parts| {
        let mut from = starts_on;
        let revise = |(cadence, week_start, days)| {
            let revision = Revision {
                from,
                cadence,
                week_start,
            };
            from = from.plus(days);
            revision
        };
        parts.into_iter().map(revise).collect()
    })
}

/// A member with up to two intervals that ended, and mostly one that goes on; some adjoin.
fn participants(member: AccountId, starts_on: Date) -> impl Strategy<Value = Participant> {
    let gaps = || prop_oneof![3 => Just(0), 1 => 1..40i64];
    let ended = prop_oneof![2 => Just(vec![]), 1 => vec((gaps(), 0..60i64), 0..=2)];
    let standing = option::weighted(0.9, gaps());
    (ended, standing).prop_map(move |(ended, standing)| {
        let mut free = starts_on;
        let mut interval = |gap, days: Option<i64>| {
            let since = free.plus(gap);
            let until = days.map(|days| since.plus(days));
            free = until.map_or(free, Date::next);
            Interval {
                since,
                until,
                agreed_on: None,
            }
        };
        let ended = ended.into_iter().map(|(gap, days)| (gap, Some(days)));
        let all = ended.chain(standing.map(|gap| (gap, None)));
        Participant {
            member,
            answer: Answer::Yes,
            intervals: all.map(|(gap, days)| interval(gap, days)).collect(),
        }
    })
}

/// A rest somewhere in the `days` after `starts_on`, or a little before.
fn rests(starts_on: Date, days: i64) -> impl Strategy<Value = Span> {
    let length = option::weighted(0.9, 0..15i64);
    (-9..days + 5, length).prop_map(move |(offset, length)| {
        let from = starts_on.plus(offset);
        Span {
            from,
            to: length.map(|length| from.plus(length)),
        }
    })
}

/// Who logged when: a pattern of days, weeks or other blocks, in most of which both logged every
/// date, for single lapses in a long streak are what forgiveness is about.
fn logs(starts_on: Date, days: i64) -> impl Strategy<Value = BTreeSet<(AccountId, Date)>> {
    let block = prop_oneof![3 => Just(1), 3 => Just(7), 1 => 1..40i64];
    let both_or_fewer = vec![0..2, 0..2, 0..2, 0..2, 0..2, 0..1, 1..2, 0..0, 0..0];
    (block, vec(select(both_or_fewer), 1..60)).prop_map(move |(block, pattern)| {
        let members = members();
        let on = |offset: i64| {
            let who = &members[pattern[(offset / block) as usize % pattern.len()].clone()];
            who.iter()
                .map(move |member| (*member, starts_on.plus(offset)))
        };
        (0..days).flat_map(on).collect()
    })
}

/// Histories of up to 400 dates. Logs may lie a few dates ahead of the todays, as if their writer had
/// flown west since.
fn histories() -> impl Strategy<Value = History> {
    let days = prop_oneof![0..30i64, 0..120i64, 0..400i64];
    (0..1500i64, days, -3..4i64, -2..=2i64).prop_flat_map(|(offset, days, ahead, apart)| {
        let starts_on = Date::new(2023, 1, 1).unwrap().plus(offset);
        let today = starts_on.plus(days - ahead);
        let [ada, ben] = members().map(|member| participants(member, starts_on));
        (
            (rules(), forgivenesses(), revisions(starts_on)),
            (ada, option::weighted(0.9, ben)),
            vec(rests(starts_on, days), 0..3),
            logs(starts_on, days + 1),
            Just([today, today.plus(apart)]),
        )
            .prop_map(|(kind, (ada, ben), rests, logs, todays)| History {
                rule: kind.0,
                forgiveness: kind.1,
                revisions: kind.2,
                members: members(),
                participants: [ada].into_iter().chain(ben).collect(),
                rests,
                logs,
                todays,
            })
    })
}

impl History {
    fn both_todays(&self) -> Todays {
        let [one, other] = self.todays;
        Todays {
            earliest: one.min(other),
            latest: one.max(other),
        }
    }

    /// The logs from a date on, and all rests.
    fn known(&self, from: Date) -> (Ledger, RestDates) {
        let logs = self.logs.iter().filter(|(_, date)| *date >= from);
        (
            logs.copied().collect(),
            self.rests.iter().copied().collect(),
        )
    }

    fn story<'a>(&'a self, (ledger, rests): &'a (Ledger, RestDates)) -> Story<'a> {
        Story {
            rule: self.rule,
            forgiveness: self.forgiveness,
            revisions: &self.revisions,
            participants: &self.participants,
            rests,
            ledger,
        }
    }

    fn unfolded(&self) -> (Vec<(Date, Date, State)>, Streak) {
        let known = self.known(Date::MIN);
        let (story, todays) = (self.story(&known), self.both_todays());
        let nothing = Checkpoint::empty(self.revisions[0].from);
        let periods = story.periods(&nothing, todays);
        let states = periods
            .iter()
            .map(|(period, state)| (period.first, period.last, *state));
        (states.collect(), story.streak(&nothing, todays))
    }
}

/// Nothing that a couple is proud of has become less. Only numbers are compared: while the cadence
/// is `anytime` there are none.
pub fn is_kind(before: &Streak, after: &Streak) -> bool {
    let not_lower = before
        .current
        .zip(after.current)
        .is_none_or(|(b, a)| a >= b);
    not_lower && after.best >= before.best && after.total_kept >= before.total_kept
}

/// The habit has not become weaker, where both are numbers.
pub fn is_as_strong(before: &Streak, after: &Streak) -> bool {
    before
        .strength
        .zip(after.strength)
        .is_none_or(|(b, a)| a >= b)
}

/// Telling a history is quick, and what goes wrong only now and then needs many of them.
fn many() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases.saturating_mul(4),
        ..usual
    }
}

proptest! {
    #![proptest_config(many())]

    /// Two people who read the rules, one writing for speed and one for plainness, get the same.
    #[test]
    fn the_fold_is_that_of_the_naive_reading(history in histories()) {
        prop_assert_eq!(history.unfolded(), history.told());
    }

    /// A fold stored at any settled date, reached in one go or in two, is the same; and reading on
    /// from it, with only what came after, gives what the whole history gives.
    #[test]
    fn a_fold_stored_anywhere_reads_the_same(history in histories(), ago in (0..60i64, 0..60i64)) {
        let todays = history.both_todays();
        let boundary = todays.earliest.plus(-ago.0);
        let whole = history.known(Date::MIN);
        let stored = Checkpoint::from_scratch(&history.story(&whole), boundary);
        let mut twice = Checkpoint::from_scratch(&history.story(&whole), boundary.plus(-ago.1));
        let tail = history.known(twice.next);
        twice.advance(&history.story(&tail), boundary);
        prop_assert_eq!(&twice, &stored);
        let written = serde_json::to_string(&stored).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Checkpoint>(&written).unwrap(), &stored);
        let tail = history.known(stored.next);
        prop_assert_eq!(history.story(&tail).streak(&stored, todays), history.unfolded().1);
    }

    /// A log, wherever it is filled in, takes nothing away.
    #[test]
    fn a_log_is_kind(history in histories(), who in 0..2usize, offset in 0..400i64) {
        let mut after = history.clone();
        let days = history.both_todays().latest.days_since(history.revisions[0].from).max(0) + 2;
        after.logs.insert((members()[who], history.revisions[0].from.plus(offset % days)));
        let (before, after) = (history.unfolded().1, after.unfolded().1);
        prop_assert!(is_kind(&before, &after), "{before:?} became {after:?}");
        prop_assert!(is_as_strong(&before, &after), "{before:?} became {after:?}");
    }

    /// A rest, wherever it is taken, takes nothing away.
    #[test]
    fn a_rest_is_kind(
        (history, rest) in histories().prop_flat_map(|history| {
            let starts_on = history.revisions[0].from;
            let days = history.both_todays().latest.days_since(starts_on).max(0);
            (Just(history), rests(starts_on, days))
        })
    ) {
        let mut after = history.clone();
        after.rests.push(rest);
        let (before, after) = (history.unfolded().1, after.unfolded().1);
        prop_assert!(is_kind(&before, &after), "{before:?} became {after:?}");
    }
}
