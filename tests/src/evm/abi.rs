//! Call data for the contracts the judge runs, by the contract ABI's head and tail rule.
//! It knows nothing of our own encoder and decoder: that is what makes it a second opinion.

use revm::primitives::{Address, U256, keccak256};

/// One argument of a call.
pub enum Argument {
    /// A static word: `uint256`, `bytes32`, `bool`.
    Word(U256),
    /// `address`.
    Account(Address),
    /// `bytes` or `string`.
    Bytes(Vec<u8>),
    /// `address[]`.
    Accounts(Vec<Address>),
}

/// The selector of `signature` and the arguments.
pub fn call_data(signature: &str, arguments: &[Argument]) -> Vec<u8> {
    let mut data = keccak256(signature)[..4].to_vec();
    data.extend(encode(arguments));
    data
}

/// The arguments alone, as a constructor takes them.
pub fn encode(arguments: &[Argument]) -> Vec<u8> {
    let mut head = Vec::new();
    let mut tail = Vec::new();
    for argument in arguments {
        match argument {
            Argument::Word(word) => head.extend(word.to_be_bytes::<32>()),
            Argument::Account(account) => head.extend(account.into_word()),
            Argument::Bytes(bytes) => {
                head.extend(count(arguments.len() * 32 + tail.len()));
                tail.extend(count(bytes.len()));
                tail.extend(bytes);
                tail.resize(tail.len().next_multiple_of(32), 0);
            }
            Argument::Accounts(accounts) => {
                head.extend(count(arguments.len() * 32 + tail.len()));
                tail.extend(count(accounts.len()));
                tail.extend(accounts.iter().flat_map(Address::into_word));
            }
        }
    }
    head.extend(tail);
    head
}

fn count(number: usize) -> [u8; 32] {
    U256::from(number).to_be_bytes()
}
