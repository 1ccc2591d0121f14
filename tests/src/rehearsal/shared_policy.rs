//! The parts of a policy of one of two stations that share a wallet.
//! It knows nothing of how a policy is judged.

use super::keys::Born;
use super::people::Person;
use super::policy::{self, BITCOIN_PAYEE, ETHEREUM_PAYEE, TOKEN_SYMBOL, payee};
use super::{CHAIN, MULTI_SEND_CALL_ONLY, SAFE};

/// The wallet's id.
pub const WALLET: &str = "vault";

/// The Safe's id.
pub const SAFE_WALLET: &str = "safe";

/// What holds for the station of this id.
pub fn head(station: &str) -> String {
    format!(
        r#"# The policy of one of two stations that share a wallet. Nothing here is worth anything.
[policy]
id = "vault-{station}"
version = 1
environment = "rehearsal"
signers = ["{station}"]
effective_after = 2026-01-01T00:00:00Z
expires = 2036-01-01T00:00:00Z
clock = {{ max_skew = "10m" }}
request = {{ max_lifetime = "72h", max_bytes = 262144 }}

"#
    )
}

/// An approver, by the public key in the token.
pub fn operator(operator: &Person, public_key: &str) -> String {
    let Person { id, serial, .. } = operator;
    format!(
        r#"[[operator]]
id = "{id}"
person = "rehearsal:{id}"
pubkey = "{public_key}"
token = "{serial}"
roles = ["approver"]
not_after = 2036-01-01T00:00:00Z

"#
    )
}

/// The builder, by the key that it seals with.
pub fn source(public_key: &str) -> String {
    format!(
        r#"[[source]]
id = "builder-1"
pubkey = "{public_key}"
wallets = ["{WALLET}", "{SAFE_WALLET}"]
kinds = ["bitcoin-psbt", "safe-transaction", "typed-data"]
not_before = 2026-01-01T00:00:00Z
not_after = 2036-01-01T00:00:00Z

"#
    )
}

/// The wallet, of which this token holds this key, and what may be paid from it.
pub fn wallet(descriptor: &str, token: &Person, key: &Born) -> String {
    let (serial, id, public_key) = (&token.serial, &key.id, &key.public_key);
    let custodian = payee("Example custodian", "BTC", BITCOIN_PAYEE);
    format!(
        r#"[[wallet]]
id = "{WALLET}"
kind = "bitcoin"
network = "regtest"
descriptor = "{descriptor}"
key = {{ token_serial = "{serial}", cka_id = "{id}", pubkey = "{public_key}" }}
max_inputs = 100
max_outputs = 40

{custodian}
[[rule]]
id = "custodian"
wallet = "{WALLET}"
allow = "transfer"
asset = "BTC"
to = ["Example custodian"]
max_per_tx = "25 BTC"

[[limit]]
wallet = "{WALLET}"
asset = "BTC"
window = "24h"
max = "40 BTC"
max_count = 6

[[fee]]
wallet = "{WALLET}"
max_absolute = "0.01 BTC"
max_rate = "300 sat/vB"
max_percent_of_external = "1.0"
"#
    )
}

/// The Safe, of which this token holds one owner's key, and what it may pay.
pub fn safe(owners: &[String], token: &Person, key: &Born) -> String {
    let owners: Vec<String> = owners.iter().map(|owner| format!("\"{owner}\"")).collect();
    let owners = owners.join(", ");
    let (serial, id, public_key) = (&token.serial, &key.id, &key.public_key);
    let asset = format!("{TOKEN_SYMBOL}@{CHAIN}");
    let registered = policy::token();
    let payroll = payee("Example payroll", &format!("ETH@{CHAIN}"), ETHEREUM_PAYEE);
    format!(
        r#"
{registered}
[[wallet]]
id = "{SAFE_WALLET}"
kind = "safe"
chain = {CHAIN}
address = "{SAFE}"
safe_version = "1.4.1"
owners = [{owners}]
threshold = 2
multisend_call_only = "{MULTI_SEND_CALL_ONLY}"
first_nonce = 0
key = {{ token_serial = "{serial}", cka_id = "{id}", pubkey = "{public_key}" }}

{payroll}
[[rule]]
id = "safe-payroll-ether"
wallet = "{SAFE_WALLET}"
allow = "transfer"
asset = "ETH@{CHAIN}"
to = ["Example payroll"]
max_per_tx = "5 ETH"

[[rule]]
id = "safe-payroll-token"
wallet = "{SAFE_WALLET}"
allow = "transfer"
asset = "{asset}"
to = ["Example payroll"]
max_per_tx = "5000 {asset}"

[[safe_admin]]
id = "rotate-owner"
wallet = "{SAFE_WALLET}"
functions = ["swapOwner(address,address,address)"]
cool_down = "1s"
"#
    )
}
