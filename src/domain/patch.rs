//! One field of a partial update.

use serde::{Deserialize, Deserializer};

/// What a partial update says of an optional field: nothing, `null`, or a new value (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The field was not named: it stays as it is.
    #[default]
    Keep,
    /// The field was `null`: it becomes empty.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// The same for something made of the value.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(value) => Patch::Set(make(value)),
        }
    }

    /// Carries the change out.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Patch::Keep => {}
            Patch::Clear => *field = None,
            Patch::Set(value) => *field = Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    /// A field that is there; `#[serde(default)]` makes an absent one [`Patch::Keep`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Patch<T>, D::Error> {
        let value = Option::<T>::deserialize(deserializer)?;
        Ok(value.map_or(Patch::Clear, Patch::Set))
    }
}
