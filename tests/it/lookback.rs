//! Looking back costs what it shows: its rows are counted.

use crate::cost::{assert_no_scans, keep_eight, keep_eight_rituals, work_of};
use crate::world::{World, check_in, date_night};

/// The month until today.
const MONTH: &str = "/v1/insights?from=2026-10-19&to=2026-11-18";

/// What a look back reads beside the years: eight rituals, what each came to, and what the couple is.
const BESIDE: u64 = 8 + 8 + 4;

/// Looking back over ten years reads a row a ritual and year, a month one or two rows a ritual, however long ago it
/// was: never the logs themselves.
#[tokio::test]
async fn looking_back_reads_years_not_logs() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    keep_eight_rituals(&world, &ada, &ben, 3650).await;
    let (years, whole) = work_of(ada.get("/v1/insights?from=2016-11-20&to=2026-11-18")).await;
    let years = years.json(200);
    assert_eq!(years["total"]["times"], 8 * 3650);
    assert_eq!(years["total"]["kept"], 8 * 3650);
    assert_eq!(years["cells"].as_array().unwrap().len(), 3650);
    assert!(whole.rows <= 8 * 11 + BESIDE, "{} rows", whole.rows);
    let (_, month) = work_of(ada.get(MONTH)).await;
    assert!(month.rows <= 8 + BESIDE, "{} rows", month.rows);
    // What its strength remembers of the autumn before, and the present year for the recap.
    let (_, once) = work_of(ada.get("/v1/insights?from=2018-03-01&to=2018-03-31")).await;
    assert!(once.rows <= 8 * 3 + BESIDE, "{} rows", once.rows);
    assert_eq!(whole.statements, month.statements);
    let reads_logs = |statement: &String| statement.contains(" logs ");
    assert!(
        !whole.statements.iter().any(reads_logs),
        "{:?}",
        whole.statements
    );
    assert_no_scans(&world, &whole).await;
}

/// Of weekly rituals a month reads two years at most: what the strength remembers lies in the one before.
#[tokio::test]
async fn weeks_reach_no_farther_than_they_must() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    keep_eight(&world, &ada, &ben, date_night(), 3650).await;
    let (_, month) = work_of(ada.get(MONTH)).await;
    assert!(month.rows <= 8 * 2 + BESIDE, "{} rows", month.rows);
}

/// A ritual that was put away ten years ago adds to a look back its own few rows, and no year of any other.
#[tokio::test]
async fn what_was_put_away_long_ago_is_looked_back_on_cheaply() {
    let world = World::new().await;
    world.it_is("2016-11-20T19:00:00Z");
    let (ada, ben) = world.couple().await;
    let old = ada.proposes(check_in()).await;
    ada.logs(&old, "today").await;
    ada.delete(&format!("/v1/rituals/{old}")).await.empty();
    world.at_rest().await;
    world.it_is("2026-11-18T19:00:00Z");
    let (ada, ben) = (ada.returns().await, ben.returns().await);
    keep_eight_rituals(&world, &ada, &ben, 3650).await;
    let (told, month) = work_of(ada.get(MONTH)).await;
    let told = told.json(200);
    assert_eq!(told["rituals"][0]["total_kept"], 1);
    assert_eq!(told["total"]["kept"], 8 * 3650 + 1);
    // The ritual, its archive, what it came to, and its year, which no checkpoint holds.
    assert!(month.rows <= 8 + BESIDE + 4, "{} rows", month.rows);
}
