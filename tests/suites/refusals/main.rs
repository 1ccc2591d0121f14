//! What the station refuses: each with its own code, exit status, sentence and journal record, and
//! nothing signed. The real program, real tokens, answers typed on a terminal.

mod arrival;
mod history;
mod people;
mod room;
mod station;
mod transaction;
