//! Seeds in a token: an AES key that seals, and beside it the sealed seed as a private data object.
//! It knows nothing of accounts.

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::attributes::{read_bytes, read_flag, read_mechanism};
use crate::device::DeviceError;
use crate::inventory::{is_taken, printable};
use crate::key::KeyId;
use crate::locked::Locked;
use crate::origin::UnsafeAttributes;
use crate::random;
use crate::seed::error::SeedError;
use crate::seed::master::Master;
use crate::seed::sealed::{self, DOMAIN, FIRST_EPOCH, NONCE_LENGTH, SealedSeed};
use crate::seed::{SeedInfo, SeedSpec};

/// `CKM_AES_KEY_GEN`, the one mechanism by which sealing keys are born.
const AES_KEY_GENERATION: u64 = 0x1080;

/// Draws a seed, has a sealing key born in the token, seals the one with the other, stores it, and
/// unseals it once to see that the token keeps it.
///
/// # Errors
///
/// [`SeedError`]. After [`SeedError::IdInUse`] nothing was made; after any other a sealing key
/// without a seed may be left, which cannot be removed and does nothing.
pub(crate) fn create(session: &Session, spec: &SeedSpec) -> Result<SeedInfo, SeedError> {
    let id = spec.id();
    if is_taken(session, id)? || !stored(session, id)?.is_empty() {
        return Err(SeedError::IdInUse { id: id.clone() });
    }
    let drawn = random::draw(session, Locked::LENGTH)?;
    let seed = Master::new(locked(&drawn)?);
    let key = session
        .generate_key(&Mechanism::AesKeyGen, &key_template(spec))
        .map_err(DeviceError::from)?;
    let sealed = seal(session, (key, spec), &drawn)?;
    drop(drawn);
    session
        .create_object(&data_template(id, &sealed))
        .map_err(DeviceError::from)?;
    if !unseal(session, id)?.is(&seed) {
        return Err(SeedError::NotKept);
    }
    describe(session, id, key)
}

/// The seeds of a token, by what lies sealed in it.
///
/// # Errors
///
/// [`SeedError::Ambiguous`], [`SeedError::Device`].
pub(crate) fn list(session: &Session) -> Result<Vec<SeedInfo>, SeedError> {
    let wanted = [
        Attribute::Token(true),
        Attribute::Class(ObjectClass::DATA),
        Attribute::Application(DOMAIN.to_vec()),
    ];
    let mut ids = Vec::new();
    for object in session.find_objects(&wanted).map_err(DeviceError::from)? {
        let label = read_bytes(session, object, AttributeType::Label)?.unwrap_or_default();
        let id = HEXLOWER.decode(&label).ok();
        ids.extend(id.and_then(|bytes| KeyId::new(bytes).ok()));
    }
    ids.sort();
    ids.dedup();
    ids.iter()
        .map(|id| {
            let (key, _seed) = find(session, id)?;
            describe(session, id, key)
        })
        .collect()
}

/// Unseals the seed with this id into locked memory, if its sealing key is as it must be.
///
/// # Errors
///
/// [`SeedError`].
pub(crate) fn unseal(session: &Session, id: &KeyId) -> Result<Master, SeedError> {
    let (key, object) = find(session, id)?;
    let attributes = unsafe_attributes(session, key)?;
    if !attributes.is_empty() {
        return Err(SeedError::UnsafeSealingKey {
            id: id.clone(),
            attributes,
        });
    }
    let bytes = read_bytes(session, object, AttributeType::Value)?.unwrap_or_default();
    let sealed = SealedSeed::from_bytes(&bytes).ok_or_else(|| SeedError::Malformed {
        id: id.clone(),
        length: bytes.len(),
    })?;
    let label = read_bytes(session, key, AttributeType::Label)?.unwrap_or_default();
    let bound_to = sealed::associated_data(id, &label, sealed.epoch);
    let mut nonce = sealed.nonce;
    let mechanism = mechanism(&mut nonce, &bound_to)?;
    let opened = session
        .decrypt(&mechanism, key, &sealed.ciphertext)
        .map(Zeroizing::new)
        .map_err(|fault| SeedError::NotUnsealed {
            id: id.clone(),
            fault: DeviceError::from(fault),
        })?;
    Ok(Master::new(locked(&opened)?))
}

fn seal(
    session: &Session,
    (key, spec): (ObjectHandle, &SeedSpec),
    seed: &[u8],
) -> Result<SealedSeed, SeedError> {
    let drawn = random::draw(session, NONCE_LENGTH)?;
    let mut nonce = drawn.first_chunk().copied().unwrap_or_default();
    let bound_to = sealed::associated_data(spec.id(), spec.label().as_bytes(), FIRST_EPOCH);
    // A module may put a nonce of its own in the place of ours: what it left there counts.
    let returned = session
        .encrypt(&mechanism(&mut nonce, &bound_to)?, key, seed)
        .map_err(DeviceError::from)?;
    Ok(SealedSeed {
        epoch: FIRST_EPOCH,
        nonce,
        ciphertext: returned
            .try_into()
            .map_err(|_other_length| DeviceError::Malformed)?,
    })
}

