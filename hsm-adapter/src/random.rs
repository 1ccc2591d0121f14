//! Random bytes from two sources, so that neither has to be trusted alone.
//! It knows nothing of what they are for.

use cryptoki::session::Session;
use zeroize::Zeroizing;

use crate::device::DeviceError;

/// Most bytes that are drawn at once.
pub(crate) const LONGEST: usize = 1024;

/// From how many bytes on equal bytes are a fault and not chance: at 16, one in 2^120.
const SHORTEST_TESTED: usize = 16;

/// Why there are no random bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RandomError {
    /// The token returned the same byte all over.
    #[error("the token's random generator is broken: {length} equal bytes; do not use this token")]
    Constant {
        /// How many bytes it returned.
        length: usize,
    },
    /// The device failed.
    #[error("{0}; stop here and have the device looked at")]
    Device(#[from] DeviceError),
    /// The operating system has no random bytes.
    #[error("the operating system gives no random bytes; restart the machine")]
    Host,
    /// None or too many bytes were asked for.
    #[error("1 to 1024 random bytes can be drawn at once, not {requested}")]
    Length {
        /// How many bytes were asked for.
        requested: usize,
    },
}

/// Draws bytes from the token and from the operating system and combines them (XOR).
///
/// # Errors
///
/// [`RandomError`].
pub(crate) fn draw(session: &Session, length: usize) -> Result<Zeroizing<Vec<u8>>, RandomError> {
    if length == 0 || length > LONGEST {
        return Err(RandomError::Length { requested: length });
    }
    let mut token = Zeroizing::new(vec![0; length]);
    session
        .generate_random_slice(&mut token)
        .map_err(DeviceError::from)?;
    let mut host = Zeroizing::new(vec![0; length]);
    getrandom::fill(&mut host).map_err(|_no_detail| RandomError::Host)?;
    combine(&token, host)
}

fn combine(token: &[u8], host: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, RandomError> {
    let constant = token.iter().all(|byte| Some(byte) == token.first());
    if constant && token.len() >= SHORTEST_TESTED {
        return Err(RandomError::Constant {
            length: token.len(),
        });
    }
    let mut combined = host;
    for (byte, other) in combined.iter_mut().zip(token) {
        *byte ^= other;
    }
    Ok(combined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_equal_bytes_of_a_token_are_refused_fifteen_may_be_chance_hsm_16() {
        let refused = combine(&[0xee; 16], Zeroizing::new(vec![1; 16]));
        assert_eq!(refused, Err(RandomError::Constant { length: 16 }));
        let taken = combine(&[0xee; 15], Zeroizing::new(vec![1; 15]));
        assert_eq!(taken, Ok(Zeroizing::new(vec![0xef; 15])));
    }

    #[test]
    fn the_tokens_bytes_never_stand_alone_hsm_16() {
        let token: Vec<u8> = (0..16).collect();
        let combined = combine(&token, Zeroizing::new(vec![0xf0; 16])).unwrap();
        let expected: Vec<u8> = (0xf0..=0xff).collect();
        assert_eq!(*combined, expected);
    }
}
