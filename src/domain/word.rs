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

/// Names of what the catalog lists, the same in every language. Any name is read that one could have: another
/// Hearth may know more of them.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = 64;

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<$name, Self::Error> {
                let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
                let fits = (1..=$name::MAX).contains(&text.len()) && text.bytes().all(plain);
                fits.then_some($name(text))
                    .ok_or(concat!("must be a name, such as ", $example))
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    )*};
}

pub(crate) use names;
pub(crate) use words;
