//! A document: types, domain and message, checked against each other until nothing is left over.
//! Knows its encoding, nothing of what it grants.

use std::collections::BTreeMap;

use alloy_primitives::{Address, U256};
use minicbor::{Decoder, Encoder};

use super::domain::{check_domain, place};
use super::hash::{signed_digest, word};
use super::kind::{BaseType, List, MemberType};
use super::raw::{canonical_order, length, members};
use super::types::{DOMAIN, capped};
use super::{RawValue, TypedDataError, Types};
use crate::ethereum::Value;
use crate::limits::{MAX_TYPED_DATA_BYTES, MAX_TYPED_ELEMENTS};

/// The version of the form.
const VERSION: u64 = 1;

/// A value with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedValue {
    /// A value of a built-in type.
    Atom(Value),
    /// A list.
    List(Vec<Self>),
    /// A struct: its name, and its members in order.
    Struct(String, Vec<(String, Self)>),
}

/// A document of typed data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedData {
    types: Types,
    primary: String,
    domain: TypedValue,
    message: TypedValue,
    raw: (BTreeMap<String, RawValue>, BTreeMap<String, RawValue>),
    chain_id: u64,
    contract: Address,
}

impl TypedData {
    /// Checks the parts of a document against each other.
    ///
    /// # Errors
    /// [`TypedDataError`]: anything that the types do not say, or that they say and is not there.
    pub fn new(
        types: BTreeMap<String, Vec<(String, String)>>,
        primary: &str,
        domain: BTreeMap<String, RawValue>,
        message: BTreeMap<String, RawValue>,
    ) -> Result<Self, TypedDataError> {
        if primary == DOMAIN {
            return Err(TypedDataError::Domain {
                problem: "is the document itself: a message has to be signed",
            });
        }
        let types = Types::new(types, primary)?;
        check_domain(&types)?;
        let reader = Reader(&types);
        let raw = (domain, message);
        let domain = reader.structure("domain", DOMAIN, &raw.0)?;
        let message = reader.structure("message", primary, &raw.1)?;
        let (chain_id, contract) = place(&domain)?;
        let document = Self {
            types,
            primary: primary.to_owned(),
            domain,
            message,
            raw,
            chain_id,
            contract,
        };
        capped("values", document.fields().len(), MAX_TYPED_ELEMENTS)?;
        Ok(document)
    }

