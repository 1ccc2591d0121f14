//! Converts a document of `eth_signTypedData_v4` (JSON) into the form that crosses the gap.
//! Knows spellings, nothing of what a document means.

use std::collections::BTreeMap;

use transaction_review::TransactionKind;
use transaction_review::ethereum::{BaseType, MemberType, RawValue, TypedData};

use super::json::{Json, refused};
use super::{BuildError, Transaction, literal};

type Declared = BTreeMap<String, Vec<(String, String)>>;

/// Reads the JSON and makes the document.
///
/// # Errors
/// [`BuildError::Json`], [`BuildError::Document`], [`BuildError::TypedData`].
pub fn from_typed_data(bytes: &[u8]) -> Result<Transaction, BuildError> {
    let document = document(&Json::parse(bytes)?)?;
    Ok(Transaction::alone(
        TransactionKind::TypedData,
        document.encode(),
    ))
}

fn document(json: &Json) -> Result<TypedData, BuildError> {
    const KEYS: [&str; 4] = ["types", "primaryType", "domain", "message"];
    let Json::Object(members) = json else {
        return Err(refused("the document", "is no object"));
    };
    if let Some((other, _)) = members
        .iter()
        .find(|(name, _)| !KEYS.contains(&name.as_str()))
    {
        let problem =
            "is not one of types, primaryType, domain and message: it would not be signed";
        return Err(refused(other, problem));
    }
    let part = |name: &str| json.member(name).ok_or_else(|| refused(name, "is missing"));
    let types = types(part("types")?)?;
    let Json::Text(primary) = part("primaryType")? else {
        return Err(refused("primaryType", "is no text"));
    };
    let values = Values(&types);
    let domain = values.structure("domain", "EIP712Domain", part("domain")?)?;
    let message = values.structure("message", primary, part("message")?)?;
    Ok(TypedData::new(types.clone(), primary, domain, message)?)
}

fn types(json: &Json) -> Result<Declared, BuildError> {
    let Json::Object(structs) = json else {
        return Err(refused("types", "is no object"));
    };
    let mut types = BTreeMap::new();
    for (name, members) in structs {
        let Json::List(members) = members else {
            return Err(refused(name, "is no list of members"));
        };
        let mut read = Vec::new();
        for member in members {
            match (member, member.member("name"), member.member("type")) {
                (Json::Object(keys), Some(Json::Text(name)), Some(Json::Text(kind)))
                    if keys.len() == 2 =>
                {
                    read.push((name.clone(), kind.clone()));
                }
                (_, _, _) => {
                    let problem = "has a member that is not a name and a type and nothing else";
                    return Err(refused(name, problem));
                }
            }
        }
        types.insert(name.clone(), read);
    }
    Ok(types)
}

/// Values by the types that the document declares.
struct Values<'t>(&'t Declared);

/// Structs inside each other, at most: more than any document may have.
const MAX_DEPTH: usize = 16;

impl Values<'_> {
    fn structure(
        &self,
        path: &str,
        name: &str,
        json: &Json,
    ) -> Result<BTreeMap<String, RawValue>, BuildError> {
        self.at(path, name, json, 0)
    }

    fn at(
        &self,
        path: &str,
        name: &str,
        json: &Json,
        depth: usize,
    ) -> Result<BTreeMap<String, RawValue>, BuildError> {
        let Json::Object(members) = json else {
            return Err(refused(path, "is no object"));
        };
        if depth > MAX_DEPTH {
            return Err(refused(path, "is nested too deep"));
        }
        let declared = self.0.get(name).map_or(&[][..], Vec::as_slice);
        let mut values = BTreeMap::new();
        for (member, value) in members {
            let path = format!("{path}.{member}");
            let kind = declared.iter().find(|(known, _)| known == member);
            let kind = kind.and_then(|(_, kind)| MemberType::parse(kind));
            let problem = "is not in the types: it would not be signed";
            let kind = kind.ok_or_else(|| refused(&path, problem))?;
            values.insert(member.clone(), self.value(&path, &kind, value, depth)?);
        }
        Ok(values)
    }

    fn value(
        &self,
        path: &str,
        kind: &MemberType,
        json: &Json,
        depth: usize,
    ) -> Result<RawValue, BuildError> {
        if !kind.is_list() {
            return self.alone(path, kind.base(), json, depth);
        }
        let Json::List(entries) = json else {
            return Err(refused(path, "is no list"));
        };
        let entries = entries.iter().enumerate();
        let entries: Result<Vec<RawValue>, BuildError> = entries
            .map(|(index, entry)| {
                self.alone(&format!("{path}[{index}]"), kind.base(), entry, depth)
            })
            .collect();
        Ok(RawValue::List(entries?))
    }

    fn alone(
        &self,
        path: &str,
        base: &BaseType,
        json: &Json,
        depth: usize,
    ) -> Result<RawValue, BuildError> {
        let (read, problem) = match (base, json) {
            (BaseType::Struct(name), json) => {
                let deeper = depth.saturating_add(1);
                return self.at(path, name, json, deeper).map(RawValue::Struct);
            }
            (BaseType::Bool, Json::Bool(value)) => (Some(RawValue::Bool(*value)), ""),
            (BaseType::Bool, _) => (None, "is neither true nor false"),
            (BaseType::Text, Json::Text(text)) => (Some(RawValue::Text(text.clone())), ""),
            (BaseType::Text, _) => (None, "is no text"),
            (BaseType::Address, json) => {
                let address = literal::address(json);
                let address = address.map(|address| RawValue::Bytes(address.to_vec()));
                (address, "is no address with its EIP-55 capitals")
            }
            (BaseType::Bytes | BaseType::FixedBytes(_), json) => (
                literal::bytes(json).map(RawValue::Bytes),
                "is not 0x and hexadecimal digits",
            ),
            (BaseType::Unsigned(_), json) => (
                literal::unsigned(json).map(RawValue::number),
                "is no whole number in plain digits",
            ),
            (BaseType::Signed(_), json) => (
                literal::signed(json).map(|word| RawValue::Bytes(word.to_vec())),
                "is no whole number in plain digits",
            ),
        };
        read.ok_or_else(|| refused(path, problem))
    }
}
