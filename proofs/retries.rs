//! R7: a phone on a bad network sends again until it hears an answer, and everything happens once.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::SocketAddr;
use std::thread;

use serde_json::{Value, json};

use crate::client::{Answer, Client, request};
use crate::dice::Dice;
use crate::people::{Couple, DAYS, text};
use crate::server::House;
use crate::{Result, Settings};

/// How many phones send at once, each of a couple of its own.
const PHONES: usize = 16;

pub fn run(settings: &Settings) -> Result<String> {
    let each = settings.pick(40, 625);
    let house = House::new(settings)?;
    let server = house.start()?;
    let couples = Couple::crowd(server.address, 0, PHONES, 1)?;
    let mut phones: Vec<Phone<'_>> = couples
        .iter()
        .enumerate()
        .map(|(number, couple)| Phone::new(server.address, couple, settings.seed, number))
        .collect();
    thread::scope(|scope| {
        let sending: Vec<_> = phones
            .iter_mut()
            .map(|phone| scope.spawn(move || phone.send_all(each)))
            .collect();
        sending
            .into_iter()
            .try_for_each(|one| one.join().map_err(|_| "a phone died")?)
    })?;
    let mut sum = Tally::default();
    for phone in &phones {
        phone.everything_happened_once()?;
        sum.sent += phone.tally.sent;
        sum.heard_late += phone.tally.heard_late;
        sum.replayed += phone.tally.replayed;
        sum.done_again += phone.tally.done_again;
    }
    server.stop()?;
    let Tally {
        sent,
        heard_late,
        replayed,
        done_again,
    } = sum;
    if done_again > 0 {
        return Err(format!("{done_again} answers were asked for again and not replayed").into());
    }
    let writes = each * PHONES;
    if heard_late == 0 || replayed == 0 {
        return Err("no write was heard of only at a retry: nothing was proven".into());
    }
    Ok(format!(
        "{writes} writes sent {sent} times, one effect each; {heard_late} had happened when their \
         answer was first heard, {replayed} were asked for again and replayed"
    ))
}

#[derive(Default)]
struct Tally {
    sent: usize,
    /// Writes of which an earlier, cut attempt had happened.
    heard_late: usize,
    /// Answers asked for once more, and replayed.
    replayed: usize,
    /// Answers asked for once more, and not replayed.
    done_again: usize,
}

/// What is written: three kinds, each with a number that tells it apart from all others.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Idempotent by nature.
    Log,
    /// Idempotent by its key.
    Rest,
    /// Idempotent by its key.
    Ritual,
}

struct Write {
    kind: Kind,
    number: usize,
    bytes: Vec<u8>,
}

/// Somebody's phone, and what it has sent.
struct Phone<'a> {
    address: SocketAddr,
    couple: &'a Couple,
    dice: Dice,
    counts: [usize; 3],
    tally: Tally,
}

impl<'a> Phone<'a> {
    fn new(address: SocketAddr, couple: &'a Couple, seed: u64, number: usize) -> Phone<'a> {
        Phone {
            address,
            couple,
            dice: Dice(seed * 1000 + number as u64),
            counts: [0; 3],
            tally: Tally::default(),
        }
    }

    fn send_all(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let kind = match self.dice.below(100) {
                0..10 => Kind::Ritual,
                10..45 => Kind::Rest,
                _ => Kind::Log,
            };
            let number = self.counts[kind as usize];
            self.counts[kind as usize] += 1;
            let write = self.write(kind, number, json!(number.to_string()));
            self.send(&write)?;
        }
        Ok(())
    }

