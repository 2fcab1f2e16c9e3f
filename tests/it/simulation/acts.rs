//! What happens to a couple, at random.

use hearth::domain::cadence::{Cadence, WeekdaySet};
use hearth::domain::day::{Date, Weekday, Zone};
use hearth::domain::occasion::{MOST_TIMES, Time};
use hearth::domain::ritual::Rule;
use hearth::domain::time::WallTime;

use super::couple::Couple;
use super::naive::Count;
use crate::dice::Dice;

/// Something that happens. `usize` says to whom.
#[derive(Debug, Clone)]
pub enum Act {
    /// The program's clock goes on by so many seconds, or is set back.
    Pass(i64),
    Rounds,
    /// Another program goes on with what was stored.
    Restart,
    Log(usize, Date),
    Undo(usize, Date),
    /// The ritual rests.
    Rest(Date, Date),
    /// All rests end.
    Wake,
    Agree(usize),
    Withdraw(usize),
    /// To these times, on or off, and whether nudges are welcome.
    Set(usize, Vec<Time>, bool, bool),
    /// By the other.
    Nudge(usize),
    Snooze(usize, i64),
    Tomorrow(usize),
    Dismiss(usize),
    Move(usize, String),
    DayStart(WallTime),
}

impl Act {
    /// Whether it may change when somebody's reminder comes next.
    pub fn moves(&self, who: usize) -> bool {
        match self {
            Act::Rounds | Act::DayStart(_) => true,
            Act::Set(whose, ..) | Act::Snooze(whose, _) | Act::Tomorrow(whose) => *whose == who,
            Act::Move(whose, _) | Act::Nudge(whose) => *whose == who,
            _ => false,
        }
    }
}

/// How a couple is: in a hundred moments, how often somebody logs, and how often something else is done.
pub struct Temper {
    logs: u64,
    acts: u64,
}

impl Temper {
    pub fn any(dice: &mut Dice) -> Temper {
        Temper {
            logs: *dice.pick(&[0, 1, 3, 10, 50]),
            acts: *dice.pick(&[2, 10, 40]),
        }
    }
}

/// Two hours: how far a clock is set.
const JUMP: u64 = 7_200;

const HOUR: u64 = 3_600;

/// Time goes on, or a clock is set.
pub fn time(couple: &Couple, dice: &mut Dice, count: Count) -> Vec<Act> {
    let seconds = |dice: &mut Dice, most: u64| 1 + dice.below(most) as i64;
    match dice.below(100) {
        0..78 => {
            let day = couple.now + 24 * HOUR as i64;
            let next = couple.next().unwrap_or(day).min(day);
            vec![Act::Pass((next - couple.now).max(0))]
        }
        78..88 => vec![Act::Pass(seconds(dice, 10 * HOUR))],
        88..92 => {
            count("clock set back");
            vec![Act::Pass(-seconds(dice, JUMP))]
        }
        92..96 => {
            count("clock set forward");
            vec![Act::Pass(seconds(dice, JUMP))]
        }
        _ => {
            count("down");
            let most = *dice.pick(&[HOUR / 4, 20 * HOUR, 9 * 24 * HOUR]);
            vec![Act::Pass(seconds(dice, most)), Act::Restart]
        }
    }
}

/// What is done now, if anything.
pub fn deed(couple: &Couple, temper: &Temper, dice: &mut Dice) -> Option<Act> {
    let who = dice.below(2) as usize;
    let member = couple.history.members[who];
    if dice.happens(temper.logs) {
        let date = couple.today(who).plus(-(dice.below(3) as i64));
        let is_logged = couple.history.logs.contains(&(member, date));
        return match couple.may_log(who, date) {
            true if is_logged => Some(Act::Undo(who, date)).filter(|_| dice.happens(20)),
            true => Some(Act::Log(who, date)),
            false => None,
        };
    }
    if !dice.happens(temper.acts) {
        return None;
    }
    Some(match dice.below(26) {
        0..5 => Act::Snooze(who, *dice.pick(&[1, 5, 30, 60, 180, 720, 1440])),
        5..8 => Act::Tomorrow(who),
        8..11 => Act::Dismiss(who),
        11..13 => Act::Set(who, times(dice), dice.happens(80), dice.happens(70)),
        13 => Act::Move(who, zone(dice)),
        14 => Act::DayStart(WallTime::new(dice.below(7) as u8, 0).unwrap()),
        15..17 => {
            let from = couple.today(who).plus(dice.below(3) as i64 - 1);
            Act::Rest(from, from.plus(dice.below(5) as i64))
        }
        17 => Act::Wake,
        18 => Act::Withdraw(who),
        20.. => Act::Nudge(who),
        _ => Act::Agree(who),
    })
    .filter(|act| is_possible(couple, act))
}

/// Not: to move to where one is, and the like.
fn is_possible(couple: &Couple, act: &Act) -> bool {
    let says_yes = |who: &usize| couple.ritual.has_yes_of(couple.history.members[*who]);
    match act {
        Act::Move(who, zone) => couple.zones[*who] != *zone,
        Act::DayStart(time) => couple.day_start != *time,
        Act::Agree(who) => !says_yes(who),
        Act::Withdraw(who) => says_yes(who),
        _ => true,
    }
}

/// Up to four times, often where clocks change, some of them on some weekdays.
pub fn times(dice: &mut Dice) -> Vec<Time> {
    let mut times: Vec<Time> = Vec::new();
    for _ in 0..1 + dice.below(MOST_TIMES as u64) {
        let hour = match dice.happens(40) {
            true => dice.below(5),
            false => dice.below(24),
        };
        let at = WallTime::new(hour as u8, *dice.pick(&[0, 15, 30, 59])).unwrap();
        let on = |dice: &mut Dice| Weekday::ALL.map(|day| Some(day).filter(|_| dice.happens(50)));
        let days: Vec<Weekday> = on(dice).into_iter().flatten().collect();
        let days = WeekdaySet::new(&days).filter(|_| dice.happens(40));
        if times.iter().all(|time| time.at != at) {
            times.push(Time { at, days });
        }
    }
    times
}

/// Any zone there is.
pub fn zone(dice: &mut Dice) -> String {
    thread_local! {
        static ZONES: Vec<String> = Zone::names().collect();
    }
    ZONES.with(|zones| dice.pick(zones).clone())
}

pub fn cadence(dice: &mut Dice) -> Cadence {
    let weekdays = [Weekday::Mon, Weekday::Wed, Weekday::Fri, Weekday::Sun];
    match dice.below(8) {
        0..4 => Cadence::Daily,
        4 => Cadence::Weekdays {
            days: WeekdaySet::new(&weekdays).unwrap(),
        },
        5 => Cadence::Weekly {
            times: 1 + dice.below(3) as u8,
        },
        6 => Cadence::Every { days: 3 },
        _ => Cadence::Anytime,
    }
}

pub fn rule(dice: &mut Dice) -> Rule {
    *dice.pick(&[Rule::Both, Rule::Either])
}
