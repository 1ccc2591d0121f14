//! Reads attributes of a token's objects, one at a time.
//! It knows nothing of what they mean, and is never asked for a private value.

use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::Session;

use crate::device::DeviceError;

pub(crate) fn read_flag(
    session: &Session,
    object: ObjectHandle,
    kind: AttributeType,
) -> Result<Option<bool>, DeviceError> {
    Ok(read(session, object, kind)?.and_then(|attribute| flag_of(&attribute)))
}

fn flag_of(attribute: &Attribute) -> Option<bool> {
    if let Attribute::AlwaysSensitive(flag)
    | Attribute::Copyable(flag)
    | Attribute::Decrypt(flag)
    | Attribute::Derive(flag)
    | Attribute::Destroyable(flag)
    | Attribute::Encrypt(flag)
    | Attribute::Extractable(flag)
    | Attribute::Local(flag)
    | Attribute::Modifiable(flag)
    | Attribute::NeverExtractable(flag)
    | Attribute::Private(flag)
    | Attribute::Sensitive(flag)
    | Attribute::Sign(flag)
    | Attribute::SignRecover(flag)
    | Attribute::Token(flag)
    | Attribute::Unwrap(flag)
    | Attribute::Verify(flag)
    | Attribute::Wrap(flag) = attribute
    {
        Some(*flag)
    } else {
        None
    }
}

pub(crate) fn read_mechanism(
    session: &Session,
    object: ObjectHandle,
) -> Result<Option<u64>, DeviceError> {
    let found = read(session, object, AttributeType::KeyGenMechanism)?;
    Ok(if let Some(Attribute::KeyGenMechanism(mechanism)) = found {
        Some(*mechanism)
    } else {
        None
    })
}

pub(crate) fn read_bytes(
    session: &Session,
    object: ObjectHandle,
    kind: AttributeType,
) -> Result<Option<Vec<u8>>, DeviceError> {
    let found = read(session, object, kind)?;
    Ok(
        if let Some(
            Attribute::Id(bytes)
            | Attribute::Label(bytes)
            | Attribute::EcParams(bytes)
            | Attribute::EcPoint(bytes)
            | Attribute::Value(bytes),
        ) = found
        {
            Some(bytes)
        } else {
            None
        },
    )
}

/// Reads one attribute. One at a time, because a value that cannot be parsed fails the whole call:
/// an imported key has `CK_UNAVAILABLE_INFORMATION` for the mechanism that made it.
fn read(
    session: &Session,
    object: ObjectHandle,
    kind: AttributeType,
) -> Result<Option<Attribute>, DeviceError> {
    match session
        .get_attributes(object, &[kind])
        .map_err(DeviceError::from)
    {
        Ok(attributes) => Ok(attributes.into_iter().next()),
        Err(DeviceError::Malformed) => Ok(None),
        Err(fault @ (DeviceError::NotImplemented | DeviceError::Refused { .. })) => Err(fault),
    }
}
