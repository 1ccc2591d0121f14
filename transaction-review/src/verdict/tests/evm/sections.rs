//! Sections of the policy that say too little. Knows nothing of what is asked.

use super::TEXT;
use crate::Policy;

#[test]
fn sections_that_say_too_little_are_refused_pol_02() {
    let refused = |from: &str, to: &str| {
        assert!(TEXT.contains(from), "{from}");
        Policy::parse(&TEXT.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    };
    for (from, to, contains) in [
        (
            "args = [{ index = 0, any = true }, { index = 1, max = \"2\" }]",
            "args = [{ index = 0, any = true }]",
            "lacks",
        ),
        (
            "args = []",
            "args = [{ index = 0, any = true }]",
            "args[0].index",
        ),
        (
            "function = \"deposit()\"",
            "function = \"deposit(uint)\"",
            "function",
        ),
        (
            "contract = \"Wrapped ether\"",
            "contract = \"Wrapped\"",
            "Wrapped",
        ),
        (
            "deposit()\"\nargs = []",
            "setData(bytes)\"\nargs = [{ index = 0, any = true }]",
            "bytes",
        ),
        (
            "contract = \"Wrapped ether\"\nfunction = \"transfer(address,uint256)\"",
            "contract = \"USDC@1\"\nfunction = \"transfer(address,uint256)\"",
            "allow = \"transfer\"",
        ),
        (
            "in_addresses = [\"Payroll hot wallet\"]",
            "in_addresses = [\"Nobody\"]",
            "Nobody",
        ),
        (
            "safe_version = \"1.4.1\"",
            "safe_version = \"1.2.0\"",
            "1.2.0",
        ),
        (
            "multisend_call_only = \"0x9641d764fc13c8B624c04430C7356C1C7C8102e2\"",
            "multisend_call_only = \"0x3333333333333333333333333333333333333333\"",
            "published",
        ),
        (
            "    \"0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB\",\n",
            "",
            "key.pubkey",
        ),
        ("threshold = 2", "threshold = 4", "threshold"),
        (
            "encode_type = \"Permit(address owner,",
            "encode_type = \"Permit(address holder,",
            "encode_type",
        ),
        (
            "functions = [\"swapOwner(address,address,address)\"]",
            "functions = [\"setup()\"]",
            "functions",
        ),
        (
            "quorum = { need = 3, role = \"approver\" }",
            "quorum = { need = 4, role = \"approver\" }",
            "approvers",
        ),
        ("id = \"USDC@1\"", "id = \"USD@1\"", "symbol"),
        ("decimals = 6", "decimals = 37", "decimals"),
        ("asset = \"USDC@1\"", "asset = \"USDT@1\"", "USDT@1"),
        (
            "max_allowance = \"1000 USDC@1\"",
            "max_allowance = \"1000\"",
            "1000",
        ),
    ] {
        let sentence = refused(from, to);
        assert!(sentence.contains(contains), "{sentence}");
    }
}
