//! The functions with which a Safe changes itself: owners, threshold, modules, guards, handler.
//! Knows their signatures, nothing of who may call them.

use crate::ethereum::call::with_selector;

/// Every such function of 1.3.0 to 1.5.0 (`OwnerManager`, `ModuleManager`, `GuardManager`,
/// `FallbackManager`, and what only the Safe itself or its founding may call).
const FUNCTIONS: [&str; 12] = [
    "addOwnerWithThreshold(address,uint256)",
    "removeOwner(address,address,uint256)",
    "swapOwner(address,address,address)",
    "changeThreshold(uint256)",
    "enableModule(address)",
    "disableModule(address,address)",
    "setGuard(address)",
    "setModuleGuard(address)",
    "setFallbackHandler(address)",
    "setup(address[],uint256,address,bytes,address,address,uint256,address)",
    "execTransactionFromModule(address,uint256,bytes,uint8)",
    "execTransactionFromModuleReturnData(address,uint256,bytes,uint8)",
];

/// The full signature of such a function, by its selector.
pub fn admin_signature(selector: [u8; 4]) -> Option<&'static str> {
    with_selector(&FUNCTIONS, selector)
}

/// Whether a text is the full signature of such a function that a rule can allow: those that run other
/// code as the Safe are none.
pub fn is_admin_signature(text: &str) -> bool {
    let runs_code = text.starts_with("exec") || text.starts_with("setup");
    !runs_code && FUNCTIONS.contains(&text)
}
