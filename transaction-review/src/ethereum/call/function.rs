//! Functions by their full signature: the one spelling, the selector, strict decoding.
//! Knows the ABI through a library, nothing of contracts.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{B256, keccak256};

use super::{CallError, FunctionError, Value};
use crate::excerpt::excerpt;
use crate::limits::{MAX_CALL_DATA_BYTES, MAX_FUNCTION_PARAMETERS};

/// Letters of a signature.
const MAX_SIGNATURE_LETTERS: usize = 256;
/// Tuples inside each other.
const MAX_TUPLE_DEPTH: usize = 2;

/// A function.
///
/// ```
/// use transaction_review::ethereum::{Address, Function, U256, Value};
///
/// let transfer = Function::parse("transfer(address,uint256)")?;
/// assert_eq!(transfer.selector(), [0xa9, 0x05, 0x9c, 0xbb]);
/// let values = [Value::Address(Address::repeat_byte(0x22)), Value::Unsigned(U256::from(7_u8))];
/// let data = transfer.encode(&values).unwrap_or_default();
/// assert_eq!(transfer.decode(&data).as_deref(), Ok(values.as_slice()));
/// # Ok::<(), transaction_review::ethereum::FunctionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    signature: String,
    selector: [u8; 4],
    types: Vec<DynSolType>,
}

impl Function {
    /// Reads a signature in its canonical spelling: the name and the types, no spaces, no names of
    /// parameters, `uint256` and not `uint`.
    ///
    /// # Errors
    /// [`FunctionError::Spelling`], [`FunctionError::Type`], [`FunctionError::Parameters`].
    pub fn parse(signature: &str) -> Result<Self, FunctionError> {
        let spelling = || FunctionError::Spelling {
            found: excerpt(signature),
        };
        if signature.len() > MAX_SIGNATURE_LETTERS || !signature.is_ascii() {
            return Err(spelling());
        }
        let place = signature.find('(').ok_or_else(spelling)?;
        let (name, list) = signature.split_at_checked(place).ok_or_else(spelling)?;
        if !is_name(name) {
            return Err(spelling());
        }
        let tuple: DynSolType = list.parse().ok().ok_or_else(|| FunctionError::Type {
            found: excerpt(list),
        })?;
        let DynSolType::Tuple(types) = tuple else {
            return Err(spelling());
        };
        let found = types.len();
        if found > MAX_FUNCTION_PARAMETERS {
            return Err(FunctionError::Parameters {
                found,
                limit: MAX_FUNCTION_PARAMETERS,
            });
        }
        if let Some(other) = types.iter().find(|kind| !is_decoded(kind)) {
            let found = excerpt(&other.sol_type_name());
            return Err(FunctionError::Type { found });
        }
        let names: Vec<_> = types.iter().map(DynSolType::sol_type_name).collect();
        if format!("{name}({})", names.join(",")) != signature {
            return Err(spelling());
        }
        let hash = keccak256(signature);
        let selector = hash.first_chunk().copied().unwrap_or_default();
        Ok(Self {
            signature: signature.to_owned(),
            selector,
            types,
        })
    }

    /// The full signature.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.signature
            .split_once('(')
            .map_or(&self.signature, |(name, _)| name)
    }

    /// The first four bytes of the signature's Keccak-256.
    pub const fn selector(&self) -> [u8; 4] {
        self.selector
    }

    /// The types of the parameters, as the signature spells them.
    pub fn types(&self) -> Vec<String> {
        let types = self.types.iter();
        types
            .map(|kind| kind.sol_type_name().into_owned())
            .collect()
    }

    /// Reads call data, selector included; encoding what was read gives the same bytes.
    ///
    /// # Errors
    /// [`CallError::TooLarge`], [`CallError::Unreadable`], [`CallError::NotCanonical`].
    pub fn decode(&self, data: &[u8]) -> Result<Vec<Value>, CallError> {
        if data.len() > MAX_CALL_DATA_BYTES {
            return Err(CallError::TooLarge {
                path: self.signature.clone(),
                found: data.len(),
                limit: MAX_CALL_DATA_BYTES,
            });
        }
        let unreadable = || CallError::Unreadable {
            function: self.signature.clone(),
        };
        let body = data.strip_prefix(&self.selector).ok_or_else(unreadable)?;
        let tuple = DynSolType::Tuple(self.types.clone());
        let decoded = tuple.abi_decode_params(body).ok().ok_or_else(unreadable)?;
        let canonical = decoded.abi_encode_params();
        if canonical != body {
            return Err(CallError::NotCanonical {
                function: self.signature.clone(),
                found: body.len(),
                canonical: canonical.len(),
            });
        }
        match Value::of(decoded) {
            Some(Value::Tuple(values)) => Ok(values),
            Some(_) | None => Err(unreadable()),
        }
    }

    /// The call data for these arguments; `None` if they are not of the function's types.
    pub fn encode(&self, values: &[Value]) -> Option<Vec<u8>> {
        if values.len() != self.types.len() {
            return None;
        }
        let typed = self.types.iter().zip(values);
        let typed: Option<Vec<DynSolValue>> = typed
            .map(|(kind, value)| typed_value(kind, value))
            .collect();
        let body = DynSolValue::Tuple(typed?).abi_encode_params();
        Some([self.selector.as_slice(), &body].concat())
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.bytes();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'_' | b'$'));
    begins && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'$'))
}

