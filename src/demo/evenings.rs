//! What the two of the demo do beside their rituals.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::words::{ANSWERS, answers, date_night, thanks};
use super::{DAYS, Failure, Habit, Person, Story};

impl Story {
    /// The question of the day: now and then one of them answers, and often the other does, too.
    pub(super) async fn answer_prompt(
        &self,
        day: i64,
        ada: &Person,
        ben: &Person,
    ) -> Result<(), Failure> {
        for (who, every) in [(ada, 2), (ben, 3)] {
            if day % every == 0 && day != DAYS {
                let words = json!({"text": ANSWERS[(day + every) as usize % ANSWERS.len()]});
                self.ask(who, "PUT", "/v1/prompts/today/answer", words)
                    .await?;
            }
        }
        Ok(())
    }

    /// Now and then they plan the next date night; in the end there is something to look forward to.
    pub(super) async fn look_ahead(
        &self,
        day: i64,
        habits: &[Habit],
        ada: &Person,
        ben: &Person,
    ) -> Result<(), Failure> {
        let date = |ahead| {
            let date = self.clock.now() + TimeDelta::days(ahead);
            date.format("%Y-%m-%d").to_string()
        };
        if day % 42 == 14 {
            let mut plan = date_night(day / 42);
            plan["ritual_id"] = json!(habits[2].id);
            plan["date"] = json!(date(3));
            self.ask(ada, "POST", "/v1/plans", plan).await?;
        }
        if day == DAYS - 2 {
            let landing = json!({"date": date(12), "at": "21:15", "title": "You land in Oslo"});
            self.ask(ben, "POST", "/v1/plans", landing).await?;
        }
        Ok(())
    }

    /// Both want to be reminded of the check-in, each at their own time, and of date night on Friday afternoon. Ben may be
    /// nudged.
    pub(super) async fn set_reminders(
        &self,
        habits: &[Habit],
        ada: &Person,
        ben: &Person,
    ) -> Result<(), Failure> {
        let friday = json!({"times": [{"at": "17:00", "days": ["fri"]}]});
        for (who, at, nudges) in [(ada, "21:30", false), (ben, "22:00", true)] {
            let nightly = json!({"times": [{"at": at}], "nudges": nudges});
            for (habit, wish) in [(&habits[0], nightly), (&habits[2], friday.clone())] {
                let path = format!("/v1/rituals/{}/reminders", habit.id);
                self.ask(who, "PUT", &path, wish).await?;
            }
        }
        Ok(())
    }

    /// Every four weeks each looks at how the two of them have been; answers where to say who may see it.
    pub(super) async fn check_up(&self, who: &Person, day: i64) -> Result<String, Failure> {
        let begun = self.ask(who, "POST", "/v1/checkups", Value::Null).await?;
        let path = format!("/v1/checkups/{}", begun["id"].as_str().unwrap_or_default());
        self.ask(who, "PUT", &format!("{path}/answers"), answers(day))
            .await?;
        Ok(format!("{path}/sharing"))
    }

    /// Half an hour together, with the phones in another room.
    pub(super) async fn put_phones_down(
        &self,
        id: &str,
        ada: &Person,
        ben: &Person,
    ) -> Result<(), Failure> {
        let form = json!({"ritual_id": id, "minutes": 30, "together": true});
        let session = self.ask(ada, "POST", "/v1/presence", form).await?;
        self.clock.advance(TimeDelta::minutes(33));
        let session = session["id"].as_str().unwrap_or_default();
        let finish = format!("/v1/presence/{session}/finish");
        self.ask(ben, "POST", &finish, Value::Null).await?;
        Ok(())
    }

    /// One thanks the other, who gives a heart now and then.
    pub(super) async fn thank(&self, week: i64, ada: &Person, ben: &Person) -> Result<(), Failure> {
        let (from, to) = if week % 3 == 0 {
            (ada, ben)
        } else {
            (ben, ada)
        };
        let path = "/v1/appreciations";
        let thanked = self.ask(from, "POST", path, thanks(week)).await?;
        if week % 2 == 0 {
            let heart = format!(
                "{path}/{}/heart",
                thanked["id"].as_str().unwrap_or_default()
            );
            self.ask(to, "PUT", &heart, Value::Null).await?;
        }
        Ok(())
    }
}