    /// A write, with `words` in it where it has words.
    fn write(&self, kind: Kind, number: usize, words: Value) -> Write {
        let date = self.couple.today.plus(-(number as i64 % DAYS));
        let key = format!("{}-{number}", kind as usize);
        let bearer = self.couple.ada.bearer();
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Idempotency-Key", &key),
        ];
        let ritual = &self.couple.rituals[0];
        let bytes = match kind {
            Kind::Log => {
                let path = format!("/v1/rituals/{ritual}/logs/{date}");
                request("PUT", &path, &headers[..1], Some(&json!({"note": words})))
            }
            Kind::Rest => {
                // A rest has no words: its two dates tell it apart.
                let to = date.plus(number as i64 / DAYS + i64::from(words.is_null()));
                let rest = json!({"ritual_id": ritual, "from": date, "to": to});
                request("POST", "/v1/rests", &headers, Some(&rest))
            }
            Kind::Ritual => {
                let title = format!("A walk {words}");
                let ritual = json!({
                    "title": title, "practice": "presence", "rule": "either",
                    "cadence": {"kind": "anytime"},
                });
                request("POST", "/v1/rituals", &headers, Some(&ritual))
            }
        };
        Write {
            kind,
            number,
            bytes,
        }
    }

    /// Sends a write up to four times over connections that break, then until the answer is heard.
    fn send(&mut self, write: &Write) -> Result<()> {
        let cuts = self.dice.below(5);
        for _ in 0..cuts {
            self.send_and_cut(&write.bytes)?;
        }
        let answer = Client::connect(self.address)?.ask(&write.bytes)?;
        self.tally.sent += 1;
        answer.must_be(&[200, 201])?;
        let is_late = match write.kind {
            Kind::Log => answer.status == 200,
            _ => is_replayed(&answer),
        };
        if is_late && cuts == 0 {
            return Err("a write that was sent once was answered as a repetition".into());
        }
        self.tally.heard_late += usize::from(is_late);
        if write.kind != Kind::Log && self.dice.happens(20) {
            self.ask_again(write, &answer)?;
        }
        Ok(())
    }

    /// Sends a write over a connection that breaks before it, in the middle of it, after it, or in the
    /// middle of the answer.
    fn send_and_cut(&mut self, bytes: &[u8]) -> Result<()> {
        self.tally.sent += 1;
        let mut client = Client::connect(self.address)?;
        let middle = 1 + self.dice.below(bytes.len() as u64 - 1) as usize;
        match self.dice.below(5) {
            0 => {}
            1 => client.send(&bytes[..middle])?,
            2 | 3 => client.send(bytes)?,
            _ => {
                client.send(bytes)?;
                let mut start = [0; 40];
                let heard = 1 + self.dice.below(40) as usize;
                client.stream.read_exact(&mut start[..heard])?;
            }
        }
        Ok(())
    }

    /// Asks once more: the same answer, and it says so. (If not, it was done again: it is counted in the end.)
    /// Another body under the same key is refused.
    fn ask_again(&mut self, write: &Write, first: &Answer) -> Result<()> {
        let client = &mut Client::connect(self.address)?;
        let again = client.ask(&write.bytes)?;
        let same = again.status == first.status && again.body == first.body;
        if !same || !is_replayed(&again) {
            self.tally.done_again += 1;
            return Ok(());
        }
        let other = self.write(write.kind, write.number, Value::Null);
        let refused = client.ask(&other.bytes)?.json(&[422])?;
        if refused["code"] != "idempotency_mismatch" {
            return Err(format!("another body under the same key: {refused}").into());
        }
        self.tally.sent += 2;
        self.tally.replayed += 1;
        Ok(())
    }

    /// Every number is there, once.
    fn everything_happened_once(&self) -> Result<()> {
        let client = &mut Client::connect(self.address)?;
        let logs = self.couple.ada.list(client, "/v1/logs")?;
        self.once(
            Kind::Log,
            self.counts[0].min(DAYS as usize),
            logs.iter().map(|log| text(&log["date"])),
        )?;
        let rests = self.couple.ada.list(client, "/v1/rests")?;
        let dates = |rest: &Value| Ok(text(&rest["from"])? + &text(&rest["to"])?);
        self.once(Kind::Rest, self.counts[1], rests.iter().map(dates))?;
        let rituals = self.couple.ada.list(client, "/v1/rituals")?;
        let walks = rituals
            .iter()
            .map(|ritual| text(&ritual["title"]))
            .filter(|title| {
                title
                    .as_ref()
                    .is_ok_and(|title| title.starts_with("A walk"))
            });
        self.once(Kind::Ritual, self.counts[2], walks)
    }

    fn once(
        &self,
        kind: Kind,
        wanted: usize,
        found: impl Iterator<Item = Result<String>>,
    ) -> Result<()> {
        let found: Vec<String> = found.collect::<Result<_>>()?;
        let distinct = found.iter().collect::<BTreeSet<_>>().len();
        if found.len() == wanted && distinct == wanted {
            return Ok(());
        }
        let kind = ["logs", "rests", "rituals"][kind as usize];
        let there = found.len();
        Err(format!("{wanted} {kind} were written, {there} are there, {distinct} distinct").into())
    }
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("Idempotency-Replayed") == Some("true")
}
