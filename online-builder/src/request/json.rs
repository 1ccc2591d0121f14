//! JSON, read strictly: no key twice, no fractions, no exponents.
//! Knows nothing of what the document is about.

use core::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use transfer_format::printable::printable;

use super::BuildError;

/// A JSON value. Numbers are whole; larger ones than 64 bits are written as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number in decimal digits.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object with its members in their order, each once.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads one value and nothing after it.
    ///
    /// # Errors
    /// [`BuildError::Json`], with line and column.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, BuildError> {
        serde_json::from_slice(bytes).map_err(|error| BuildError::Json {
            problem: error.to_string(),
        })
    }

    /// The member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }
}

/// The refusal of a part of a document that is JSON and yet not what it should be. Its place may be
/// named by the document itself.
pub(super) fn refused(place: &str, problem: &'static str) -> BuildError {
    BuildError::Document {
        place: printable(place),
        problem,
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

/// Takes whatever value comes.
struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value without fractions")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Json, E> {
        Ok(Json::Bool(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Json, E> {
        Ok(Json::Number(v.to_string()))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Json, E> {
        Ok(Json::Number(v.to_string()))
    }

    fn visit_f64<E: de::Error>(self, _v: f64) -> Result<Json, E> {
        let sentence = "a number with a fraction, an exponent or more than 64 bits: write it as a text in plain digits";
        Err(E::custom(sentence))
    }

    fn visit_str<E>(self, v: &str) -> Result<Json, E> {
        Ok(Json::Text(v.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = seq.next_element()? {
            list.push(entry);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            if members.iter().any(|(known, _)| *known == name) {
                let sentence = "a key that stands twice: it would mean two things";
                return Err(de::Error::custom(sentence));
            }
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}
