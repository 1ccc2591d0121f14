//! The text of a function's signature: one spelling for one selector, and types whose call data is
//! bounded work. Knows nothing of call data.

use alloy_dyn_abi::DynSolType;
use alloy_primitives::keccak256;

use super::FunctionError;
use super::kind::Kind;
use crate::limits::{
    MAX_FUNCTION_CHARACTERS, MAX_FUNCTION_PARAMETERS, MAX_PARAMETER_WORDS, MAX_TUPLE_DEPTH,
};

/// The name and the types of a canonical signature.
///
/// # Errors
/// Every [`FunctionError`].
pub(super) fn parse(signature: &str) -> Result<(String, Vec<Kind>), FunctionError> {
    let found = signature.chars().count();
    if found > MAX_FUNCTION_CHARACTERS {
        return Err(FunctionError::TooLong {
            found,
            limit: MAX_FUNCTION_CHARACTERS,
        });
    }
    if let Some(found) = signature.chars().find(|letter| !letter.is_ascii_graphic()) {
        return Err(FunctionError::Character { found });
    }
    let form = || FunctionError::Form {
        found: signature.to_owned(),
    };
    let (name, _) = signature.split_once('(').ok_or_else(form)?;
    if !is_name(name) {
        return Err(FunctionError::Name {
            found: name.to_owned(),
        });
    }
    let list = signature.strip_prefix(name).ok_or_else(form)?;
    // Before the library reads it: what recurses is bounded first.
    depth(list)?;
    let Ok(DynSolType::Tuple(read)) = DynSolType::parse(list) else {
        return Err(form());
    };
    let types: Option<Vec<Kind>> = read.iter().map(Kind::from_library).collect();
    let types = types.ok_or(FunctionError::FunctionPointer)?;
    let canonical = format!("{name}{}", Kind::list_text(&types));
    if canonical != signature {
        return Err(FunctionError::NotCanonical { canonical });
    }
    if types.len() > MAX_FUNCTION_PARAMETERS {
        return Err(FunctionError::TooManyParameters {
            found: types.len(),
            limit: MAX_FUNCTION_PARAMETERS,
        });
    }
    types.iter().try_for_each(supported)?;
    Ok((name.to_owned(), types))
}

/// The one of these signatures that has this selector.
pub(crate) fn with_selector(
    signatures: &[&'static str],
    selector: [u8; 4],
) -> Option<&'static str> {
    let mut signatures = signatures.iter().copied();
    signatures.find(|signature| keccak256(signature).starts_with(&selector))
}

/// An identifier of Solidity.
fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$';
    name.bytes().next().is_some_and(is_letter)
        && name
            .bytes()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

/// Tuples inside each other; the list of parameters itself is none.
fn depth(list: &str) -> Result<(), FunctionError> {
    let mut open = 0_usize;
    let mut deepest = 0_usize;
    for byte in list.bytes() {
        match byte {
            b'(' => open = open.saturating_add(1),
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    let found = deepest.saturating_sub(1);
    if found <= MAX_TUPLE_DEPTH {
        return Ok(());
    }
    Err(FunctionError::TooDeep {
        found,
        limit: MAX_TUPLE_DEPTH,
    })
}

fn supported(kind: &Kind) -> Result<(), FunctionError> {
    match kind {
        Kind::Address
        | Kind::Bool
        | Kind::Unsigned(_)
        | Kind::Signed(_)
        | Kind::FixedBytes(_)
        | Kind::Bytes
        | Kind::Text => Ok(()),
        Kind::Tuple(fields) if fields.is_empty() => Err(FunctionError::EmptyTuple),
        Kind::Tuple(fields) => {
            fields.iter().try_for_each(supported)?;
            narrow(kind)
        }
        Kind::Array(element) | Kind::FixedArray(element, _) => {
            if element.has_array() {
                return Err(FunctionError::ArrayInArray { found: kind.text() });
            }
            supported(element)?;
            narrow(kind)
        }
    }
}

/// A claim such as `uint256[1000000000]` costs memory before the first byte is read.
fn narrow(kind: &Kind) -> Result<(), FunctionError> {
    let found = kind.least_words();
    if found <= MAX_PARAMETER_WORDS {
        return Ok(());
    }
    Err(FunctionError::TooWide {
        kind: kind.text(),
        found,
        limit: MAX_PARAMETER_WORDS,
    })
}
