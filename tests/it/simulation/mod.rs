//! Reminders, held against a naive model: couples live through years on a clock that is set forward and back, with the
//! program up and down, in every zone. Every occasion went out, or has a rule that says why not; and none went out twice.
//!
//! `HEARTH_CASES` is the number of seeds; a failure names its own.

mod acts;
mod couple;
mod domain;
mod naive;
mod program;
mod wall;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::thread;

use hearth::domain::reminder::Kind;

use crate::damage::cases;
use crate::dice::Dice;
use acts::{Act, Temper};
use couple::Couple;
use domain::Domain;
use naive::Outcome;
use program::Program;

/// How long each couple lives: a thousand member-days.
const DAYS: i64 = 500;

const DAY: i64 = 86_400;

/// What must have come to pass, lest the rest proves nothing.
const MUST_HAPPEN: [&str; 22] = [
    "went out",
    "nudge",
    "nudged before the rest",
    "held for the morning",
    "last word",
    "catch-up",
    "slept through",
    "off",
    "in a gap",
    "in a fold",
    "down",
    "clock set back",
    "clock set forward",
    "acted before the rounds",
    "Twice",
    "Rule(NoOccasion)",
    "Rule(TooLate)",
    "Rule(NothingToDo)",
    "Rule(Snoozed)",
    "Rule(Dismissed)",
    "Rule(Rarer)",
    "Rule(Stopped)",
];

/// How often what came to pass.
type Tally = BTreeMap<String, u64>;

/// A couple, and what chance has in store for it.
struct Life {
    seed: u64,
    dice: Dice,
    temper: Temper,
    couple: Couple,
    ahead: VecDeque<Act>,
    phase: usize,
    tally: Tally,
}

impl Life {
    /// From some day of these years on.
    fn new(seed: u64, first_year: i64, years: u64) -> Life {
        let mut dice = Dice(seed);
        let day = (first_year - 1970) * 365 + dice.below(365 * years) as i64;
        let zones = [0, 1].map(|_| acts::zone(&mut dice));
        let (cadence, rule) = (acts::cadence(&mut dice), acts::rule(&mut dice));
        let couple = Couple::new(day * DAY, zones, cadence, rule);
        let set = [0, 1].map(|who| Act::Set(who, acts::times(&mut dice), true, true));
        Life {
            seed,
            temper: Temper::any(&mut dice),
            dice,
            couple,
            ahead: VecDeque::from(set),
            phase: 0,
            tally: Tally::new(),
        }
    }

    /// Lets the next thing happen: time goes on, something may be done, the rounds are gone, something may be done.
    fn next(&mut self) -> (Act, [Option<Outcome>; 2]) {
        let tally = &mut self.tally;
        let mut count = |what: &'static str| *tally.entry(what.to_owned()).or_default() += 1;
        let (couple, dice) = (&mut self.couple, &mut self.dice);
        let act = loop {
            if let Some(act) = self.ahead.pop_front() {
                break act;
            }
            self.phase = (self.phase + 1) % 4;
            match self.phase {
                0 => self.ahead.extend(acts::time(couple, dice, &mut count)),
                1 if dice.happens(90) => {}
                2 => self.ahead.push_back(Act::Rounds),
                _ => self.ahead.extend(acts::deed(couple, &self.temper, dice)),
            }
        };
        if self.phase == 1 {
            count("acted before the rounds");
        }
        let outcomes = couple.act(&act, &mut count);
        for outcome in outcomes.iter().flatten() {
            self.count(outcome);
        }
        (act, outcomes)
    }

    fn count(&mut self, outcome: &Outcome) {
        let mut count = |what: String| *self.tally.entry(what).or_default() += 1;
        match outcome {
            Ok(out) if out.kind == Kind::Last => count("last word".to_owned()),
            Ok(out) if out.kind == Kind::Nudge => count("nudge".to_owned()),
            Ok(_) => count("went out".to_owned()),
            Err(whys) => whys.iter().for_each(|why| count(format!("{why:?}"))),
        }
    }

