//! Functions that hand a contract over instead of using it: for the policy's lint.
//! Knows names of common contracts, nothing of rules.

/// Names of functions that change who controls a contract, what code it runs, or who may move what
/// it holds: `Ownable`, `AccessControl`, the proxies of ERC-1967, Safe's managers.
const NAMES: [&str; 39] = [
    "acceptOwnership",
    "addMinter",
    "addOwner",
    "addOwnerWithThreshold",
    "approveHash",
    "changeAdmin",
    "changeMasterCopy",
    "changeProxyAdmin",
    "changeThreshold",
    "diamondCut",
    "disableModule",
    "enableModule",
    "execTransaction",
    "execTransactionFromModule",
    "execTransactionFromModuleReturnData",
    "grantRole",
    "initialize",
    "multiSend",
    "removeOwner",
    "renounceOwnership",
    "renounceRole",
    "revokeRole",
    "selfdestruct",
    "setAdmin",
    "setApprovalForAll",
    "setAuthority",
    "setFallbackHandler",
    "setGovernance",
    "setGuard",
    "setImplementation",
    "setModuleGuard",
    "setOwner",
    "setPendingAdmin",
    "setup",
    "simulateAndRevert",
    "swapOwner",
    "transferAdmin",
    "transferOwnership",
    "updateDelay",
];

/// Whether a rule that allows this function deserves a warning (SAFE-03, SAFE-14). By its name: the
/// types differ from contract to contract.
///
/// ```
/// use transaction_review::ethereum::is_dangerous;
///
/// assert!(is_dangerous("upgradeToAndCall(address,bytes)"));
/// assert!(!is_dangerous("transfer(address,uint256)"));
/// ```
pub fn is_dangerous(signature: &str) -> bool {
    let name = signature
        .split_once('(')
        .map_or(signature, |(name, _)| name);
    name.starts_with("upgrade") || NAMES.contains(&name)
}
