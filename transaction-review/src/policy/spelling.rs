//! How numbers and times are spelled in a policy's source: TOML has several ways, this language has
//! one. Knows TOML's source and its spans, nothing of keys and their meaning.

use core::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{PolicyError, syntax};
use crate::excerpt::excerpt;
use crate::instant;

/// Tables and lists within each other that are looked into. The language has three; what lies deeper
/// is an unknown key and refused as such.
const MAX_DEPTH: usize = 8;

/// The only spelling of a whole number.
const COUNT: &str = "a whole number above zero in plain decimal digits";
/// The only spelling of a time.
const INSTANT: &str = "a date and time in UTC, as in 2027-06-01T00:00:00Z";

/// Refuses every number and every time of the source that is not in its one spelling.
pub(super) fn check(text: &str) -> Result<(), PolicyError> {
    let document = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let mut open = below(text, "", document.get_ref());
    while let Some(place) = open.pop() {
        match place.value {
            DeValue::Integer(_) => plain(&place, is_count, COUNT)?,
            DeValue::Datetime(_) => {
                plain(&place, |source| instant::parse(source).is_some(), INSTANT)?;
            }
            DeValue::Table(table) if place.depth < MAX_DEPTH => {
                open.extend(place.nested(below(text, &place.path, table)));
            }
            DeValue::Array(values) if place.depth < MAX_DEPTH => {
                let elements = values.iter().enumerate().map(|(index, value)| Place {
                    path: format!("{}[{index}]", place.path),
                    source: spelled(text, value.span()),
                    value: value.get_ref(),
                    depth: 0,
                });
                open.extend(place.nested(elements.collect()));
            }
            DeValue::Table(_)
            | DeValue::Array(_)
            | DeValue::String(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_) => {}
        }
    }
    Ok(())
}

/// A value, where it is, and the characters that spell it.
struct Place<'a> {
    path: String,
    source: &'a str,
    value: &'a DeValue<'a>,
    depth: usize,
}

impl Place<'_> {
    /// The places directly inside this one.
    fn nested(&self, mut places: Vec<Self>) -> Vec<Self> {
        for place in &mut places {
            place.depth = self.depth.saturating_add(1);
        }
        places
    }
}

/// The values of a table.
fn below<'a>(text: &'a str, path: &str, table: &'a DeTable<'a>) -> Vec<Place<'a>> {
    let dot = if path.is_empty() { "" } else { "." };
    table
        .iter()
        .map(|(key, value)| Place {
            path: format!("{path}{dot}{}", excerpt(key.get_ref())),
            source: spelled(text, value.span()),
            value: value.get_ref(),
            depth: 0,
        })
        .collect()
}

/// The source of a value; nothing, which is no spelling of anything, if the span leads nowhere.
fn spelled(text: &str, span: Range<usize>) -> &str {
    text.get(span).unwrap_or_default()
}

fn plain(
    place: &Place<'_>,
    good: impl Fn(&str) -> bool,
    expected: &'static str,
) -> Result<(), PolicyError> {
    if good(place.source) {
        return Ok(());
    }
    Err(PolicyError::Value {
        path: place.path.clone(),
        found: excerpt(place.source),
        expected,
    })
}

/// Decimal digits and nothing else: no sign, no prefix of another base, no `_`.
fn is_count(source: &str) -> bool {
    !source.is_empty() && source.bytes().all(|byte| byte.is_ascii_digit())
}
