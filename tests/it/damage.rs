//! The backup drill: of any number of damaged backups, not one is restored.

use std::fs;

use hearth::store::backup::{BackupError, restore};
use hearth::store::seal;

use crate::backup::{kept, names, quietly};
use crate::dice::Dice;
use crate::door::Place;

/// How many cases a drill tries: few, or as many as `HEARTH_CASES` says.
pub fn cases(few: u64) -> u64 {
    let asked = std::env::var_os("HEARTH_CASES");
    asked.map_or(few, |asked| asked.to_str().unwrap().parse().unwrap())
}

/// Damages a backup in one of many ways; tells how.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) -> String {
    let length = bytes.len() as u64;
    let page = |number: u64| (number * 4096) as usize..(number * 4096 + 4096) as usize;
    let pages = length / 4096;
    match dice.below(8) {
        0 | 1 => {
            let at = dice.below(length);
            bytes[at as usize] ^= 1 << dice.below(8);
            format!("a bit flipped in byte {at}")
        }
        2 => {
            let at = length - 1 - dice.below(seal::LENGTH);
            bytes[at as usize] ^= 1 << dice.below(8);
            format!("a bit flipped in byte {at} of the seal")
        }
        3 => {
            let left = dice.below(length);
            bytes.truncate(left as usize);
            format!("cut to {left} bytes")
        }
        4 => {
            let pages = dice.below(pages);
            bytes.truncate((pages * 4096) as usize);
            format!("cut to {pages} pages")
        }
        5 => {
            let number = dice.below(pages);
            bytes[page(number)].fill(0);
            format!("page {number} is empty")
        }
        6 => {
            let (one, other) = (dice.below(pages), dice.below(pages));
            let moved = bytes[page(one)].to_vec();
            bytes.copy_within(page(other), page(one).start);
            bytes[page(other)].copy_from_slice(&moved);
            format!("pages {one} and {other} changed places")
        }
        _ => {
            let more = 1 + dice.below(9000);
            bytes.extend((0..more).map(|_| dice.below(256) as u8));
            format!("{more} bytes of something else at its end")
        }
    }
}

/// However a backup was damaged, it is refused, and nothing comes of it.
#[tokio::test]
async fn every_damaged_backup_is_refused() {
    let (_world, folder, file) = kept().await;
    let whole = fs::read(&file).unwrap();
    let place = Place::new();
    let damaged = folder.path().join("damaged.db");
    let mut dice = Dice(8);
    let mut tried = 0;
    while tried < cases(100) {
        let mut bytes = whole.clone();
        let told = damage(&mut bytes, &mut dice);
        if bytes == whole {
            continue;
        }
        fs::write(&damaged, &bytes).unwrap();
        let refused = restore(&damaged, &place.address(), &mut quietly).await;
        let refused = refused.expect_err(&told);
        let is_told = matches!(
            refused,
            BackupError::Damaged(..) | BackupError::Foreign(_) | BackupError::Unsealed(..)
        );
        assert!(is_told, "{told}: {refused}");
        assert!(names(place.folder.path()).is_empty(), "{told}");
        tried += 1;
    }
    restore(&file, &place.address(), &mut quietly)
        .await
        .unwrap();
}
