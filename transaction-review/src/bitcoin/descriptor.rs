//! A wallet's descriptor (BIP-380, BIP-382): which script is ours, derived and never believed.
//! Knows one key and its origin, nothing of transactions.

use bip32::{ChildNumber, PublicKey as _};
use bitcoin::hashes::Hash as _;
use bitcoin::{ScriptBuf, WPubkeyHash};
use data_encoding::HEXLOWER;
use k256::ecdsa::VerifyingKey;

use super::Network;

/// `wpkh(key)` or `wpkh([fingerprint/path]key)` over the wallet's registered key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    text: String,
    fingerprint: [u8; 4],
    path: Vec<ChildNumber>,
    script: ScriptBuf,
}

impl Descriptor {
    /// Reads a descriptor; `None` unless it is a `wpkh` of this very key.
    pub(crate) fn parse(text: &str, public_key: &[u8; 33]) -> Option<Self> {
        let inner = text.strip_prefix("wpkh(")?.strip_suffix(')')?;
        let (origin, key) = match inner.strip_prefix('[') {
            Some(rest) => rest
                .split_once(']')
                .map(|(origin, key)| (Some(origin), key))?,
            None => (None, inner),
        };
        if key != HEXLOWER.encode(public_key) {
            return None;
        }
        let own = VerifyingKey::from_sec1_bytes(public_key).ok()?;
        let (fingerprint, path) = match origin {
            Some(origin) => parse_origin(origin)?,
            None => (own.fingerprint(), Vec::new()),
        };
        let hash = WPubkeyHash::hash(&own.to_bytes());
        Some(Self {
            text: text.to_owned(),
            fingerprint,
            path,
            script: ScriptBuf::new_p2wpkh(&hash),
        })
    }

    /// The descriptor as the policy has it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The wallet's address on a network.
    pub fn address(&self, network: Network) -> String {
        network.address_of(&self.script).unwrap_or_default()
    }

    /// The origin in the words of BIP-380: a master fingerprint and a path.
    pub fn origin(&self) -> String {
        let mut steps = vec![HEXLOWER.encode(&self.fingerprint)];
        steps.extend(self.path.iter().map(ToString::to_string));
        steps.join("/")
    }

    pub(crate) const fn script(&self) -> &ScriptBuf {
        &self.script
    }

    pub(crate) const fn fingerprint(&self) -> [u8; 4] {
        self.fingerprint
    }

    /// The steps of the path from the master key, hardened ones with their high bit.
    pub(crate) fn steps(&self) -> Vec<u32> {
        self.path.iter().map(|step| step.0).collect()
    }
}

fn parse_origin(origin: &str) -> Option<([u8; 4], Vec<ChildNumber>)> {
    let (digits, steps) = origin.split_once('/').unwrap_or((origin, ""));
    let fingerprint = HEXLOWER.decode(digits.as_bytes()).ok()?;
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'/' | b'h' | b'\'');
    if !steps.bytes().all(plain) || (steps.is_empty() && origin.contains('/')) {
        return None;
    }
    let steps = steps.replace('h', "'");
    let path: Option<Vec<ChildNumber>> = steps
        .split('/')
        .filter(|_| !steps.is_empty())
        .map(|step| step.parse().ok())
        .collect();
    Some((<[u8; 4]>::try_from(fingerprint).ok()?, path?))
}

#[cfg(test)]
mod tests {
    use super::{Descriptor, Network};

    /// The key of BIP-143's P2WPKH example.
    const KEY: &str = "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357";

    fn parse(text: &str) -> Option<Descriptor> {
        let key = data_encoding::HEXLOWER.decode(KEY.as_bytes()).unwrap();
        Descriptor::parse(text, &key.try_into().unwrap())
    }

    #[test]
    fn a_key_without_origin_has_its_own_fingerprint() {
        let descriptor = parse(&format!("wpkh({KEY})")).unwrap();
        assert_eq!(
            descriptor.script().to_hex_string(),
            "00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1"
        );
        assert_eq!(descriptor.origin(), "1d0f172a");
        assert_eq!(
            descriptor.address(Network::Mainnet),
            "bc1qr583w2swedy2acd7rung055k8t3n7udp7vyzyg"
        );
        assert_eq!(descriptor.steps(), Vec::<u32>::new());
    }

    #[test]
    fn a_declared_origin_is_kept() {
        let descriptor = parse(&format!("wpkh([a1b2c3d4/84h/0'/7]{KEY})")).unwrap();
        assert_eq!(descriptor.origin(), "a1b2c3d4/84'/0'/7");
        assert_eq!(descriptor.steps(), vec![0x8000_0054, 0x8000_0000, 7]);
    }

    #[test]
    fn any_other_descriptor_is_refused() {
        for text in [
            format!("pkh({KEY})"),
            format!("wpkh({KEY})#checksum"),
            format!("wpkh({})", KEY.to_uppercase()),
            format!("wpkh({})", KEY.replace("025", "035")),
            format!("wpkh([a1b2c3]{KEY})"),
            format!("wpkh([a1b2c3d4/]{KEY})"),
            format!("wpkh([a1b2c3d4/84x]{KEY})"),
            format!("wpkh([a1b2c3d4//1]{KEY})"),
            format!("wpkh([a1b2c3d4/2147483648]{KEY})"),
            format!("wpkh({KEY}/0)"),
            format!("sh(wpkh({KEY}))"),
        ] {
            assert_eq!(parse(&text), None, "{text}");
        }
    }
}