    /// Fails, and names the seed, where the two differ.
    fn same<T: PartialEq + Debug>(&self, act: &Act, program: T, naive: T) {
        let Life { seed, couple, .. } = self;
        let now = wall::instant(couple.now);
        let place = format!("seed {seed}, {now}, {:?}, {act:?}", couple.zones);
        assert_eq!(program, naive, "{place}: program, naive");
    }
}

/// Lives by the program's own rules and by the naive ones.
fn by_the_rules(seed: u64) -> Tally {
    let mut life = Life::new(seed, 2010, 18);
    let mut domain = Domain::new(&life.couple);
    let end = life.couple.now + DAYS * DAY;
    while life.couple.now < end {
        let (act, naive) = life.next();
        let program = domain.act(&act, &life.couple);
        for who in [0, 1] {
            match (&program[who], &naive[who]) {
                (Some(Err(why)), Some(Err(whys))) if whys.contains(why) => {}
                (program, naive) => {
                    let naive = naive.clone().map(|one| one.map_err(|whys| whys[0]));
                    life.same(&act, *program, naive);
                }
            }
            let reminder = &life.couple.reminders[who];
            if act.moves(who) && !reminder.is_unsettled() {
                let next = reminder.look_at(&life.couple.wall(who));
                life.same(&act, domain.next_at(who), next);
            }
        }
    }
    life.tally
}

/// Adds up what so many seeds tell, on all processors.
fn add_up(seeds: u64, live: impl Fn(u64) -> Tally + Sync) -> Tally {
    let processors = thread::available_parallelism().unwrap().get() as u64;
    let mut sum = Tally::new();
    thread::scope(|scope| {
        let live = &live;
        let shares = (0..processors).map(|first| {
            let share = move || {
                let seeds = (first..seeds).step_by(processors as usize);
                seeds.map(live).collect::<Vec<Tally>>()
            };
            scope.spawn(share)
        });
        let shares: Vec<_> = shares.collect();
        for tally in shares.into_iter().flat_map(|share| share.join().unwrap()) {
            for (what, times) in tally {
                *sum.entry(what).or_default() += times;
            }
        }
    });
    sum
}

/// Whatever happens to a clock and to the program: what goes out is what the rules say, once, and whatever does not is
/// named by a rule.
#[test]
fn every_occasion_is_sent_once_or_named() {
    let tally = add_up(cases(20), by_the_rules);
    for what in MUST_HAPPEN {
        assert!(tally.contains_key(what), "never: {what}: {tally:?}");
    }
}

/// Lives through some weeks in the whole program, on its database.
async fn in_the_program(seed: u64) -> Tally {
    let mut life = Life::new(seed, 2027, 1);
    let mut program = Program::new(&life.couple).await;
    let end = life.couple.now + 40 * DAY;
    while life.couple.now < end {
        let (act, naive) = life.next();
        let out = program.act(&act, &life.couple).await;
        let wanted = naive.iter().flatten().filter(|one| one.is_ok());
        life.same(&act, out, wanted.count());
        if !matches!(act, Act::Rounds) {
            continue;
        }
        for who in [0, 1] {
            if let Some(Ok(out)) = &naive[who] {
                let date = serde_json::to_value(out.date).unwrap();
                life.same(&act, program.waits(who).await, Some(date));
            }
            let next = life.couple.reminders[who].next(&life.couple.wall(who));
            life.same(&act, program.next_at(who).await, next);
        }
    }
    life.tally
}

/// The same in the whole program, killed and started again now and then.
#[tokio::test]
async fn the_program_keeps_to_it() {
    let mut sum = Tally::new();
    for seed in 0..6 {
        for (what, times) in in_the_program(seed).await {
            *sum.entry(what).or_default() += times;
        }
    }
    for what in ["went out", "down", "clock set back", "slept through"] {
        assert!(sum.contains_key(what), "never: {what}: {sum:?}");
    }
}