/// Whether a type is decoded. A list of lists would let a few offsets that all lead to one place cost
/// what their cube costs; without, the cap on the data bounds it.
fn is_decoded(kind: &DynSolType) -> bool {
    within(kind, MAX_TUPLE_DEPTH, true)
}

fn within(kind: &DynSolType, tuples: usize, lists: bool) -> bool {
    /// Entries of a list of fixed length.
    const MAX_FIXED: usize = 64;
    if let DynSolType::Array(inner) = kind {
        return lists && within(inner, tuples, false);
    }
    if let DynSolType::FixedArray(inner, size) = kind {
        return lists && (1..=MAX_FIXED).contains(size) && within(inner, tuples, false);
    }
    if let DynSolType::Tuple(members) = kind {
        let deeper = tuples.checked_sub(1).filter(|_| !members.is_empty());
        let all = |tuples| members.iter().all(|member| within(member, tuples, lists));
        return deeper.is_some_and(all);
    }
    // Function pointers, and what a library built with more features knows, are not read.
    matches!(
        kind,
        DynSolType::Address
            | DynSolType::Bool
            | DynSolType::Bytes
            | DynSolType::FixedBytes(_)
            | DynSolType::Int(_)
            | DynSolType::String
            | DynSolType::Uint(_)
    )
}

/// A value as the library takes it, if it is of the type.
fn typed_value(kind: &DynSolType, value: &Value) -> Option<DynSolValue> {
    let all = |kind: &DynSolType, values: &[Value]| {
        let values = values.iter().map(|value| typed_value(kind, value));
        values.collect::<Option<Vec<_>>>()
    };
    Some(match (kind, value) {
        (DynSolType::Address, Value::Address(address)) => DynSolValue::Address(*address),
        (DynSolType::Bool, Value::Bool(value)) => DynSolValue::Bool(*value),
        (DynSolType::Uint(size), Value::Unsigned(number)) if number.bit_len() <= *size => {
            DynSolValue::Uint(*number, *size)
        }
        (DynSolType::Int(size), Value::Signed(number)) => DynSolValue::Int(*number, *size),
        (DynSolType::FixedBytes(size), Value::FixedBytes(bytes)) if bytes.len() == *size => {
            DynSolValue::FixedBytes(B256::right_padding_from(bytes), *size)
        }
        (DynSolType::Bytes, Value::Bytes(bytes)) => DynSolValue::Bytes(bytes.clone()),
        (DynSolType::String, Value::Text(text)) => DynSolValue::String(text.clone()),
        (DynSolType::Array(inner), Value::List(values)) => DynSolValue::Array(all(inner, values)?),
        (DynSolType::FixedArray(inner, size), Value::List(values)) if values.len() == *size => {
            DynSolValue::FixedArray(all(inner, values)?)
        }
        (DynSolType::Tuple(members), Value::Tuple(values)) if members.len() == values.len() => {
            let values = members.iter().zip(values);
            let values = values.map(|(kind, value)| typed_value(kind, value));
            DynSolValue::Tuple(values.collect::<Option<_>>()?)
        }
        (_, _) => return None,
    })
}