    /// Reads the canonical CBOR of a document, and nothing else.
    ///
    /// # Errors
    /// [`TypedDataError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, TypedDataError> {
        capped("bytes", bytes.len(), MAX_TYPED_DATA_BYTES)?;
        let mut decoder = Decoder::new(bytes);
        let unreadable = |place| TypedDataError::Unreadable { place };
        let keys = decoder.map().ok().flatten();
        let version = (decoder.u64().ok(), decoder.u64().ok());
        match (keys, version) {
            (Some(5), (Some(0), Some(VERSION))) => {}
            (Some(5), (Some(0), Some(found))) => return Err(TypedDataError::Version { found }),
            (_, _) => return Err(unreadable("its beginning")),
        }
        let key = |decoder: &mut Decoder<'_>, key: u64, place| {
            let found = decoder.u64().ok().filter(|found| *found == key);
            found.ok_or_else(|| unreadable(place))
        };
        let mut left = MAX_TYPED_ELEMENTS;
        key(&mut decoder, 1, "types")?;
        let types = read_types(&mut decoder)?;
        key(&mut decoder, 2, "primary type")?;
        let primary = decoder
            .str()
            .ok()
            .ok_or_else(|| unreadable("primary type"))?;
        key(&mut decoder, 3, "domain")?;
        let domain = members(&mut decoder, 1, &mut left)?;
        key(&mut decoder, 4, "message")?;
        let message = members(&mut decoder, 1, &mut left)?;
        let document = Self::new(types, primary, domain, message)?;
        let canonical = document.encode();
        if canonical != bytes {
            return Err(TypedDataError::NotCanonical {
                found: bytes.len(),
                canonical: canonical.len(),
            });
        }
        Ok(document)
    }

    /// The canonical CBOR of it.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing into memory does not fail.
        let written = self.write(&mut Encoder::new(&mut bytes));
        debug_assert!(written.is_ok(), "memory takes it");
        bytes
    }

    fn write(
        &self,
        encoder: &mut Encoder<&mut Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        encoder.map(5)?.u64(0)?.u64(VERSION)?.u64(1)?;
        let types = canonical_order(self.types.all());
        encoder.map(length(types.len()))?;
        for (name, members) in types {
            encoder.str(name)?.array(length(members.len()))?;
            for member in members {
                encoder.array(2)?.str(&member.name)?.str(&member.spelled)?;
            }
        }
        encoder.u64(2)?.str(&self.primary)?.u64(3)?;
        RawValue::Struct(self.raw.0.clone()).write(encoder)?;
        encoder.u64(4)?;
        RawValue::Struct(self.raw.1.clone()).write(encoder)
    }

    /// What is signed: `keccak256(0x1901 ‖ domain separator ‖ hash of the message)`.
    pub fn digest(&self) -> [u8; 32] {
        signed_digest(&self.domain_separator(), &self.message_hash())
    }

    /// The hash of the domain.
    pub fn domain_separator(&self) -> [u8; 32] {
        word(&self.types, &self.domain)
    }

    /// The hash of the message.
    pub fn message_hash(&self) -> [u8; 32] {
        word(&self.types, &self.message)
    }

    /// `encodeType` of the message: what a rule is known by.
    pub fn encode_type(&self) -> String {
        self.types.encode_type(&self.primary)
    }

    /// The name of the message's type.
    pub fn primary_type(&self) -> &str {
        &self.primary
    }

    /// The chain (EIP-155) of the domain.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The contract that takes the signature.
    pub const fn verifying_contract(&self) -> Address {
        self.contract
    }

    /// The domain's name, if it has one.
    pub fn domain_name(&self) -> Option<&str> {
        self.domain_text("name")
    }

    /// The domain's version, if it has one.
    pub fn domain_version(&self) -> Option<&str> {
        self.domain_text("version")
    }

    /// The domain's salt, if it has one.
    pub fn domain_salt(&self) -> Option<[u8; 32]> {
        let Value::FixedBytes(bytes) = self.domain.atom("salt")? else {
            return None;
        };
        bytes.as_slice().try_into().ok()
    }

    fn domain_text(&self, name: &str) -> Option<&str> {
        let Value::Text(text) = self.domain.atom(name)? else {
            return None;
        };
        Some(text)
    }

    /// The message.
    pub const fn message(&self) -> &TypedValue {
        &self.message
    }

    /// Every value of the message with its path and its type, in order; an empty list is there too.
    pub fn fields(&self) -> Vec<(String, String, Value)> {
        let mut fields = Vec::new();
        self.collect(("", &self.message), &mut fields);
        fields
    }

    fn collect(
        &self,
        (path, value): (&str, &TypedValue),
        fields: &mut Vec<(String, String, Value)>,
    ) {
        let TypedValue::Struct(name, members) = value else {
            return;
        };
        for (member, (name, value)) in self.types.members(name).iter().zip(members) {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{name}");
            match value {
                TypedValue::Atom(value) => {
                    fields.push((path, member.spelled.clone(), value.clone()));
                }
                TypedValue::Struct(_, _) => self.collect((&path, value), fields),
                TypedValue::List(values) if values.is_empty() => {
                    fields.push((path, member.spelled.clone(), Value::List(Vec::new())));
                }
                TypedValue::List(values) => {
                    self.collect_list((&path, &member.spelled), values, fields);
                }
            }
        }
    }

    fn collect_list(
        &self,
        (path, kind): (&str, &str),
        values: &[TypedValue],
        fields: &mut Vec<(String, String, Value)>,
    ) {
        for (index, value) in values.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match value {
                TypedValue::Atom(value) => fields.push((path, kind.to_owned(), value.clone())),
                TypedValue::Struct(_, _) | TypedValue::List(_) => {
                    self.collect((&path, value), fields);
                }
            }
        }
    }
}

