//! Everything Hearth promises, told by Ada and Ben.

mod vectors;
