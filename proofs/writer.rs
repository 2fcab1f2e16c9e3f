//! Somebody who writes logs and remembers which were acknowledged, to hold against what is there later.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Range;

use hearth::domain::day::Date;
use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::dice::Dice;
use crate::people::{Couple, Person, text};

/// Who, which ritual, and which date.
type Place = (String, String, Date);

/// What is known of one log: every time it is written it gets the next number as its words.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    acknowledged: u64,
    sent: u64,
}

/// Somebody who writes.
#[derive(Debug, Clone)]
pub struct Writer {
    person: Person,
    rituals: Vec<String>,
    today: Date,
    days: Range<i64>,
    dice: Dice,
    entries: BTreeMap<Place, Entry>,
}

impl Writer {
    /// Somebody of a couple who writes for dates so many days ago. No two writers share a date.
    pub fn new(couple: &Couple, person: &Person, days: Range<i64>, seed: u64) -> Writer {
        Writer {
            person: person.clone(),
            rituals: couple.rituals.clone(),
            today: couple.today,
            days,
            dice: Dice(seed),
            entries: BTreeMap::new(),
        }
    }

    /// Writes one log, anew or again. Whether it was acknowledged, or the connection broke before.
    pub fn write(&mut self, client: &mut Client) -> Result<bool> {
        let span = self.days.end - self.days.start;
        let days = self.days.start + self.dice.below(span as u64) as i64;
        let ritual = self.dice.pick(&self.rituals).clone();
        let date = self.today.plus(-days);
        let path = format!("/v1/rituals/{ritual}/logs/{date}");
        let place = (self.person.id.clone(), ritual, date);
        let entry = self.entries.entry(place).or_default();
        entry.sent += 1;
        let words = json!({"note": entry.sent.to_string()});
        let put = self.person.request("PUT", &path, Some(&words));
        match client.ask(&put) {
            Err(_) => Ok(false),
            Ok(answer) => {
                answer.must_be(&[200, 201])?;
                entry.acknowledged = entry.sent;
                Ok(true)
            }
        }
    }

    /// Takes over from `later`, who went on writing, how far everything has been sent.
    pub fn learn_what_was_sent(&mut self, later: &Writer) {
        for (place, entry) in &later.entries {
            self.entries.entry(place.clone()).or_default().sent = entry.sent;
        }
    }
}

/// Both people of every couple; each writes logs of their own.
pub fn one_for_each_person(couples: &[Couple], seed: u64) -> Vec<Writer> {
    let both = couples
        .iter()
        .flat_map(|couple| [(couple, &couple.ada), (couple, &couple.ben)]);
    both.enumerate()
        .map(|(number, (couple, person))| {
            let seed = seed * 1000 + number as u64;
            Writer::new(couple, person, 1..60, seed)
        })
        .collect()
}

/// Holds the logs of every couple against what its two people know. Answers how many logs there are.
pub fn check_all(address: SocketAddr, couples: &[Couple], writers: &mut [Writer]) -> Result<usize> {
    let pairs = couples.iter().zip(writers.chunks_mut(2));
    pairs
        .map(|(couple, both)| {
            let mut both: Vec<&mut Writer> = both.iter_mut().collect();
            check(address, couple, &mut both)
        })
        .sum()
}

/// Reads all that a couple wrote and holds it against what its writers know: everything acknowledged
/// is there, nothing is there that was never sent, and every streak counts exactly the logs there are.
/// Answers how many logs there are.
pub fn check(address: SocketAddr, couple: &Couple, writers: &mut [&mut Writer]) -> Result<usize> {
    let client = &mut Client::connect(address)?;
    let mut found = BTreeMap::new();
    let mut dates: BTreeMap<String, BTreeSet<Date>> = BTreeMap::new();
    for log in couple.ada.list(client, "/v1/logs")? {
        let (place, version) = read(&log)?;
        dates.entry(place.1.clone()).or_default().insert(place.2);
        found.insert(place, version);
    }
    let count = found.len();
    for (place, entry) in writers.iter_mut().flat_map(|writer| &mut writer.entries) {
        let version = found.remove(place).unwrap_or(0);
        let Entry { acknowledged, sent } = *entry;
        if !(acknowledged..=sent).contains(&version) {
            let told =
                format!("{acknowledged} was acknowledged, {sent} was sent, {version} is there");
            return Err(format!("LOST {place:?}: {told}").into());
        }
        entry.acknowledged = version;
    }
    if let Some((place, version)) = found.first_key_value() {
        return Err(format!("INVENTED {place:?}: {version} was never sent").into());
    }
    for id in &couple.rituals {
        let ritual = couple
            .ada
            .ask(client, "GET", &format!("/v1/rituals/{id}"), None)?;
        let kept = ritual["streak"]["total_kept"].as_u64();
        let logged = dates.get(id).map_or(0, BTreeSet::len) as u64;
        if kept != Some(logged) {
            return Err(format!("HALF DONE {id}: {logged} dates, but {kept:?} kept").into());
        }
    }
    Ok(count)
}

fn read(log: &Value) -> Result<(Place, u64)> {
    let date = text(&log["date"])?.parse()?;
    let place = (text(&log["member_id"])?, text(&log["ritual_id"])?, date);
    Ok((place, text(&log["note"])?.parse()?))
}