fn mechanism<'p>(nonce: &'p mut [u8], bound_to: &'p [u8]) -> Result<Mechanism<'p>, SeedError> {
    let params =
        GcmParams::new(nonce, bound_to, sealed::TAG_BITS.into()).map_err(DeviceError::from)?;
    Ok(Mechanism::AesGcm(params))
}

fn locked(seed: &[u8]) -> Result<Locked, SeedError> {
    let bytes = seed
        .first_chunk()
        .filter(|_| seed.len() == Locked::LENGTH)
        .ok_or(DeviceError::Malformed)?;
    Locked::new(bytes).map_err(|_not_locked| SeedError::Memory)
}

/// Exactly one sealing key and exactly one sealed seed.
fn find(session: &Session, id: &KeyId) -> Result<(ObjectHandle, ObjectHandle), SeedError> {
    let wanted = [
        Attribute::Token(true),
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Id(id.as_bytes().to_vec()),
    ];
    let keys = session.find_objects(&wanted).map_err(DeviceError::from)?;
    let seeds = stored(session, id)?;
    match (keys.as_slice(), seeds.as_slice()) {
        ([key], [seed]) => Ok((*key, *seed)),
        (_, []) => Err(SeedError::NotFound { id: id.clone() }),
        _ => Err(SeedError::Ambiguous {
            id: id.clone(),
            keys: keys.len(),
            seeds: seeds.len(),
        }),
    }
}

fn stored(session: &Session, id: &KeyId) -> Result<Vec<ObjectHandle>, DeviceError> {
    let wanted = [
        Attribute::Token(true),
        Attribute::Class(ObjectClass::DATA),
        Attribute::Application(DOMAIN.to_vec()),
        Attribute::Label(label_of(id)),
    ];
    session.find_objects(&wanted).map_err(DeviceError::from)
}

/// A data object has no `CKA_ID`: its label says whose it is.
fn label_of(id: &KeyId) -> Vec<u8> {
    id.to_string().into_bytes()
}

fn describe(session: &Session, id: &KeyId, key: ObjectHandle) -> Result<SeedInfo, SeedError> {
    let label = read_bytes(session, key, AttributeType::Label)?.unwrap_or_default();
    Ok(SeedInfo {
        id: id.clone(),
        label: printable(&label),
        unsafe_attributes: unsafe_attributes(session, key)?,
    })
}

/// `CKA_DESTROYABLE` is false: a seed whose sealing key is gone is money that is gone.
fn key_template(spec: &SeedSpec) -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Id(spec.id().as_bytes().to_vec()),
        Attribute::Label(spec.label().as_bytes().to_vec()),
        Attribute::ValueLen(32.into()),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::Sign(false),
        Attribute::Verify(false),
        Attribute::Wrap(false),
        Attribute::Unwrap(false),
        Attribute::Derive(false),
        Attribute::Modifiable(false),
        Attribute::Copyable(false),
        Attribute::Destroyable(false),
    ]
}

/// Private, so that nobody without the PIN can destroy it.
fn data_template(id: &KeyId, sealed: &SealedSeed) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Application(DOMAIN.to_vec()),
        Attribute::Label(label_of(id)),
        Attribute::Value(sealed.to_bytes()),
        Attribute::Modifiable(false),
        Attribute::Copyable(false),
        Attribute::Destroyable(false),
    ]
}

/// Lists what is not as it was made; an attribute that the token does not tell counts as wrong, but
/// for the two that older modules do not know.
fn unsafe_attributes(
    session: &Session,
    key: ObjectHandle,
) -> Result<UnsafeAttributes, DeviceError> {
    let flag = |kind| read_flag(session, key, kind);
    let born = read_mechanism(session, key)? == Some(AES_KEY_GENERATION);
    let unless_unknown = |found: Option<bool>| found.or(Some(false));
    Ok(UnsafeAttributes::among([
        ("CKA_PRIVATE", flag(AttributeType::Private)?, true),
        ("CKA_SENSITIVE", flag(AttributeType::Sensitive)?, true),
        ("CKA_EXTRACTABLE", flag(AttributeType::Extractable)?, false),
        ("CKA_LOCAL", flag(AttributeType::Local)?, true),
        ("CKA_KEY_GEN_MECHANISM", Some(born), true),
        (
            "CKA_NEVER_EXTRACTABLE",
            flag(AttributeType::NeverExtractable)?,
            true,
        ),
        (
            "CKA_ALWAYS_SENSITIVE",
            flag(AttributeType::AlwaysSensitive)?,
            true,
        ),
        ("CKA_ENCRYPT", flag(AttributeType::Encrypt)?, true),
        ("CKA_DECRYPT", flag(AttributeType::Decrypt)?, true),
        ("CKA_SIGN", flag(AttributeType::Sign)?, false),
        ("CKA_VERIFY", flag(AttributeType::Verify)?, false),
        ("CKA_WRAP", flag(AttributeType::Wrap)?, false),
        ("CKA_UNWRAP", flag(AttributeType::Unwrap)?, false),
        ("CKA_DERIVE", flag(AttributeType::Derive)?, false),
        ("CKA_MODIFIABLE", flag(AttributeType::Modifiable)?, false),
        (
            "CKA_COPYABLE",
            unless_unknown(flag(AttributeType::Copyable)?),
            false,
        ),
        (
            "CKA_DESTROYABLE",
            unless_unknown(flag(AttributeType::Destroyable)?),
            false,
        ),
    ]))
}
