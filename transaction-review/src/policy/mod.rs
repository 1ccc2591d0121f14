//! The policy: one TOML document that says who may ask, who approves, what may be paid and at
//! what cost. Default deny. Knows nothing of transactions: [`judge`](crate::judge) holds one
//! against it.

mod account;
mod allowances;
mod bounds;
mod calls;
mod consistency;
mod coverage;
mod error;
mod example;
mod head;
mod lint;
mod people;
mod read;
mod registry;
mod rules;
mod safe;
mod section;
mod spelling;
mod statements;
mod terms;
mod wallet;

use sha2::{Digest, Sha256};
use toml::Table;

pub use bounds::{Limit, Tier, TimeWindow};
pub use calls::{ApproveRule, ArgumentBound, CallRule};
pub use error::PolicyError;
pub use example::Example;
pub use lint::Finding;
pub use people::{Operator, Role, Source, SourceError};
pub use registry::Contract;
pub use rules::{AddressEntry, FeeCap, FeeCaps, Rule};
pub use safe::SafeWallet;
pub use statements::{MessageRule, SafeAdminRule, TypedRule};
pub use terms::{DataOutputs, LockTimeRule};
pub use wallet::{AccountKey, BitcoinWallet, EthereumWallet, Wallet, WalletChain, WalletKey};

use head::Head;
use section::Section;

use crate::Token;
use crate::ethereum::Address;
use crate::excerpt::excerpt;
use crate::limits::MAX_POLICY_BYTES;

/// Domain tag of [`Policy::hash`].
pub const POLICY_HASH_TAG: &[u8] = b"coldsign/policy/v1";

/// A policy that was read, checked and understood to the last key.
///
/// The language is a closed subset of TOML: unknown keys and sections are refused, amounts are
/// strings with a unit, times are UTC, every text is printable ASCII, and nothing that permits has
/// a default.
///
/// ```
/// use transaction_review::Policy;
///
/// let policy = Policy::parse(include_str!("../../examples/policy.toml"))?;
/// assert_eq!((policy.id(), policy.version()), ("treasury-main", 1));
/// # Ok::<(), transaction_review::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    text: String,
    head: Head,
    operators: Vec<Operator>,
    sources: Vec<Source>,
    tokens: Vec<Token>,
    contracts: Vec<Contract>,
    wallets: Vec<Wallet>,
    addresses: Vec<AddressEntry>,
    rules: Vec<Rule>,
    approvals: Vec<ApproveRule>,
    calls: Vec<CallRule>,
    typed: Vec<TypedRule>,
    safe_admin: Vec<SafeAdminRule>,
    messages: Vec<MessageRule>,
    fees: Vec<FeeCaps>,
    limits: Vec<Limit>,
    tiers: Vec<Tier>,
    windows: Vec<TimeWindow>,
    examples: Vec<Example>,
}

