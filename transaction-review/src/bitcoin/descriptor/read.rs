//! Reads descriptors and extended keys, with the grammar and the checksum of `miniscript`, and
//! refuses by name what this program does not sign for. Knows nothing of scripts as bytes.

use miniscript::descriptor::{ShInner, WshInner};
use miniscript::{DescriptorPublicKey, Miniscript, Segwitv0, Terminal};

use super::key::Key;
use super::{Descriptor, DescriptorError, ScriptType};
use crate::AccountKey;
use crate::bitcoin::Network;
use crate::excerpt::excerpt;
use crate::limits::MAX_KEYS;

type Parsed = miniscript::Descriptor<DescriptorPublicKey>;

/// What a descriptor is made of.
struct Parts<'a> {
    script_type: ScriptType,
    sorted: bool,
    threshold: usize,
    keys: Vec<&'a DescriptorPublicKey>,
}

pub(super) fn descriptor(text: &str, network: Network) -> Result<Descriptor, DescriptorError> {
    let parsed: Parsed =
        text.parse()
            .map_err(|error: miniscript::Error| DescriptorError::Unreadable {
                reason: excerpt(&error.to_string()),
            })?;
    let parts = parts(&parsed)?;
    check_written(text, &parsed)?;
    check_counts(&parts)?;
    let mut keys = Vec::new();
    for (number, key) in (1_usize..).zip(&parts.keys) {
        let key = Key::read(key, number, network)?;
        check_beside(&keys, &key, number)?;
        keys.push(key);
    }
    Ok(Descriptor {
        text: text.to_owned(),
        script_type: parts.script_type,
        sorted: parts.sorted,
        threshold: parts.threshold,
        keys,
    })
}

/// Reads `[fingerprint/path]xpub`: the extended key that a policy says this station holds. Answers
/// with its own point and what makes it an account.
pub(crate) fn account(
    text: &str,
    network: Network,
) -> Result<([u8; 33], AccountKey), DescriptorError> {
    let unreadable = |reason: &str| DescriptorError::Unreadable {
        reason: excerpt(reason),
    };
    let parsed: DescriptorPublicKey =
        text.parse()
            .map_err(|error: miniscript::descriptor::DescriptorKeyParseError| {
                unreadable(&error.to_string())
            })?;
    if unify(&parsed.to_string()) != unify(text) {
        return Err(unreadable("it is not in its one form"));
    }
    match &parsed {
        DescriptorPublicKey::XPub(extended)
            if extended.derivation_path.is_empty()
                && extended.wildcard == miniscript::descriptor::Wildcard::None =>
        {
            let key = Key::account(&extended.xkey, extended.origin.as_ref(), 1, network)?;
            let account = key.to_account();
            let account = account.ok_or_else(|| unreadable("it has no children"))?;
            Ok((key.point, account))
        }
        DescriptorPublicKey::XPub(_)
        | DescriptorPublicKey::MultiXPub(_)
        | DescriptorPublicKey::Single(_) => {
            Err(unreadable("it is not [fingerprint/path]xpub alone"))
        }
    }
}

fn parts(parsed: &Parsed) -> Result<Parts<'_>, DescriptorError> {
    let single = |script_type, key| Parts {
        script_type,
        sorted: false,
        threshold: 1,
        keys: vec![key],
    };
    let script = |found| Err(DescriptorError::Script { found });
    match parsed {
        Parsed::Pkh(inner) => Ok(single(ScriptType::P2pkh, inner.as_inner())),
        Parsed::Wpkh(inner) => Ok(single(ScriptType::P2wpkh, inner.as_inner())),
        Parsed::Wsh(inner) => multisig(ScriptType::P2wsh, inner.as_inner()),
        Parsed::Sh(inner) => match inner.as_inner() {
            ShInner::Wpkh(inner) => Ok(single(ScriptType::P2shP2wpkh, inner.as_inner())),
            ShInner::Wsh(inner) => multisig(ScriptType::P2shP2wsh, inner.as_inner()),
            ShInner::SortedMulti(_) | ShInner::Ms(_) => script("script hash without witness (sh)"),
        },
        Parsed::Tr(_) => script("taproot output (tr), which no PKCS#11 token signs for"),
        Parsed::Bare(_) => script("bare script"),
    }
}

fn multisig(
    script_type: ScriptType,
    inner: &WshInner<DescriptorPublicKey>,
) -> Result<Parts<'_>, DescriptorError> {
    let (sorted, threshold, keys) = match inner {
        WshInner::SortedMulti(keys) => (true, keys.k(), keys.pks()),
        WshInner::Ms(Miniscript {
            node: Terminal::Multi(keys),
            ..
        }) => (false, keys.k(), keys.data()),
        WshInner::Ms(Miniscript::<_, Segwitv0> { .. }) => {
            let found = "witness script (wsh) other than multi and sortedmulti";
            return Err(DescriptorError::Script { found });
        }
    };
    Ok(Parts {
        script_type,
        sorted,
        threshold,
        keys: keys.iter().collect(),
    })
}

/// One descriptor has one text, but for its checksum and the two signs for hardened steps.
fn check_written(text: &str, parsed: &Parsed) -> Result<(), DescriptorError> {
    let body = text.split_once('#').map_or(text, |(body, _)| body);
    if unify(&format!("{parsed:#}")) == unify(body) {
        Ok(())
    } else {
        let reason = "it is not in its one form".to_owned();
        Err(DescriptorError::Unreadable { reason })
    }
}

/// `h` and `'` both harden a step (BIP-380).
fn unify(text: &str) -> String {
    text.replace('h', "'")
}

fn check_counts(parts: &Parts<'_>) -> Result<(), DescriptorError> {
    let (threshold, keys) = (parts.threshold, parts.keys.len());
    if keys > MAX_KEYS {
        return Err(DescriptorError::Keys {
            found: keys,
            limit: MAX_KEYS,
        });
    }
    if parts.script_type.is_multisig() && threshold < 2 {
        return Err(DescriptorError::Threshold { threshold, keys });
    }
    Ok(())
}

/// A key beside those before it: of their sort, and none of them.
fn check_beside(earlier: &[Key], key: &Key, number: usize) -> Result<(), DescriptorError> {
    let is_account = |key: &Key| key.account.is_some();
    if earlier
        .first()
        .is_some_and(|first| is_account(first) != is_account(key))
    {
        return Err(DescriptorError::KeyMixed { key: number });
    }
    let mut numbered = (1_usize..).zip(earlier);
    // The same point with the other sign of y is the same secret.
    let secret = |key: &Key| key.point.split_first().map(|(_, x)| x.to_vec());
    match numbered.find(|(_, other)| secret(other) == secret(key)) {
        Some((first, _)) => Err(DescriptorError::KeyDuplicate {
            first,
            second: number,
        }),
        None => Ok(()),
    }
}
