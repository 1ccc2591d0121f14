//! Lists the keys of an unlocked token once, so that signing never has to search.
//! It never reads a private value, and decides nothing about a key's use.

use std::collections::{BTreeMap, BTreeSet};

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

use crate::attributes::{read_bytes, read_flag, read_mechanism};
use crate::device::DeviceError;
use crate::key::{KeyError, KeyId, KeyInfo};
use crate::origin::{Attributes, OriginEvidence, Usage};
use crate::public_key::{Curve, PublicKey};

/// The elliptic-curve keys of a token.
#[derive(Default)]
pub(crate) struct Inventory {
    keys: Vec<KeyInfo>,
    handles: BTreeMap<KeyId, ObjectHandle>,
    unusable: BTreeMap<KeyId, KeyError>,
}

impl Inventory {
    /// Reads the token. Keys without an id, or with one beyond [`KeyId::LONGEST`], are left out:
    /// nothing could select them.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn read(session: &Session) -> Result<Self, DeviceError> {
        let mut private = objects(session, ObjectClass::PRIVATE_KEY)?;
        let mut public = objects(session, ObjectClass::PUBLIC_KEY)?;
        let ids: BTreeSet<KeyId> = private.keys().cloned().collect();
        let mut inventory = Self::default();
        for id in ids {
            let private = private.remove(&id).unwrap_or_default();
            let public = public.remove(&id).unwrap_or_default();
            let pair = match (private.as_slice(), public.as_slice()) {
                ([private], [public]) => Ok((*private, *public)),
                _ => Err(KeyError::Ambiguous {
                    id: id.clone(),
                    private_keys: private.len(),
                    public_keys: public.len(),
                }),
            };
            match pair.and_then(|pair| describe(session, &id, pair)) {
                Ok((key, handle)) => {
                    inventory.handles.insert(id, handle);
                    inventory.keys.push(key);
                }
                Err(KeyError::Device(fault)) => return Err(fault),
                Err(reason) => {
                    inventory.unusable.insert(id, reason);
                }
            }
        }
        Ok(inventory)
    }

    /// The key pairs, by id.
    pub(crate) fn keys(&self) -> &[KeyInfo] {
        &self.keys
    }

    /// The private keys that make no pair, and why.
    pub(crate) const fn unusable(&self) -> &BTreeMap<KeyId, KeyError> {
        &self.unusable
    }

    /// The key pair with this id.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotFound`], or why the private key makes no pair.
    pub(crate) fn key(&self, id: &KeyId) -> Result<(&KeyInfo, ObjectHandle), KeyError> {
        if let Some(reason) = self.unusable.get(id) {
            return Err(reason.clone());
        }
        self.keys
            .iter()
            .find(|key| key.id() == id)
            .zip(self.handles.get(id).copied())
            .ok_or_else(|| KeyError::NotFound { id: id.clone() })
    }
}

/// Whether any object of the token has this id, of whatever class.
///
/// # Errors
///
/// [`DeviceError`].
pub(crate) fn is_taken(session: &Session, id: &KeyId) -> Result<bool, DeviceError> {
    let wanted = [
        Attribute::Token(true),
        Attribute::Id(id.as_bytes().to_vec()),
    ];
    Ok(!session.find_objects(&wanted)?.is_empty())
}

fn objects(
    session: &Session,
    class: ObjectClass,
) -> Result<BTreeMap<KeyId, Vec<ObjectHandle>>, DeviceError> {
    let wanted = [
        Attribute::Token(true),
        Attribute::Class(class),
        Attribute::KeyType(KeyType::EC),
    ];
    let mut found = BTreeMap::<KeyId, Vec<ObjectHandle>>::new();
    for handle in session.find_objects(&wanted)? {
        let bytes = read_bytes(session, handle, AttributeType::Id)?.unwrap_or_default();
        if let Ok(id) = KeyId::new(bytes) {
            found.entry(id).or_default().push(handle);
        }
    }
    Ok(found)
}

fn describe(
    session: &Session,
    id: &KeyId,
    (private, public): (ObjectHandle, ObjectHandle),
) -> Result<(KeyInfo, ObjectHandle), KeyError> {
    let curve = curve_of(session, id, public)?;
    let private_curve = curve_of(session, id, private)?;
    if private_curve != curve {
        let (id, expected, found) = (id.clone(), private_curve, curve);
        return Err(KeyError::WrongCurve {
            id,
            expected,
            found,
        });
    }
    let point = read_bytes(session, public, AttributeType::EcPoint)?.unwrap_or_default();
    let public_key =
        PublicKey::from_ec_point(curve, &point).map_err(|fault| KeyError::PublicKey {
            id: id.clone(),
            fault,
        })?;
    let label = read_bytes(session, private, AttributeType::Label)?.unwrap_or_default();
    let attributes = read_attributes(session, private)?;
    let key = KeyInfo {
        id: id.clone(),
        label: printable(&label),
        public_key,
        evidence: attributes.origin,
        unsafe_attributes: attributes.unsafe_ones(),
    };
    Ok((key, private))
}

fn curve_of(session: &Session, id: &KeyId, object: ObjectHandle) -> Result<Curve, KeyError> {
    let params = read_bytes(session, object, AttributeType::EcParams)?.unwrap_or_default();
    Curve::from_ec_params(&params).ok_or_else(|| KeyError::UnsupportedCurve { id: id.clone() })
}

pub(crate) fn read_attributes(
    session: &Session,
    object: ObjectHandle,
) -> Result<Attributes, DeviceError> {
    let flag = |kind| read_flag(session, object, kind);
    Ok(Attributes {
        origin: OriginEvidence {
            local: flag(AttributeType::Local)?,
            never_extractable: flag(AttributeType::NeverExtractable)?,
            always_sensitive: flag(AttributeType::AlwaysSensitive)?,
            sensitive: flag(AttributeType::Sensitive)?,
            extractable: flag(AttributeType::Extractable)?,
            key_generation_mechanism: read_mechanism(session, object)?,
        },
        usage: Usage {
            sign: flag(AttributeType::Sign)?,
            sign_recover: flag(AttributeType::SignRecover)?,
            decrypt: flag(AttributeType::Decrypt)?,
            unwrap: flag(AttributeType::Unwrap)?,
            derive: flag(AttributeType::Derive)?,
            modifiable: flag(AttributeType::Modifiable)?,
            copyable: flag(AttributeType::Copyable)?,
            destroyable: flag(AttributeType::Destroyable)?,
        },
    })
}

/// A label as it may be shown on a terminal.
pub(crate) fn printable(label: &[u8]) -> String {
    let shown = |byte: &u8| {
        if matches!(byte, 0x20..=0x7e) {
            char::from(*byte)
        } else {
            '?'
        }
    };
    label.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_with_control_characters_is_shown_with_question_marks() {
        assert_eq!(printable(b"hot\x1b[2J\x00 key\xff"), "hot?[2J? key?");
    }
}