impl TypedValue {
    /// The member of a struct.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Struct(_, members) = self else {
            return None;
        };
        let mut members = members.iter();
        members
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// The value of a struct's member that is of a built-in type.
    pub(super) fn atom(&self, name: &str) -> Option<&Value> {
        let Self::Atom(value) = self.member(name)? else {
            return None;
        };
        Some(value)
    }
}

fn read_types(
    decoder: &mut Decoder<'_>,
) -> Result<BTreeMap<String, Vec<(String, String)>>, TypedDataError> {
    let unreadable = || TypedDataError::Unreadable { place: "types" };
    let mut types = BTreeMap::new();
    let count = decoder.map().ok().flatten().ok_or_else(unreadable)?;
    for _ in 0..count {
        let name = decoder.str().ok().ok_or_else(unreadable)?.to_owned();
        let count = decoder.array().ok().flatten().ok_or_else(unreadable)?;
        let mut members = Vec::new();
        for _ in 0..count {
            let pair = decoder.array().ok().flatten().filter(|pair| *pair == 2);
            pair.ok_or_else(unreadable)?;
            let name = decoder.str().ok().ok_or_else(unreadable)?.to_owned();
            let kind = decoder.str().ok().ok_or_else(unreadable)?.to_owned();
            members.push((name, kind));
        }
        if types.insert(name, members).is_some() {
            return Err(unreadable());
        }
    }
    Ok(types)
}

/// Reads values by their types.
struct Reader<'t>(&'t Types);

impl Reader<'_> {
    /// A struct: exactly the members of its type. Types are finite in depth, so this ends.
    fn structure(
        &self,
        path: &str,
        name: &str,
        raw: &BTreeMap<String, RawValue>,
    ) -> Result<TypedValue, TypedDataError> {
        let members = self.0.members(name);
        let extra = raw
            .keys()
            .find(|key| !members.iter().any(|member| member.name == **key));
        if let Some(extra) = extra {
            let path = crate::excerpt::excerpt(&format!("{path}.{extra}"));
            return Err(TypedDataError::Extra { path });
        }
        let mut values = Vec::new();
        for member in members {
            let path = format!("{path}.{}", member.name);
            let Some(found) = raw.get(&member.name) else {
                return Err(TypedDataError::Missing { path });
            };
            let value = self.member(&path, &member.kind, &member.spelled, found)?;
            values.push((member.name.clone(), value));
        }
        Ok(TypedValue::Struct(name.to_owned(), values))
    }

    fn member(
        &self,
        path: &str,
        kind: &MemberType,
        spelled: &str,
        raw: &RawValue,
    ) -> Result<TypedValue, TypedDataError> {
        let wrong = || TypedDataError::Value {
            path: path.to_owned(),
            kind: spelled.to_owned(),
        };
        if kind.list == List::Alone {
            return self.alone(path, &kind.base, raw)?.ok_or_else(wrong);
        }
        let RawValue::List(values) = raw else {
            return Err(wrong());
        };
        if matches!(kind.list, List::Fixed(size) if size != values.len()) {
            return Err(wrong());
        }
        let mut list = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let path = format!("{path}[{index}]");
            list.push(self.alone(&path, &kind.base, value)?.ok_or_else(wrong)?);
        }
        Ok(TypedValue::List(list))
    }

    fn alone(
        &self,
        path: &str,
        base: &BaseType,
        raw: &RawValue,
    ) -> Result<Option<TypedValue>, TypedDataError> {
        match (base, raw) {
            (BaseType::Struct(name), RawValue::Struct(members)) => {
                self.structure(path, name, members).map(Some)
            }
            (base, raw) => Ok(base.value(raw).map(TypedValue::Atom)),
        }
    }
}

impl RawValue {
    /// A number of the chain as a document carries it.
    pub fn number(number: U256) -> Self {
        Self::Bytes(number.to_be_bytes::<32>().to_vec())
    }
}
