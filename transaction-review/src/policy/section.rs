//! One table of the policy, read key by key: every key is taken once, and none may be left over.
//! Knows TOML and paths into it, nothing of what the keys mean.

use std::rc::Rc;

use toml::{Table, Value};

use super::{PolicyError, Role};
use crate::ethereum::{Address, parse_address};
use crate::excerpt::excerpt;
use crate::limits::MAX_NAME_CHARACTERS;
use crate::{Amount, Asset, PublicKey, Token, instant};

/// A table on its way to becoming something: keys leave it, [`Section::finish`] refuses the rest.
pub(super) struct Section {
    path: String,
    table: Table,
    tokens: Rc<[Token]>,
}

impl Section {
    pub(super) fn root(table: Table) -> Self {
        Self {
            path: String::new(),
            table,
            tokens: Rc::default(),
        }
    }

    /// The same section, in a policy that has registered these tokens.
    pub(super) fn knowing(self, tokens: Rc<[Token]>) -> Self {
        Self { tokens, ..self }
    }

    /// The token of this name.
    pub(super) fn token(&self, id: &str) -> Option<Token> {
        self.tokens.iter().find(|token| token.id() == id).copied()
    }

    /// The full name of a key, as errors give it: `rule[0].max_per_tx`.
    pub(super) fn path(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        }
    }

    /// Refuses what nobody has asked for: a key that is not read is a key that is not understood.
    pub(super) fn finish(self) -> Result<(), PolicyError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(PolicyError::UnknownKey {
                path: self.path(&excerpt(key)),
            }),
        }
    }

    /// Refuses unknown keys before any is read, so that a misspelt key is reported as what it is and
    /// not as a missing one.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, PolicyError> {
        match self.table.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(self),
            Some(key) => Err(PolicyError::UnknownKey {
                path: self.path(&excerpt(key)),
            }),
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn text(&mut self, key: &str) -> Result<String, PolicyError> {
        let value = self.take(key)?;
        self.as_text(key, &value)
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Result<Option<String>, PolicyError> {
        self.table
            .remove(key)
            .map(|value| self.as_text(key, &value))
            .transpose()
    }

    /// A text of 1 to 64 characters, the form of every name and id.
    pub(super) fn name(&mut self, key: &str) -> Result<String, PolicyError> {
        let text = self.text(key)?;
        let edges = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
        if text.is_empty() || text.len() > MAX_NAME_CHARACTERS || edges {
            return Err(self.value(
                key,
                &text,
                "1 to 64 characters without outer or double spaces",
            ));
        }
        Ok(text)
    }

    pub(super) fn optional_name(&mut self, key: &str) -> Result<Option<String>, PolicyError> {
        let found = self.has(key).then(|| self.name(key));
        found.transpose()
    }

    pub(super) fn texts(&mut self, key: &str) -> Result<Vec<String>, PolicyError> {
        self.array(key)?
            .into_iter()
            .map(|value| self.as_text(key, &value))
            .collect()
    }

    pub(super) fn counts(&mut self, key: &str) -> Result<Vec<u64>, PolicyError> {
        self.array(key)?
            .into_iter()
            .map(|value| self.as_count(key, &value))
            .collect()
    }

    /// As [`Section::counts`], and zero.
    pub(super) fn counts_or_zero(&mut self, key: &str) -> Result<Vec<u64>, PolicyError> {
        let values = self.array(key)?.into_iter();
        values
            .map(|value| self.as_count_or_zero(key, &value))
            .collect()
    }

    pub(super) fn count(&mut self, key: &str) -> Result<u64, PolicyError> {
        let value = self.take(key)?;
        self.as_count(key, &value)
    }

    /// As [`Section::count`], and zero.
    pub(super) fn count_or_zero(&mut self, key: &str) -> Result<u64, PolicyError> {
        let value = self.take(key)?;
        self.as_count_or_zero(key, &value)
    }

    pub(super) fn optional_count(&mut self, key: &str) -> Result<Option<u64>, PolicyError> {
        let found = self.has(key).then(|| self.count(key));
        found.transpose()
    }

    pub(super) fn optional_duration(&mut self, key: &str) -> Result<Option<u64>, PolicyError> {
        let found = self.has(key).then(|| self.duration(key));
        found.transpose()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &str) -> Result<bool, PolicyError> {
        let value = self.take(key)?;
        value.as_bool().ok_or_else(|| PolicyError::WrongType {
            path: self.path(key),
            expected: "true or false",
            found: value.type_str(),
        })
    }

    /// A text, without taking it: it decides how the rest is read.
    pub(super) fn peek(&self, key: &str) -> Option<&str> {
        self.table.get(key).and_then(Value::as_str)
    }

    /// Whether the value is a text, for the keys that have two forms.
    pub(super) fn is_text(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(Value::is_str)
    }

    pub(super) fn instant(&mut self, key: &str) -> Result<u64, PolicyError> {
        let value = self.take(key)?;
        self.as_instant(key, &value)
    }

    pub(super) fn duration(&mut self, key: &str) -> Result<u64, PolicyError> {
        let text = self.text(key)?;
        instant::parse_duration(&text).ok_or_else(|| {
            self.value(
                key,
                &text,
                "a whole number and one of s, m, h, d, as in 72h",
            )
        })
    }

    pub(super) fn public_key(&mut self, key: &str) -> Result<PublicKey, PolicyError> {
        let text = self.text(key)?;
        PublicKey::parse(&text).ok_or_else(|| {
            self.value(
                key,
                &text,
                "es256: or es256k: and 66 lower-case hexadecimal digits of a point",
            )
        })
    }

    pub(super) fn amount(&mut self, key: &str, asset: Asset) -> Result<Amount, PolicyError> {
        let text = self.text(key)?;
        let path = self.path(key);
        Amount::parse(asset, &text).map_err(|reason| PolicyError::Amount { path, reason })
    }

    pub(super) fn optional_amount(
        &mut self,
        key: &str,
        asset: Asset,
    ) -> Result<Option<Amount>, PolicyError> {
        let found = self.has(key).then(|| self.amount(key, asset));
        found.transpose()
    }

    pub(super) fn asset(&mut self, key: &str) -> Result<Asset, PolicyError> {
        let text = self.text(key)?;
        let asset = Asset::parse(&text).or_else(|| self.token(&text).map(Asset::Token));
        asset.ok_or_else(|| self.value(key, &text, "BTC, ETH@<chain id> or the id of an [[asset]]"))
    }

    /// An amount whose unit says of what it is: `500 USDC@1`, `2 ETH` of this chain.
    pub(super) fn amount_from(
        &self,
        key: &str,
        text: &str,
        chain_id: u64,
    ) -> Result<Amount, PolicyError> {
        let unit = text.split_once(' ').map_or("", |(_, unit)| unit);
        let token = self.token(unit).map(Asset::Token);
        let asset = token.unwrap_or(Asset::Ether { chain_id });
        let path = self.path(key);
        Amount::parse(asset, text).map_err(|reason| PolicyError::Amount { path, reason })
    }

    /// `{ need = 3, role = "approver" }`, if it is there: how many people a rule needs by itself.
    pub(super) fn optional_quorum(&mut self) -> Result<Option<u32>, PolicyError> {
        if !self.has("quorum") {
            return Ok(None);
        }
        let mut quorum = self.section("quorum")?.only(&["need", "role"])?;
        let need = quorum.approvers()?;
        quorum.finish()?;
        Ok(Some(need))
    }

    /// The keys `need` and `role` of a quorum: two approvers at least.
    pub(super) fn approvers(&mut self) -> Result<u32, PolicyError> {
        let need = self.count("need")?;
        let at_least_two = u32::try_from(need).ok().filter(|need| *need >= 2);
        let too_few = || self.value("need", &need.to_string(), "2 or more");
        let need = at_least_two.ok_or_else(too_few)?;
        let role = self.text("role")?;
        if role != Role::Approver.name() {
            return Err(self.value("role", &role, "\"approver\""));
        }
        Ok(need)
    }

    /// An address with its EIP-55 capitals.
    pub(super) fn address(&mut self, key: &str) -> Result<Address, PolicyError> {
        let text = self.text(key)?;
        self.address_from(key, &text)
    }

    /// Addresses, each with its EIP-55 capitals.
    pub(super) fn addresses(&mut self, key: &str) -> Result<Vec<Address>, PolicyError> {
        let texts = self.texts(key)?;
        texts
            .iter()
            .map(|text| self.address_from(key, text))
            .collect()
    }

    fn address_from(&self, key: &str, text: &str) -> Result<Address, PolicyError> {
        parse_address(text)
            .ok_or_else(|| self.value(key, text, "an address with its EIP-55 capitals"))
    }

    pub(super) fn section(&mut self, key: &str) -> Result<Self, PolicyError> {
        let value = self.take(key)?;
        as_section(self.path(key), &value, &self.tokens)
    }

    /// The tables of an array such as `[[rule]]`, which may be absent.
    pub(super) fn sections(&mut self, key: &str) -> Result<Vec<Self>, PolicyError> {
        if !self.has(key) {
            return Ok(Vec::new());
        }
        let path = self.path(key);
        let values = self.array(key)?.into_iter().enumerate();
        values
            .map(|(index, value)| as_section(format!("{path}[{index}]"), &value, &self.tokens))
            .collect()
    }

    /// The refusal of something that this version does not evaluate.
    pub(super) fn unsupported(&self, key: &str, found: &str) -> PolicyError {
        PolicyError::Unsupported {
            path: self.path(key),
            found: excerpt(found),
        }
    }

    pub(super) fn value(&self, key: &str, found: &str, expected: &'static str) -> PolicyError {
        PolicyError::Value {
            path: self.path(key),
            found: excerpt(found),
            expected,
        }
    }

    fn take(&mut self, key: &str) -> Result<Value, PolicyError> {
        let path = self.path(key);
        self.table.remove(key).ok_or(PolicyError::Missing { path })
    }

    fn array(&mut self, key: &str) -> Result<Vec<Value>, PolicyError> {
        let value = self.take(key)?;
        let found = value.type_str();
        let path = self.path(key);
        match value {
            Value::Array(values) => Ok(values),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Table(_) => Err(PolicyError::WrongType {
                path,
                expected: "list",
                found,
            }),
        }
    }

    fn as_text(&self, key: &str, value: &Value) -> Result<String, PolicyError> {
        let found = value.type_str();
        let path = self.path(key);
        let text = value.as_str().map(str::to_owned);
        let text = text.ok_or_else(|| PolicyError::WrongType {
            path: path.clone(),
            expected: "string",
            found,
        })?;
        if text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
            Ok(text)
        } else {
            Err(PolicyError::NotAscii { place: path })
        }
    }

    fn as_count(&self, key: &str, value: &Value) -> Result<u64, PolicyError> {
        let path = self.path(key);
        let wrong = || PolicyError::WrongType {
            path,
            expected: "integer",
            found: value.type_str(),
        };
        let number = value.as_integer().ok_or_else(wrong)?;
        let positive = u64::try_from(number).ok().filter(|number| *number > 0);
        positive.ok_or_else(|| self.value(key, &number.to_string(), "a whole number above zero"))
    }

    fn as_count_or_zero(&self, key: &str, value: &Value) -> Result<u64, PolicyError> {
        match value.as_integer() {
            Some(0) => Ok(0),
            Some(_) | None => self.as_count(key, value),
        }
    }

    fn as_instant(&self, key: &str, value: &Value) -> Result<u64, PolicyError> {
        let path = self.path(key);
        let wrong = || PolicyError::WrongType {
            path,
            expected: "date and time",
            found: value.type_str(),
        };
        let text = value.as_datetime().ok_or_else(wrong)?.to_string();
        instant::parse(&text).ok_or_else(|| {
            self.value(
                key,
                &text,
                "a date and time in UTC, as in 2027-06-01T00:00:00Z",
            )
        })
    }
}

fn as_section(path: String, value: &Value, tokens: &Rc<[Token]>) -> Result<Section, PolicyError> {
    let found = value.type_str();
    value
        .as_table()
        .cloned()
        .map(|table| Section {
            path: path.clone(),
            table,
            tokens: Rc::clone(tokens),
        })
        .ok_or(PolicyError::WrongType {
            path,
            expected: "table",
            found,
        })
}