impl Policy {
    /// Reads a policy. It is accepted whole or not at all.
    ///
    /// # Errors
    /// [`PolicyError`] names the first key that is unknown, missing, malformed or inconsistent.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let root = Section::root(table(text)?);
        spelling::check(text)?;
        let policy = read::policy(text, root)?;
        consistency::check(&policy)?;
        coverage::check(&policy)?;
        crate::verdict::examples(&policy)?;
        Ok(policy)
    }

    /// The text as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 over [`POLICY_HASH_TAG`] and the text: what approvals and the journal bind.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(POLICY_HASH_TAG)
            .chain_update(&self.text)
            .finalize()
            .into()
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// The version, counted from 1.
    pub const fn version(&self) -> u64 {
        self.head.version
    }

    /// The hash of the policy it follows, `sha256:` and 64 digits.
    pub fn previous(&self) -> Option<&str> {
        self.head.previous.as_deref()
    }

    /// The environment, such as `production` or `rehearsal`.
    pub fn environment(&self) -> &str {
        &self.head.environment
    }

    /// The stations it is for.
    pub fn signers(&self) -> &[String] {
        &self.head.signers
    }

    /// The first second (UTC) at which it is in force.
    pub const fn effective_after(&self) -> u64 {
        self.head.effective_after
    }

    /// The second (UTC) from which on it signs nothing.
    pub const fn expires(&self) -> u64 {
        self.head.expires
    }

    /// Seconds by which a request may seem to come from the future.
    pub const fn max_clock_skew(&self) -> u64 {
        self.head.max_clock_skew
    }

    /// Seconds between a request's creation and its expiry, at most.
    pub const fn max_request_lifetime(&self) -> u64 {
        self.head.max_request_lifetime
    }

    /// Bytes of a request packet, at most.
    pub const fn max_request_bytes(&self) -> u64 {
        self.head.max_request_bytes
    }

    /// The operators.
    pub fn operators(&self) -> &[Operator] {
        &self.operators
    }

    /// The operator of this id.
    pub fn operator(&self, id: &str) -> Option<&Operator> {
        self.operators.iter().find(|operator| operator.id() == id)
    }

    /// The authorised sources.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The wallets.
    pub fn wallets(&self) -> &[Wallet] {
        &self.wallets
    }

    /// The wallet of this id.
    pub fn wallet(&self, id: &str) -> Option<&Wallet> {
        self.wallets.iter().find(|wallet| wallet.id() == id)
    }

    /// The address book.
    pub fn addresses(&self) -> &[AddressEntry] {
        &self.addresses
    }

    /// The rules on payments.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules on approvals of spenders.
    pub fn approvals(&self) -> &[ApproveRule] {
        &self.approvals
    }

    /// The rules on calls.
    pub fn calls(&self) -> &[CallRule] {
        &self.calls
    }

    /// The rules on documents of typed data.
    pub fn typed(&self) -> &[TypedRule] {
        &self.typed
    }

    /// The rules on changes of a Safe's own settings.
    pub fn safe_admin(&self) -> &[SafeAdminRule] {
        &self.safe_admin
    }

    /// The rules on messages.
    pub fn messages(&self) -> &[MessageRule] {
        &self.messages
    }

    /// Whether no rule of any kind allows anything.
    pub fn allows_nothing(&self) -> bool {
        self.rules_in_all() == 0
    }

    /// How many rules there are, of all kinds.
    pub(crate) fn rules_in_all(&self) -> usize {
        [
            self.rules.len(),
            self.approvals.len(),
            self.calls.len(),
            self.typed.len(),
            self.safe_admin.len(),
            self.messages.len(),
            self.wallets
                .iter()
                .filter(|wallet| wallet.delegates())
                .count(),
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }

    /// The registered tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token at an address of a chain.
    pub fn token_at(&self, chain_id: u64, contract: Address) -> Option<Token> {
        let mut tokens = self.tokens.iter().copied();
        tokens.find(|token| token.chain_id() == chain_id && token.contract() == contract)
    }

    /// The registered contracts.
    pub fn contracts(&self) -> &[Contract] {
        &self.contracts
    }

    /// What people call an address of a chain: a registered contract, token or Safe.
    pub fn contract_name(&self, chain_id: u64, address: Address) -> Option<String> {
        let mut contracts = self.contracts.iter();
        let contract = contracts
            .find(|known| known.chain_id() == chain_id && known.address() == address)
            .map(|known| known.name().to_owned());
        contract.or_else(|| self.token_at(chain_id, address).map(|token| token.id()))
    }

    /// The fee caps.
    pub fn fees(&self) -> &[FeeCaps] {
        &self.fees
    }

    /// The limits over several transactions.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// The tiers, in ascending order for each wallet and asset.
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// The hours in which it signs; none means at any time.
    pub fn windows(&self) -> &[TimeWindow] {
        &self.windows
    }

    /// The examples, all of which hold.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The first second at which the policy and all of its addresses are in force and a window is
    /// open: the time at which examples are tried.
    pub fn first_open_second(&self) -> u64 {
        let addresses = self.addresses.iter().map(AddressEntry::effective_after);
        let begins = addresses.fold(self.effective_after(), u64::max);
        let opens = self.windows.iter().map(|window| window.opens(begins));
        opens.min().unwrap_or(begins)
    }
}

fn table(text: &str) -> Result<Table, PolicyError> {
    if text.len() > MAX_POLICY_BYTES {
        return Err(PolicyError::TooLarge {
            bytes: text.len(),
            limit: MAX_POLICY_BYTES,
        });
    }
    if text.trim().is_empty() {
        return Err(PolicyError::Empty);
    }
    let plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e);
    if let Some(line) = text.split('\n').position(|line| !line.bytes().all(plain)) {
        return Err(PolicyError::NotAscii {
            place: format!("line {}", line.saturating_add(1)),
        });
    }
    text.parse().map_err(|error| syntax(text, &error))
}

/// What the TOML reader says, and in which line.
fn syntax(text: &str, error: &toml::de::Error) -> PolicyError {
    let offset = error.span().map_or(0, |span| span.start);
    let line = text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        .saturating_add(1);
    PolicyError::Syntax {
        line,
        message: excerpt(error.message()),
    }
}

#[cfg(test)]
mod tests;
