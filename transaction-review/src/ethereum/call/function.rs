//! A function that a policy names: its selector, and the one encoding of its arguments.
//! Knows nothing of which contract has it.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{hex, keccak256};

use super::kind::Kind;
use super::{AbiFlaw, CallError, FunctionError, Value, layout, signature};
use crate::limits::MAX_CALL_DATA_BYTES;

/// A function by its full canonical signature. Four bytes of call data never say which function is
/// meant, as others have the same selector: only a signature does.
///
/// ```
/// use transaction_review::ethereum::{Address, Function, U256, Value};
///
/// let transfer = Function::parse("transfer(address,uint256)")?;
/// assert_eq!(transfer.selector(), [0xa9, 0x05, 0x9c, 0xbb]);
/// let arguments = [
///     Value::Address(Address::repeat_byte(0x22)),
///     Value::Unsigned(U256::from(5)),
/// ];
/// let data = transfer.encode(&arguments).unwrap();
/// assert_eq!(transfer.decode(&data).unwrap(), arguments);
/// # Ok::<(), transaction_review::ethereum::FunctionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    signature: String,
    name: String,
    selector: [u8; 4],
    parameters: Vec<Kind>,
}

impl Function {
    /// Reads a signature such as `transfer(address,uint256)`: exactly as it is hashed, without
    /// spaces, parameter names or short forms such as `uint`.
    ///
    /// # Errors
    /// [`FunctionError`]: another spelling, or types whose call data would not be bounded work.
    pub fn parse(signature: &str) -> Result<Self, FunctionError> {
        let (name, types) = signature::parse(signature)?;
        let [a, b, c, d, ..] = keccak256(signature).0;
        Ok(Self {
            signature: signature.to_owned(),
            name,
            selector: [a, b, c, d],
            parameters: types,
        })
    }

    /// The canonical signature.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The name alone.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of the Keccak-256 of the signature.
    pub const fn selector(&self) -> [u8; 4] {
        self.selector
    }

    /// The canonical text of each parameter's type.
    pub fn types(&self) -> Vec<String> {
        self.parameters.iter().map(Kind::text).collect()
    }

    /// Reads call data, its selector included; encoding what was read gives the same bytes.
    ///
    /// # Errors
    /// [`CallError::TooLarge`], [`CallError::Fallback`] without a selector, [`CallError::Selector`]
    /// with another one, [`CallError::NotCanonical`].
    pub fn decode(&self, data: &[u8]) -> Result<Vec<Value>, CallError> {
        self.decode_at(&self.signature, data)
    }

    /// [`decode`](Self::decode) for a call that has a path of its own.
    pub(super) fn decode_at(&self, path: &str, data: &[u8]) -> Result<Vec<Value>, CallError> {
        if data.len() > MAX_CALL_DATA_BYTES {
            return Err(CallError::TooLarge {
                path: path.to_owned(),
                found: data.len(),
                limit: MAX_CALL_DATA_BYTES,
            });
        }
        let (found, arguments) = data.split_at_checked(4).unwrap_or((data, &[]));
        if found != self.selector {
            return Err(CallError::Selector {
                path: path.to_owned(),
                found: hex::encode_prefixed(found),
                expected: hex::encode_prefixed(self.selector),
            });
        }
        self.arguments(arguments)
            .and_then(|values| {
                // The second and independent proof: what is shown is all that the bytes say.
                let encoded = self.encode(&values);
                let is_same = encoded.as_deref() == Some(data);
                is_same.then_some(values).ok_or(AbiFlaw::Encoding)
            })
            .map_err(|flaw| CallError::NotCanonical {
                path: path.to_owned(),
                flaw,
            })
    }

    /// The call data of these arguments; `None` if they are not of this function's types.
    pub fn encode(&self, values: &[Value]) -> Option<Vec<u8>> {
        let types = &self.parameters;
        if types.len() != values.len() {
            return None;
        }
        let arguments: Option<Vec<DynSolValue>> = values
            .iter()
            .zip(types)
            .map(|(value, kind)| value.to_library(kind))
            .collect();
        let encoded = DynSolValue::Tuple(arguments?).abi_encode_params();
        Some([&self.selector[..], &encoded].concat())
    }

    fn arguments(&self, data: &[u8]) -> Result<Vec<Value>, AbiFlaw> {
        // The library lets offsets overlap, and reads each copy: the layout comes first.
        layout::check(&self.parameters, data)?;
        let types = self.parameters.iter().map(Kind::to_library).collect();
        let read = DynSolType::Tuple(types)
            .abi_decode_sequence(data)
            .map_err(|reason| AbiFlaw::Unreadable {
                reason: reason.to_string(),
            })?;
        let DynSolValue::Tuple(values) = read else {
            return Err(AbiFlaw::Encoding);
        };
        Value::all_from_library(values, &self.parameters).ok_or(AbiFlaw::Encoding)
    }
}
