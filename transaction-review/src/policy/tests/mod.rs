//! What a policy may not say. Knows the catalogue of attacks by its ids.

mod bounds;
mod echo;
mod grammar;
mod meaning;
mod units;
