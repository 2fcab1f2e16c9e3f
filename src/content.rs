//! Hearth's own words and offers: files in `content/`, compiled into the program.
//!
//! `catalog.toml` holds what is the same everywhere, every other file the words of one language. To add a
//! language, add a file with the same keys: `tests/it/content.rs` says what is missing.

use std::sync::LazyLock;

use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;

use crate::domain::catalog::Catalog;
use crate::domain::phrases::Phrases;

/// Whoever asks for no language that there is gets this one.
const FALLBACK: &str = "en";

const CATALOG: &str = "catalog.toml";

#[derive(RustEmbed)]
#[folder = "content/"]
struct Files;

/// What is offered.
///
/// # Panics
///
/// When the file cannot be read, which the tests find out before anybody else does.
pub static OFFERS: LazyLock<Catalog> = LazyLock::new(|| read(CATALOG));

/// The words of every language, the fallback first.
static LANGUAGES: LazyLock<Vec<Phrases>> = LazyLock::new(|| {
    let files = Files::iter().filter(|file| file != CATALOG);
    let mut languages: Vec<Phrases> = files.map(|file| read(&file)).collect();
    languages.sort_by_key(|phrases| (phrases.language != FALLBACK, phrases.language.clone()));
    languages
});

fn read<T: DeserializeOwned>(file: &str) -> T {
    let found = Files::get(file).unwrap_or_else(|| panic!("there is no content/{file}"));
    toml::from_slice(&found.data).unwrap_or_else(|error| panic!("content/{file}: {error}"))
}

/// The words of every language, the one that everybody gets who asks for none first.
pub fn languages() -> &'static [Phrases] {
    &LANGUAGES
}

/// The language tags of an `Accept-Language`, the best liked first; those with `q=0` are not wanted at all. What
/// cannot be read is liked least.
fn by_liking(accepted: &str) -> Vec<&str> {
    let mut tags: Vec<(u32, &str)> = accepted
        .split(',')
        .map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
            let weight = weight.and_then(Result::ok).unwrap_or(0.001);
            // A number that is none becomes 0.
            ((weight.clamp(0.0, 1.0) * 1000.0) as u32, tag.trim())
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    tags.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

/// The words in the language that somebody likes best of those there are, as `Accept-Language` has it
/// (RFC 9110, section 12.5.4): `de-CH, de;q=0.9, en;q=0.5`. A region does without its own file.
pub fn phrases(accepted: &str) -> &'static Phrases {
    let wanted = by_liking(accepted);
    let known = |tag: &str| {
        let mut languages = languages().iter();
        languages.find(|phrases| phrases.language.eq_ignore_ascii_case(tag))
    };
    let best = wanted.iter().find_map(|tag| {
        let language = tag.split('-').next().unwrap_or_default();
        known(tag).or_else(|| known(language))
    });
    best.unwrap_or(&languages()[0])
}
