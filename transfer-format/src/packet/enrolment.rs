//! The enrolment: a station's keys, and what the token says about how they came to be.
//! Knows nothing of tokens; the evidence is recorded as it was read.

use super::schema::{IDENTIFIER, Schema, VERSION};
use super::{PacketKind, Payload, PayloadError};
use crate::cbor::{Item, MapItem, Reader};
use crate::limits::{MAX_KEY_CLASS_LENGTH, MAX_TOKEN_TEXT_LENGTH, MAX_WALLETS};
use crate::seal::SealKey;

/// What the token answered when asked for a private key's attributes (PKCS#11 v3.0 §4.9).
/// `None` where it gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEvidence {
    /// `CKA_LOCAL`: made on the token.
    pub local: Option<bool>,
    /// `CKA_NEVER_EXTRACTABLE`.
    pub never_extractable: Option<bool>,
    /// `CKA_ALWAYS_SENSITIVE`.
    pub always_sensitive: Option<bool>,
    /// `CKA_SENSITIVE`.
    pub sensitive: Option<bool>,
    /// `CKA_EXTRACTABLE`.
    pub extractable: Option<bool>,
    /// `CKA_KEY_GEN_MECHANISM`.
    pub key_generation_mechanism: Option<u64>,
    /// How the adapter classed the key's origin.
    pub class: String,
}

/// One wallet of a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledWallet {
    /// The wallet's id.
    pub wallet: String,
    /// The wallet's public key.
    pub key: SealKey,
    /// What is known of its private half.
    pub evidence: KeyEvidence,
}

/// The token a station uses (`CK_TOKEN_INFO`, padding removed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenIdentity {
    /// The manufacturer.
    pub manufacturer: String,
    /// The model.
    pub model: String,
    /// The serial number.
    pub serial: String,
}

/// A station as it presents itself to a builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The station's id.
    pub station: String,
    /// The environment it signs for.
    pub environment: String,
    /// The key that seals its results; it seals this enrolment as well.
    pub station_key: SealKey,
    /// The wallets, ascending by id.
    pub wallets: Vec<EnrolledWallet>,
    /// Digest of the policy in force.
    pub policy_hash: [u8; 32],
    /// Whether the station is a rehearsal station.
    pub rehearsal: bool,
    /// Digest of the journal's first record.
    pub journal_genesis: [u8; 32],
    /// When this was made, in seconds UTC.
    pub created: u64,
    /// The token.
    pub token: TokenIdentity,
}

impl Payload for Enrolment {
    const KIND: PacketKind = PacketKind::Enrolment;
}

impl Schema for Enrolment {
    fn write(&self) -> Item {
        let map = MapItem::new()
            .with(0, Item::uint(VERSION))
            .with(1, Item::text(&self.station))
            .with(2, Item::text(&self.environment))
            .with(3, Item::text(&self.station_key.to_string()))
            .with(4, Item::array(self.wallets.iter().map(write_wallet)))
            .with(5, Item::bytes(&self.policy_hash))
            .with(6, Item::bool(self.rehearsal))
            .with(7, Item::bytes(&self.journal_genesis))
            .with(8, Item::uint(self.created))
            .with(9, write_token(&self.token));
        Item::map(map)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, PayloadError> {
        let enrolment: Self = reader.map(|map| {
            map.version(VERSION)?;
            Ok::<_, PayloadError>(Self {
                station: map.field(1)?.text(IDENTIFIER)?,
                environment: map.field(2)?.text(IDENTIFIER)?,
                station_key: read_key(map.field(3)?, 3)?,
                wallets: map.field(4)?.array(0..=MAX_WALLETS, read_wallet)?,
                policy_hash: map.field(5)?.fixed()?,
                rehearsal: map.field(6)?.bool()?,
                journal_genesis: map.field(7)?.fixed()?,
                created: map.field(8)?.uint()?,
                token: read_token(map.field(9)?)?,
            })
        })?;
        let unordered = enrolment
            .wallets
            .iter()
            .zip(enrolment.wallets.iter().skip(1))
            .position(|(first, second)| first.wallet >= second.wallet);
        match unordered {
            Some(before) => Err(PayloadError::OutOfOrder {
                field: 4,
                position: before.saturating_add(1),
            }),
            None => Ok(enrolment),
        }
    }
}

fn write_wallet(wallet: &EnrolledWallet) -> Item {
    let map = MapItem::new()
        .with(0, Item::text(&wallet.wallet))
        .with(1, Item::text(&wallet.key.to_string()))
        .with(2, write_evidence(&wallet.evidence));
    Item::map(map)
}

fn read_wallet(reader: &mut Reader<'_>) -> Result<EnrolledWallet, PayloadError> {
    reader.map(|map| {
        Ok(EnrolledWallet {
            wallet: map.field(0)?.text(IDENTIFIER)?,
            key: read_key(map.field(1)?, 1)?,
            evidence: read_evidence(map.field(2)?)?,
        })
    })
}

fn read_key(reader: &mut Reader<'_>, field: u64) -> Result<SealKey, PayloadError> {
    reader
        .text(1..=SealKey::MAX_TEXT_LENGTH)?
        .parse()
        .map_err(|source| PayloadError::Key { field, source })
}

fn write_evidence(evidence: &KeyEvidence) -> Item {
    let map = MapItem::new()
        .with(0, Item::nullable(evidence.local, Item::bool))
        .with(1, Item::nullable(evidence.never_extractable, Item::bool))
        .with(2, Item::nullable(evidence.always_sensitive, Item::bool))
        .with(3, Item::nullable(evidence.sensitive, Item::bool))
        .with(4, Item::nullable(evidence.extractable, Item::bool))
        .with(
            5,
            Item::nullable(evidence.key_generation_mechanism, Item::uint),
        )
        .with(6, Item::text(&evidence.class));
    Item::map(map)
}

fn read_evidence(reader: &mut Reader<'_>) -> Result<KeyEvidence, PayloadError> {
    reader.map(|map| {
        Ok(KeyEvidence {
            local: map.field(0)?.nullable(Reader::bool)?,
            never_extractable: map.field(1)?.nullable(Reader::bool)?,
            always_sensitive: map.field(2)?.nullable(Reader::bool)?,
            sensitive: map.field(3)?.nullable(Reader::bool)?,
            extractable: map.field(4)?.nullable(Reader::bool)?,
            key_generation_mechanism: map.field(5)?.nullable(Reader::uint)?,
            class: map.field(6)?.text(1..=MAX_KEY_CLASS_LENGTH)?,
        })
    })
}

fn write_token(token: &TokenIdentity) -> Item {
    let map = MapItem::new()
        .with(0, Item::text(&token.manufacturer))
        .with(1, Item::text(&token.model))
        .with(2, Item::text(&token.serial));
    Item::map(map)
}

fn read_token(reader: &mut Reader<'_>) -> Result<TokenIdentity, PayloadError> {
    reader.map(|map| {
        Ok(TokenIdentity {
            manufacturer: map.field(0)?.text(0..=MAX_TOKEN_TEXT_LENGTH)?,
            model: map.field(1)?.text(0..=MAX_TOKEN_TEXT_LENGTH)?,
            serial: map.field(2)?.text(0..=MAX_TOKEN_TEXT_LENGTH)?,
        })
    })
}
