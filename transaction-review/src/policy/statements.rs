//! What a wallet may sign beside transactions: documents of typed data by standard, changes of a
//! Safe's own settings, and messages. Knows nothing of any one document.

use super::PolicyError;
use super::section::Section;
use crate::Amount;
use crate::ethereum::{Address, Standard, is_admin_signature};
use crate::excerpt::excerpt;

/// A permission: this wallet may sign documents of one standard for one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRule {
    id: String,
    wallet: String,
    chain_id: u64,
    contract: String,
    address: Address,
    standard: Standard,
    domain: (Option<String>, Option<String>),
    to: Vec<String>,
    max: Vec<Amount>,
    max_deadline: u64,
    need: Option<u32>,
}

impl TypedRule {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The chain (EIP-155).
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The name of the contract that verifies the signature.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// Where that contract is.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The standard, known by its whole `encodeType`.
    pub const fn standard(&self) -> Standard {
        self.standard
    }

    /// The domain's `name` and `version`, as far as the domain has them.
    pub fn domain(&self) -> (Option<&str>, Option<&str>) {
        (self.domain.0.as_deref(), self.domain.1.as_deref())
    }

    /// Spenders or recipients: names of the address book. An empty list is nobody.
    pub fn to(&self) -> &[String] {
        &self.to
    }

    /// The most of each token; a token that is not here is not allowed.
    pub fn max(&self) -> &[Amount] {
        &self.max
    }

    /// Seconds from the verdict to the last second at which the document may be used, at most.
    pub const fn max_deadline(&self) -> u64 {
        self.max_deadline
    }

    /// How many approvers it needs by itself.
    pub const fn need(&self) -> Option<u32> {
        self.need
    }

    /// Reads a rule; `place` gives the chain and the address of a registered contract's name.
    pub(super) fn read(
        section: Section,
        place: &dyn Fn(&str) -> Option<(u64, Address)>,
    ) -> Result<Self, PolicyError> {
        let mut section = section.only(&[
            "id",
            "wallet",
            "chain",
            "verifying_contract",
            "encode_type",
            "domain",
            "to",
            "max",
            "max_deadline",
            "quorum",
        ])?;
        let id = section.name("id")?;
        let wallet = section.text("wallet")?;
        let chain_id = section.count("chain")?;
        let contract = section.text("verifying_contract")?;
        let unknown = || PolicyError::Reference {
            path: section.path("verifying_contract"),
            found: excerpt(&contract),
            expected: "the name of a [[contract]] or the id of an [[asset]] on the chain",
        };
        let (_, address) = place(&contract)
            .filter(|(chain, _)| *chain == chain_id)
            .ok_or_else(unknown)?;
        let text = section.text("encode_type")?;
        let standard = Standard::parse(&text);
        let standard = standard.ok_or_else(|| section.unsupported("encode_type", &text))?;
        let mut domain = section.section("domain")?.only(&["name", "version"])?;
        let names = (
            domain.optional_text("name")?,
            domain.optional_text("version")?,
        );
        domain.finish()?;
        let to = section.texts("to")?;
        let max = section.texts("max")?;
        let max: Result<Vec<Amount>, PolicyError> = max
            .iter()
            .map(|text| section.amount_from("max", text, chain_id))
            .collect();
        let rule = Self {
            id,
            wallet,
            chain_id,
            contract,
            address,
            standard,
            domain: names,
            to,
            max: max?,
            max_deadline: section.duration("max_deadline")?,
            need: section.optional_quorum()?,
        };
        section.finish()?;
        Ok(rule)
    }
}

/// A permission to change a Safe's owners, threshold, modules, guards or handlers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeAdminRule {
    id: String,
    wallet: String,
    functions: Vec<String>,
    cool_down: u64,
    need: Option<u32>,
}

impl SafeAdminRule {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The Safe.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The functions, by their full signatures.
    pub fn functions(&self) -> &[String] {
        &self.functions
    }

    /// Seconds between the first time that a station reads the request and its signature.
    pub const fn cool_down(&self) -> u64 {
        self.cool_down
    }

    /// How many approvers it needs by itself; never fewer than the highest tier of the wallet.
    pub const fn need(&self) -> Option<u32> {
        self.need
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["id", "wallet", "functions", "cool_down", "quorum"])?;
        let id = section.name("id")?;
        let wallet = section.text("wallet")?;
        let functions = section.texts("functions")?;
        if let Some(other) = functions.iter().find(|text| !is_admin_signature(text)) {
            let expected = "the full signature of a function with which a Safe changes itself";
            return Err(section.value("functions", other, expected));
        }
        let rule = Self {
            id,
            wallet,
            functions,
            cool_down: section.duration("cool_down")?,
            need: section.optional_quorum()?,
        };
        section.finish()?;
        Ok(rule)
    }
}

/// A permission to sign texts (EIP-191, version 0x45).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRule {
    wallet: String,
    max_characters: u64,
    need: Option<u32>,
}

impl MessageRule {
    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// Characters of a text, at most.
    pub const fn max_characters(&self) -> u64 {
        self.max_characters
    }

    /// How many approvers it needs by itself.
    pub const fn need(&self) -> Option<u32> {
        self.need
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["wallet", "max_characters", "quorum"])?;
        let rule = Self {
            wallet: section.text("wallet")?,
            max_characters: section.count("max_characters")?,
            need: section.optional_quorum()?,
        };
        section.finish()?;
        Ok(rule)
    }
}
