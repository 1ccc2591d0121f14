//! How a key is born: the two templates of `C_GenerateKeyPair`.
//! It knows nothing of what the key will be for.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::Session;

use crate::device::DeviceError;
use crate::key::KeySpec;

/// Has the token make a key pair that can only sign, and that never leaves, changes or goes.
///
/// # Errors
///
/// [`DeviceError`].
pub(crate) fn generate(session: &Session, spec: &KeySpec) -> Result<(), DeviceError> {
    session.generate_key_pair(
        &Mechanism::EccKeyPairGen,
        &public_template(spec),
        &private_template(spec),
    )?;
    Ok(())
}

/// `CKA_DESTROYABLE` is false: an account whose key is gone is an account whose money is gone.
fn private_template(spec: &KeySpec) -> Vec<Attribute> {
    let mut template = common(spec);
    template.extend([
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::SignRecover(false),
        Attribute::Decrypt(false),
        Attribute::Unwrap(false),
        Attribute::Derive(false),
    ]);
    template
}

fn public_template(spec: &KeySpec) -> Vec<Attribute> {
    let mut template = common(spec);
    template.extend([
        Attribute::EcParams(spec.curve().ec_params().to_vec()),
        Attribute::Private(false),
        Attribute::Verify(true),
        Attribute::VerifyRecover(false),
        Attribute::Encrypt(false),
        Attribute::Wrap(false),
        Attribute::Derive(false),
    ]);
    template
}

fn common(spec: &KeySpec) -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Id(spec.id().as_bytes().to_vec()),
        Attribute::Label(spec.label().as_bytes().to_vec()),
        Attribute::Modifiable(false),
        Attribute::Copyable(false),
        Attribute::Destroyable(false),
    ]
}
