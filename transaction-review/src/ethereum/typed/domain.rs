//! Domains: where a signature counts. One without chain and contract counts elsewhere too.
//! Knows EIP-712's five members, nothing of messages.

use alloy_primitives::Address;

use super::types::DOMAIN;
use super::{TypedDataError, TypedValue, Types};
use crate::ethereum::Value;

/// The members that a domain may have, in their order (EIP-712, "Definition of domainSeparator").
const DOMAIN_MEMBERS: [(&str, &str); 5] = [
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
];

/// The declared domain has the members it may have, in their order, and both that bind a signature.
pub(super) fn check_domain(types: &Types) -> Result<(), TypedDataError> {
    let mut known = DOMAIN_MEMBERS.iter();
    for member in types.members(DOMAIN) {
        let wanted = (member.name.as_str(), member.spelled.as_str());
        if !known.any(|known| *known == wanted) {
            return Err(TypedDataError::Domain {
                problem: "has a member that EIP-712 does not name, or in another order",
            });
        }
    }
    let has = |name: &str| {
        types
            .members(DOMAIN)
            .iter()
            .any(|member| member.name == name)
    };
    if has("chainId") && has("verifyingContract") {
        return Ok(());
    }
    Err(TypedDataError::Domain {
        problem: "lacks chainId or verifyingContract: the signature would count elsewhere too",
    })
}

/// The chain and the contract of a domain.
pub(super) fn place(domain: &TypedValue) -> Result<(u64, Address), TypedDataError> {
    let problem = "has a chainId of 0 or beyond 2^64";
    let (Some(Value::Unsigned(number)), Some(Value::Address(contract))) =
        (domain.atom("chainId"), domain.atom("verifyingContract"))
    else {
        return Err(TypedDataError::Domain { problem });
    };
    let chain_id = u64::try_from(*number).ok();
    let chain_id = chain_id.filter(|chain_id| *chain_id > 0);
    let chain_id = chain_id.ok_or(TypedDataError::Domain { problem })?;
    Ok((chain_id, *contract))
}
