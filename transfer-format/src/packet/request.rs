//! The request: one transaction a builder asks a station to sign.
//! Knows nothing of the transaction but its kind.

use super::schema::{IDENTIFIER, Schema, VERSION, verdict_code};
use super::{PacketKind, Payload, PayloadError};
use crate::IntentDigest;
use crate::cbor::{Item, MapItem, Reader};
use crate::limits::{
    MAX_PREVIOUS_TRANSACTION_BYTES, MAX_PREVIOUS_TRANSACTIONS, MAX_REFERENCE_LENGTH,
    MAX_TRANSACTION_BYTES,
};

/// Which station may look at a request, and in which environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// The station's id.
    pub station: String,
    /// The environment, such as `production` or `rehearsal`.
    pub environment: String,
}

/// How the transaction of a request is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionKind {
    /// A partially signed Bitcoin transaction, version 0 (BIP-174).
    BitcoinPsbt,
    /// An unsigned Ethereum transaction (EIP-2718 envelope, or a legacy one of EIP-155).
    EthereumTransaction,
    /// A transaction of a Safe: canonical CBOR of its ten fields.
    SafeTransaction,
    /// A document of typed data (EIP-712): canonical CBOR of types, domain and message.
    TypedData,
    /// A text of printable ASCII (EIP-191).
    Message,
    /// An authorization to delegate (EIP-7702): `0x05 ‖ rlp([chain, address, nonce])`.
    Delegation,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::BitcoinPsbt,
        Self::EthereumTransaction,
        Self::SafeTransaction,
        Self::TypedData,
        Self::Message,
        Self::Delegation,
    ];

    const fn number(self) -> u64 {
        match self {
            Self::BitcoinPsbt => 1,
            Self::EthereumTransaction => 2,
            Self::SafeTransaction => 3,
            Self::TypedData => 4,
            Self::Message => 5,
            Self::Delegation => 6,
        }
    }

    fn from_number(found: u64) -> Result<Self, PayloadError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.number() == found)
            .ok_or(PayloadError::UnknownTransactionKind { found })
    }
}

/// What a builder asks: one transaction from one wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who may look at it.
    pub audience: Audience,
    /// Id of the one wallet that is to sign.
    pub wallet: String,
    /// How `transaction` is encoded.
    pub kind: TransactionKind,
    /// The unsigned transaction.
    pub transaction: Vec<u8>,
    /// Bitcoin: the transactions spent from, without witnesses, each once, ascending by the bytes
    /// of their transaction id. Every other kind: none.
    pub previous_transactions: Vec<Vec<u8>>,
    /// The business reference that the operators' paper order carries.
    pub reference: String,
    /// When it was built, in seconds UTC.
    pub created: u64,
    /// From when on it is void, in seconds UTC.
    pub expires: u64,
    /// Number of the request among those of its source.
    pub sequence: u64,
    /// What review and policy said when the builder asked them: `OK` or a reason code.
    pub preflight_verdict: String,
    /// The request that this one takes the place of.
    pub replaces: Option<IntentDigest>,
}

impl Payload for Request {
    const KIND: PacketKind = PacketKind::Request;
}

impl Schema for Request {
    fn write(&self) -> Item {
        let audience = MapItem::new()
            .with(0, Item::text(&self.audience.station))
            .with(1, Item::text(&self.audience.environment));
        let previous = self
            .previous_transactions
            .iter()
            .map(|bytes| Item::bytes(bytes));
        let map = MapItem::new()
            .with(0, Item::uint(VERSION))
            .with(1, Item::map(audience))
            .with(2, Item::text(&self.wallet))
            .with(3, Item::uint(self.kind.number()))
            .with(4, Item::bytes(&self.transaction))
            .with(5, Item::array(previous))
            .with(6, Item::text(&self.reference))
            .with(7, Item::uint(self.created))
            .with(8, Item::uint(self.expires))
            .with(9, Item::uint(self.sequence))
            .with(10, Item::text(&self.preflight_verdict))
            .with_optional(
                11,
                self.replaces.map(|intent| Item::bytes(intent.as_bytes())),
            );
        Item::map(map)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, PayloadError> {
        let request: Self = reader.map(|map| {
            map.version(VERSION)?;
            Ok::<_, PayloadError>(Self {
                audience: read_audience(map.field(1)?)?,
                wallet: map.field(2)?.text(IDENTIFIER)?,
                kind: TransactionKind::from_number(map.field(3)?.uint()?)?,
                transaction: map.field(4)?.bytes(1..=MAX_TRANSACTION_BYTES)?.to_vec(),
                previous_transactions: read_previous_transactions(map.field(5)?)?,
                reference: map.field(6)?.text(1..=MAX_REFERENCE_LENGTH)?,
                created: map.field(7)?.uint()?,
                expires: map.field(8)?.uint()?,
                sequence: map.field(9)?.uint()?,
                preflight_verdict: verdict_code(map.field(10)?, 10)?,
                replaces: map
                    .optional_field(11)?
                    .map(Reader::fixed)
                    .transpose()?
                    .map(IntentDigest::from_bytes),
            })
        })?;
        request.check()
    }
}

impl Request {
    fn check(self) -> Result<Self, PayloadError> {
        let (created, expires) = (self.created, self.expires);
        if expires <= created {
            return Err(PayloadError::ExpiresTooEarly { created, expires });
        }
        match (self.kind, self.previous_transactions.len()) {
            (TransactionKind::BitcoinPsbt, _) | (_, 0) => Ok(self),
            (_, found) => Err(PayloadError::PreviousTransactions { found }),
        }
    }
}

fn read_audience(reader: &mut Reader<'_>) -> Result<Audience, PayloadError> {
    reader.map(|map| {
        Ok(Audience {
            station: map.field(0)?.text(IDENTIFIER)?,
            environment: map.field(1)?.text(IDENTIFIER)?,
        })
    })
}

fn read_previous_transactions(reader: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, PayloadError> {
    let previous = reader.array(0..=MAX_PREVIOUS_TRANSACTIONS, |entry| {
        Ok::<_, PayloadError>(entry.bytes(1..=MAX_PREVIOUS_TRANSACTION_BYTES)?.to_vec())
    })?;
    let mut seen = std::collections::BTreeSet::new();
    match previous
        .iter()
        .position(|transaction| !seen.insert(transaction))
    {
        Some(position) => Err(PayloadError::RepeatedPreviousTransaction { position }),
        None => Ok(previous),
    }
}
