//! The first record: who the station is, what it may use, and who founded it.
//! Knows nothing of how the facts were established; the founding ceremony does that.

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use transfer_format::cbor::{Item, MapItem, MapReader, ReadError, Reader};

/// Everything a station is, bound into the first link of its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// The facts that the founders approved.
    pub facts: Facts,
    /// The founders' sealed approvals over [`Facts::digest`].
    pub approvals: Vec<Vec<u8>>,
}

/// What the founders approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The station's id, as requests address it.
    pub station: String,
    /// The environment, as the policy names it.
    pub environment: String,
    /// Whether this is a rehearsal: other keys, a watermark on every screen, results marked.
    pub rehearsal: bool,
    /// The policy's TOML text, whole.
    pub policy: String,
    /// The PKCS#11 modules that may be loaded.
    pub modules: Vec<ModuleRecord>,
    /// The tokens that may be used: the station's first, then the operators'.
    pub tokens: Vec<TokenRecord>,
    /// The station key's id on the station's token.
    pub station_key_id: Vec<u8>,
    /// The station key, in text form.
    pub station_key: String,
    /// Each wallet's key, and what the token claims of its origin.
    pub wallets: Vec<WalletRecord>,
    /// How many station keys the token held before: each may have a journal of its own.
    pub earlier_stations: u64,
    /// The founding ceremony's random id.
    pub ceremony: [u8; 16],
    /// The version of the program that founded the station.
    pub program: String,
}

/// A PKCS#11 module, pinned by path and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRecord {
    /// Absolute path.
    pub path: PathBuf,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// A token, pinned by what PKCS#11 says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// `CK_TOKEN_INFO.manufacturerID`.
    pub manufacturer: String,
    /// `CK_TOKEN_INFO.model`.
    pub model: String,
    /// `CK_TOKEN_INFO.serialNumber`.
    pub serial: String,
}

/// A wallet's key and the evidence of where it was born.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletRecord {
    /// The wallet's id in the policy.
    pub wallet: String,
    /// The key in text form.
    pub key: String,
    /// The attributes that the token reported.
    pub evidence: Evidence,
}

/// The token's claims about a key; `None` where it made none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `CKA_LOCAL`.
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
    pub generation_mechanism: Option<u64>,
    /// The class that follows, in words.
    pub class: String,
}

impl Facts {
    /// SHA-256 over a domain tag and the canonical facts: what the founders sign.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(GENESIS_TAG);
        hash.update(self.item().as_bytes());
        hash.finalize().into()
    }

    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::text(&self.station))
                .with(1, Item::text(&self.environment))
                .with(2, Item::bool(self.rehearsal))
                .with(3, Item::bytes(self.policy.as_bytes()))
                .with(4, Item::array(self.modules.iter().map(ModuleRecord::item)))
                .with(5, Item::array(self.tokens.iter().map(TokenRecord::item)))
                .with(6, Item::bytes(&self.station_key_id))
                .with(7, Item::text(&self.station_key))
                .with(8, Item::array(self.wallets.iter().map(WalletRecord::item)))
                .with(9, Item::bytes(&self.ceremony))
                .with(10, Item::text(&self.program))
                .with(11, Item::uint(self.earlier_stations)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            station: map.field(0)?.text(1..=64)?,
            environment: map.field(1)?.text(1..=64)?,
            rehearsal: map.field(2)?.bool()?,
            policy: String::from_utf8_lossy(map.field(3)?.bytes(1..=POLICY_BYTES)?).into_owned(),
            modules: map
                .field(4)?
                .array(1..=8, |entry| entry.map(ModuleRecord::read))?,
            tokens: map
                .field(5)?
                .array(1..=64, |entry| entry.map(TokenRecord::read))?,
            station_key_id: map.field(6)?.bytes(1..=64)?.to_vec(),
            station_key: map.field(7)?.text(1..=128)?,
            wallets: map
                .field(8)?
                .array(1..=64, |entry| entry.map(WalletRecord::read))?,
            ceremony: map.field(9)?.fixed()?,
            program: map.field(10)?.text(1..=64)?,
            earlier_stations: map.field(11)?.uint()?,
        })
    }
}

impl Genesis {
    pub(super) fn item(&self) -> Item {
        Item::map(MapItem::new().with(0, self.facts.item()).with(
            1,
            Item::array(self.approvals.iter().map(|approval| Item::bytes(approval))),
        ))
    }

    pub(super) fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            facts: map.field(0)?.map(Facts::read)?,
            approvals: map.field(1)?.array(2..=16, |entry| {
                entry
                    .bytes(1..=super::record::PACKET_BYTES)
                    .map(<[u8]>::to_vec)
            })?,
        })
    }
}

impl ModuleRecord {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::text(&self.path.to_string_lossy()))
                .with(1, Item::bytes(&self.sha256)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            path: map.field(0)?.text(1..=4096)?.into(),
            sha256: map.field(1)?.fixed()?,
        })
    }
}

impl TokenRecord {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::text(&self.manufacturer))
                .with(1, Item::text(&self.model))
                .with(2, Item::text(&self.serial)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            manufacturer: map.field(0)?.text(0..=32)?,
            model: map.field(1)?.text(0..=32)?,
            serial: map.field(2)?.text(1..=32)?,
        })
    }
}

impl WalletRecord {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::text(&self.wallet))
                .with(1, Item::text(&self.key))
                .with(2, self.evidence.item()),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            wallet: map.field(0)?.text(1..=64)?,
            key: map.field(1)?.text(1..=128)?,
            evidence: map.field(2)?.map(Evidence::read)?,
        })
    }
}

impl Evidence {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::nullable(self.local, Item::bool))
                .with(1, Item::nullable(self.never_extractable, Item::bool))
                .with(2, Item::nullable(self.always_sensitive, Item::bool))
                .with(3, Item::nullable(self.sensitive, Item::bool))
                .with(4, Item::nullable(self.extractable, Item::bool))
                .with(5, Item::nullable(self.generation_mechanism, Item::uint))
                .with(6, Item::text(&self.class)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            local: map.field(0)?.nullable(Reader::bool)?,
            never_extractable: map.field(1)?.nullable(Reader::bool)?,
            always_sensitive: map.field(2)?.nullable(Reader::bool)?,
            sensitive: map.field(3)?.nullable(Reader::bool)?,
            extractable: map.field(4)?.nullable(Reader::bool)?,
            generation_mechanism: map.field(5)?.nullable(Reader::uint)?,
            class: map.field(6)?.text(1..=64)?,
        })
    }
}

/// What separates the founders' signatures from every other digest of this program.
const GENESIS_TAG: &[u8] = b"coldsign/genesis/v1";

/// The cap of a policy, in bytes (security model: at most 256 KiB).
const POLICY_BYTES: usize = 256 << 10;
