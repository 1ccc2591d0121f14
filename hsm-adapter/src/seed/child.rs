//! A derived key in the token for one signature: a session object that can only sign.
//! It knows nothing of where the key comes from, and what is signed with it.

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use zeroize::Zeroize;

use crate::attributes::read_flag;
use crate::device::DeviceError;
use crate::inventory::read_attributes;
use crate::origin::{OriginEvidence, UnsafeAttributes};
use crate::public_key::Curve;
use crate::seed::error::SeedError;
use crate::seed::master::ChildKey;

/// A private key that exists in the token for as long as its session is open.
pub(crate) struct ImportedChild {
    session: Session,
    handle: ObjectHandle,
    evidence: OriginEvidence,
}

impl ImportedChild {
    /// Brings the key into the token and reads back what became of it.
    ///
    /// # Errors
    ///
    /// [`SeedError::Device`]; [`SeedError::UnsafeChild`] if the token keeps it otherwise than
    /// asked. The session is closed then, and the key gone with it.
    pub(crate) fn new(session: Session, key: &ChildKey) -> Result<Self, SeedError> {
        let template = Template::new(key);
        let handle = session
            .create_object(&template.0)
            .map_err(DeviceError::from)?;
        drop(template);
        let attributes = unsafe_attributes(&session, handle)?;
        if !attributes.is_empty() {
            return Err(SeedError::UnsafeChild { attributes });
        }
        let evidence = read_attributes(&session, handle)?.origin;
        Ok(Self {
            session,
            handle,
            evidence,
        })
    }

    /// The key, for whoever signs with it.
    pub(crate) const fn handle(&self) -> ObjectHandle {
        self.handle
    }

    /// What the token says of it.
    pub(crate) const fn evidence(&self) -> OriginEvidence {
        self.evidence
    }

    /// Has the token destroy it. Dropping it closes the session, which does the same (PKCS#11 3.0
    /// §5.6.2), and says nothing.
    ///
    /// # Errors
    ///
    /// [`DeviceError`]; the session is closed even so.
    pub(crate) fn destroy(self) -> Result<(), DeviceError> {
        let Self {
            session, handle, ..
        } = self;
        let destroyed = session.destroy_object(handle).map_err(DeviceError::from);
        let closed = session.close().map_err(DeviceError::from);
        destroyed.and(closed)
    }
}

/// What is handed to `C_CreateObject`; the private value in it is wiped on every path.
struct Template(Vec<Attribute>);

impl Template {
    fn new(key: &ChildKey) -> Self {
        Self(vec![
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::KeyType(KeyType::EC),
            Attribute::EcParams(Curve::Secp256k1.ec_params().to_vec()),
            Attribute::Value(key.scalar().to_vec()),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::SignRecover(false),
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
            Attribute::Modifiable(false),
            Attribute::Copyable(false),
        ])
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        for attribute in &mut self.0 {
            if let Attribute::Value(value) = attribute {
                value.zeroize();
            }
        }
    }
}

fn unsafe_attributes(
    session: &Session,
    key: ObjectHandle,
) -> Result<UnsafeAttributes, DeviceError> {
    let flag = |kind| read_flag(session, key, kind);
    let copyable = flag(AttributeType::Copyable)?.or(Some(false));
    Ok(UnsafeAttributes::among([
        ("CKA_TOKEN", flag(AttributeType::Token)?, false),
        ("CKA_PRIVATE", flag(AttributeType::Private)?, true),
        ("CKA_SENSITIVE", flag(AttributeType::Sensitive)?, true),
        ("CKA_EXTRACTABLE", flag(AttributeType::Extractable)?, false),
        ("CKA_SIGN", flag(AttributeType::Sign)?, true),
        ("CKA_SIGN_RECOVER", flag(AttributeType::SignRecover)?, false),
        ("CKA_DECRYPT", flag(AttributeType::Decrypt)?, false),
        ("CKA_UNWRAP", flag(AttributeType::Unwrap)?, false),
        ("CKA_DERIVE", flag(AttributeType::Derive)?, false),
        ("CKA_MODIFIABLE", flag(AttributeType::Modifiable)?, false),
        ("CKA_COPYABLE", copyable, false),
    ]))
}
