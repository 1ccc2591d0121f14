//! The policy of a rehearsal, from the keys that were born for it.
//! It knows nothing of how a policy is judged.

use super::keys::Born;
use super::{CHAIN, STATION};

/// The payee of the rehearsed Bitcoin payment (regtest).
pub const BITCOIN_PAYEE: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// The payee of the rehearsed Ethereum payment.
pub const ETHEREUM_PAYEE: &str = "0x2222222222222222222222222222222222222222";

/// The contract of the rehearsed token.
pub const TOKEN: &str = "0x5555555555555555555555555555555555555555";

/// Its symbol, as the policies register it.
pub const TOKEN_SYMBOL: &str = "EXUSD";

/// What goes into a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPlan {
    /// The Bitcoin wallet's key.
    pub bitcoin: Born,
    /// The Ethereum wallet's key.
    pub ethereum: Born,
    /// The first operator's key.
    pub alice: Born,
    /// The second operator's key.
    pub bob: Born,
    /// The first operator's token.
    pub alice_token: String,
    /// The second operator's token.
    pub bob_token: String,
    /// The station's token.
    pub station_token: String,
    /// The builder's source key.
    pub source: String,
    /// The most that one Bitcoin payment may be.
    pub max_bitcoin: String,
    /// The environment.
    pub environment: String,
    /// More TOML, appended as it is.
    pub more: String,
}

impl Default for PolicyPlan {
    fn default() -> Self {
        Self {
            bitcoin: Born::default(),
            ethereum: Born::default(),
            alice: Born::default(),
            bob: Born::default(),
            alice_token: String::new(),
            bob_token: String::new(),
            station_token: String::new(),
            source: String::new(),
            max_bitcoin: "2.5 BTC".to_owned(),
            environment: "rehearsal".to_owned(),
            more: String::new(),
        }
    }
}

impl PolicyPlan {
    /// The policy's TOML text.
    pub fn text(&self) -> String {
        [
            self.head(),
            self.people(),
            self.wallets(),
            self.rules(),
            self.more.clone(),
        ]
        .join("\n")
    }

    fn head(&self) -> String {
        format!(
            r#"# The policy of one rehearsal. Nothing here is worth anything.
[policy]
id = "rehearsal"
version = 1
environment = "{}"
signers = ["{STATION}"]
effective_after = 2026-01-01T00:00:00Z
expires = 2036-01-01T00:00:00Z
clock = {{ max_skew = "10m" }}
request = {{ max_lifetime = "72h", max_bytes = 262144 }}
"#,
            self.environment
        )
    }

    fn people(&self) -> String {
        let operator = |id: &str, key: &Born, token: &str| {
            format!(
                r#"[[operator]]
id = "{id}"
person = "rehearsal:{id}"
pubkey = "{}"
token = "{token}"
roles = ["approver"]
not_after = 2036-01-01T00:00:00Z
"#,
                key.public_key
            )
        };
        let source = format!(
            r#"[[source]]
id = "builder-1"
pubkey = "{}"
wallets = ["btc-cold", "eth-cold"]
kinds = ["bitcoin-psbt", "ethereum-transaction"]
not_before = 2026-01-01T00:00:00Z
not_after = 2036-01-01T00:00:00Z
"#,
            self.source
        );
        [
            operator("alice", &self.alice, &self.alice_token),
            operator("bob", &self.bob, &self.bob_token),
            source,
        ]
        .join("\n")
    }

    fn wallets(&self) -> String {
        let key = |born: &Born| {
            let (id, name, key) = match &born.account {
                Some((id, expression)) => (id, "xpub", expression),
                None => (&born.id, "pubkey", &born.public_key),
            };
            let serial = &self.station_token;
            format!(r#"{{ token_serial = "{serial}", cka_id = "{id}", {name} = "{key}" }}"#)
        };
        let gap = if self.bitcoin.account.is_some() {
            "gap_limit = 100\n"
        } else {
            ""
        };
        format!(
            r#"[[wallet]]
id = "btc-cold"
kind = "bitcoin"
network = "regtest"
descriptor = "{}"
{gap}key = {}
max_inputs = 100
max_outputs = 40

[[wallet]]
id = "eth-cold"
kind = "ethereum"
chains = [{CHAIN}]
address = "{}"
tx_types = [2]
key = {}
"#,
            self.bitcoin.descriptor,
            key(&self.bitcoin),
            self.ethereum.address,
            key(&self.ethereum)
        )
    }

    fn rules(&self) -> String {
        format!(
            r#"{}
{}
{}
[[rule]]
id = "custodian"
wallet = "btc-cold"
allow = "transfer"
asset = "BTC"
to = ["Example custodian"]
max_per_tx = "{}"

[[rule]]
id = "payroll"
wallet = "eth-cold"
allow = "transfer"
asset = "ETH@{CHAIN}"
to = ["Example payroll"]
max_per_tx = "5 ETH"

[[rule]]
id = "payroll-token"
wallet = "eth-cold"
allow = "transfer"
asset = "{TOKEN_SYMBOL}@{CHAIN}"
to = ["Example payroll"]
max_per_tx = "5000 {TOKEN_SYMBOL}@{CHAIN}"

[[fee]]
wallet = "btc-cold"
max_absolute = "0.01 BTC"
max_rate = "300 sat/vB"
max_percent_of_external = "1.0"

[[fee]]
wallet = "eth-cold"
chain = {CHAIN}
max_native = "0.05 ETH"
max_gas = 100000
"#,
            token(),
            payee("Example custodian", "BTC", BITCOIN_PAYEE),
            payee("Example payroll", &format!("ETH@{CHAIN}"), ETHEREUM_PAYEE),
            self.max_bitcoin
        )
    }
}

/// The token that payroll is paid in.
pub(super) fn token() -> String {
    format!(
        r#"[[asset]]
id = "{TOKEN_SYMBOL}@{CHAIN}"
chain = {CHAIN}
contract = "{TOKEN}"
symbol = "{TOKEN_SYMBOL}"
decimals = 18
"#
    )
}

/// Somebody in the address book.
pub(super) fn payee(name: &str, asset: &str, address: &str) -> String {
    format!(
        r#"[[address]]
name = "{name}"
asset = "{asset}"
value = "{address}"
effective_after = 2026-01-01T00:00:00Z
evidence = "rehearsal"
"#
    )
}
