//! Push messages through an ntfy server, public or one's own: the text is posted to the URL of a topic.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::outbound::{Headers, Outbound};
use super::outcome::Outcome;
use crate::domain::endpoint::{AccessToken, Endpoint};

/// How many bytes of a title fit into one encoded word of at most 75 characters (RFC 2047).
const WORD: usize = 45;

/// Posts a text under a title. The priority is the default: a gentle reminder is never urgent.
pub async fn send(
    outbound: &Outbound,
    topic: &Endpoint,
    token: Option<&AccessToken>,
    title: &str,
    text: String,
) -> Outcome {
    outbound.post(topic, &headers(token, title), text).await
}

/// The headers that go with a text.
pub fn headers(token: Option<&AccessToken>, title: &str) -> Headers {
    let bearer = |token: &AccessToken| ("authorization", format!("Bearer {}", token.reveal()));
    let title = ("title", encoded(title));
    token.map(bearer).into_iter().chain([title]).collect()
}

/// A title as a header can carry it: as it is, or in encoded words, which ntfy reads.
fn encoded(title: &str) -> String {
    let is_plain = title.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain && !title.contains("=?") {
        return title.to_owned();
    }
    let word = |piece: &str| format!("=?UTF-8?B?{}?=", STANDARD.encode(piece));
    let words: Vec<String> = pieces(title).map(word).collect();
    words.join(" ")
}

/// A text in pieces that fit into a word each; no character is cut.
fn pieces(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, next) = rest.split_at(rest.floor_char_boundary(WORD));
        rest = next;
        (!piece.is_empty()).then_some(piece)
    })
}
