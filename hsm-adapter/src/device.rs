//! What a device answered: the PKCS#11 call that failed and the code it gave.
//! It draws no conclusion from either; the error enum of each operation does.

use std::fmt;

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};

/// A PKCS#11 call that did not succeed.
///
/// `CKR_GENERAL_ERROR` and `CKR_FUNCTION_FAILED` tell nothing about the state of the device
/// (PKCS#11 3.0 §5.1.1): whoever meets one stops, and does not ask again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The module said `CKR_OK` and left an answer that does not follow the standard.
    #[error("the module gave an answer that does not follow PKCS#11")]
    Malformed,
    /// The module does not implement a call that is needed.
    #[error("the module lacks a PKCS#11 call that is needed here")]
    NotImplemented,
    /// The module answered a call with something else than `CKR_OK`.
    #[error("the device answered {call} with {code}")]
    Refused {
        /// The call, by its name in the standard, such as `C_Login`.
        call: String,
        /// What the module answered.
        code: ReturnCode,
    },
}

impl DeviceError {
    /// The code, where the module gave one.
    pub(crate) fn code(&self) -> Option<RvError> {
        match self {
            Self::Refused { code, .. } => Some(code.0),
            Self::Malformed | Self::NotImplemented => None,
        }
    }
}

impl From<Error> for DeviceError {
    fn from(error: Error) -> Self {
        match error {
            Error::Pkcs11(code, function) => Self::Refused {
                call: name_of(function),
                code: ReturnCode(code),
            },
            Error::NullFunctionPointer | Error::MissingSymbol(_) | Error::LibraryLoading(_) => {
                Self::NotImplemented
            }
            Error::NotSupported
            | Error::TryFromInt(_)
            | Error::TryFromSlice(_)
            | Error::ParseInt(_)
            | Error::Utf8(_)
            | Error::NulError(_)
            | Error::InvalidValue
            | Error::PinNotSet => Self::Malformed,
        }
    }
}

/// The code with which a module answered a call: `CKR_…` of PKCS#11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnCode(RvError);

impl fmt::Display for ReturnCode {
    // The variant's name is the code's name in the standard.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let RvError::VendorDefined(code) | RvError::UnknownErrorCode(code) = self.0 {
            return write!(f, "the vendor's code {code:#010x}");
        }
        write!(f, "CKR")?;
        for character in format!("{:?}", self.0).chars() {
            if character.is_ascii_uppercase() {
                write!(f, "_")?;
            }
            write!(f, "{}", character.to_ascii_uppercase())?;
        }
        Ok(())
    }
}

// The variant's name is the call's name in the standard.
fn name_of(function: Function) -> String {
    format!("C_{function:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_call_is_named_as_the_standard_names_it() {
        let error = DeviceError::from(Error::Pkcs11(RvError::PinIncorrect, Function::Login));
        assert_eq!(
            error.to_string(),
            "the device answered C_Login with CKR_PIN_INCORRECT"
        );
    }

    #[test]
    fn a_vendors_code_is_shown_as_a_number() {
        let code = RvError::VendorDefined(0x8000_0042);
        let error = DeviceError::from(Error::Pkcs11(code, Function::Sign));
        assert_eq!(
            error.to_string(),
            "the device answered C_Sign with the vendor's code 0x80000042"
        );
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_malformed_not_refused() {
        assert_eq!(
            DeviceError::from(Error::InvalidValue),
            DeviceError::Malformed
        );
        assert_eq!(
            DeviceError::from(Error::NullFunctionPointer),
            DeviceError::NotImplemented
        );
    }
}
