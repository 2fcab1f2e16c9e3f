//! Words of a fixed set, such as a ritual's rule.

/// Reads and writes enumerations (with `#[serde(remote = "Self")]`) as text and nothing else.
///
/// serde_json alone would also read `{"both": null}` as the word `both`, and would call any other value
/// that is no text, such as `null`, a syntax error.
macro_rules! words {
    ($($name:ident),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // The function that serde derived, not this one: it stands nearer.
                $name::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                use serde::de::IntoDeserializer as _;
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                $name::deserialize(word.into_deserializer())
            }
        }
    )+};
}

pub(crate) use words;
