//! Who may ask and who may approve: operators and sources, and what keeps them apart.
//! Knows nothing of amounts and addresses.

use std::collections::BTreeSet;

use super::PolicyError;
use super::section::Section;
use crate::excerpt::excerpt;
use crate::{Code, PublicKey, TransactionKind, instant};

/// What an operator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Approves requests.
    Approver,
    /// Opens maintenance.
    Maintenance,
    /// Changes the policy.
    PolicyAdmin,
}

impl Role {
    /// The name in the policy and in approvals.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approver => "approver",
            Self::Maintenance => "maintenance",
            Self::PolicyAdmin => "policy-admin",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Approver, Self::Maintenance, Self::PolicyAdmin]
            .into_iter()
            .find(|role| role.name() == text)
    }
}

/// A person who approves, with the key and the token that are theirs alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    id: String,
    person: String,
    public_key: PublicKey,
    token: String,
    roles: BTreeSet<Role>,
    not_after: u64,
}

impl Operator {
    /// The id that approvals carry.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The person; two operators are never one person.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// The key that signs approvals.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The serial of the token that holds the key.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What the operator may do.
    pub const fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// The last second (UTC) at which the operator may act.
    pub const fn not_after(&self) -> u64 {
        self.not_after
    }

    /// Whether the operator may act in this role at this time (seconds UTC).
    pub fn may_act(&self, role: Role, now: u64) -> bool {
        self.roles.contains(&role) && now <= self.not_after
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section =
            section.only(&["id", "person", "pubkey", "token", "roles", "not_after"])?;
        let id = section.name("id")?;
        let person = section.name("person")?;
        let public_key = section.public_key("pubkey")?;
        let token = section.name("token")?;
        let mut roles = BTreeSet::new();
        for text in section.texts("roles")? {
            let unknown = || section.value("roles", &text, "approver, maintenance or policy-admin");
            roles.insert(Role::parse(&text).ok_or_else(unknown)?);
        }
        let not_after = section.instant("not_after")?;
        section.finish()?;
        Ok(Self {
            id,
            person,
            public_key,
            token,
            roles,
            not_after,
        })
    }
}

/// A builder whose requests are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    id: String,
    person: Option<String>,
    public_key: PublicKey,
    wallets: BTreeSet<String>,
    kinds: BTreeSet<TransactionKind>,
    not_before: u64,
    not_after: u64,
}

/// Why a listed source may not ask for this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The wallet is not one of the source's.
    #[error(
        "the source {id} is not authorised for the wallet {wallet}: ask for a wallet that the policy gives it"
    )]
    Wallet {
        /// The source.
        id: String,
        /// The wallet asked for.
        wallet: String,
    },
    /// The kind is not one of the source's.
    #[error(
        "the source {id} is not authorised for {kind}: ask for a kind that the policy gives it"
    )]
    Kind {
        /// The source.
        id: String,
        /// The kind asked for.
        kind: TransactionKind,
    },
    /// Before its first or after its last second.
    #[error("the source {id} is authorised from {} to {}, it is {}", instant::text(*not_before), instant::text(*not_after), instant::text(*now))]
    Validity {
        /// The source.
        id: String,
        /// Its first second (UTC).
        not_before: u64,
        /// Its last second (UTC).
        not_after: u64,
        /// The time it is (UTC).
        now: u64,
    },
}

impl SourceError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Wallet { .. } | Self::Kind { .. } => Code::SourceScope,
            Self::Validity { .. } => Code::SourceValidity,
        }
    }
}

/// The kinds, by their names.
const KINDS: &str =
    "bitcoin-psbt, ethereum-transaction, safe-transaction, typed-data, message or delegation";

impl Source {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The person behind it, in the words of the operators' `person`.
    pub fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }

    /// The key that seals requests.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The wallets it may ask for.
    pub const fn wallets(&self) -> &BTreeSet<String> {
        &self.wallets
    }

    /// The kinds it may ask for.
    pub const fn kinds(&self) -> &BTreeSet<TransactionKind> {
        &self.kinds
    }

    /// The first second (UTC) at which it may ask.
    pub const fn not_before(&self) -> u64 {
        self.not_before
    }

    /// The last second (UTC) at which it may ask.
    pub const fn not_after(&self) -> u64 {
        self.not_after
    }

    /// Checks that the source may ask for this wallet and kind at this time (seconds UTC).
    ///
    /// # Errors
    /// [`SourceError`] names what the source is not authorised for.
    pub fn authorise(
        &self,
        wallet: &str,
        kind: TransactionKind,
        now: u64,
    ) -> Result<(), SourceError> {
        let id = self.id.clone();
        if !self.wallets.contains(wallet) {
            return Err(SourceError::Wallet {
                id,
                wallet: excerpt(wallet),
            });
        }
        if !self.kinds.contains(&kind) {
            return Err(SourceError::Kind { id, kind });
        }
        let (not_before, not_after) = (self.not_before, self.not_after);
        if now < not_before || now > not_after {
            return Err(SourceError::Validity {
                id,
                not_before,
                not_after,
                now,
            });
        }
        Ok(())
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&[
            "id",
            "person",
            "pubkey",
            "wallets",
            "kinds",
            "not_before",
            "not_after",
        ])?;
        let id = section.name("id")?;
        let person = section.optional_name("person")?;
        let public_key = section.public_key("pubkey")?;
        let wallets = section.texts("wallets")?.into_iter().collect();
        let mut kinds = BTreeSet::new();
        for text in section.texts("kinds")? {
            let unknown = || section.value("kinds", &text, KINDS);
            kinds.insert(TransactionKind::parse(&text).ok_or_else(unknown)?);
        }
        let not_before = section.instant("not_before")?;
        let not_after = section.instant("not_after")?;
        if not_after <= not_before {
            let found = instant::text(not_after);
            return Err(section.value("not_after", &found, "later than not_before"));
        }
        section.finish()?;
        Ok(Self {
            id,
            person,
            public_key,
            wallets,
            kinds,
            not_before,
            not_after,
        })
    }
}
