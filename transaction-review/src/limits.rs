//! Every cap of this crate, in one place. Each has a test at the cap and one past it.
//! Knows nothing of the policy: its own limits come on top and can only be lower.

/// Bytes of a policy.
pub const MAX_POLICY_BYTES: usize = 262_144;
/// Characters of an id or a name in a policy.
pub const MAX_NAME_CHARACTERS: usize = 64;
/// Seconds between a request's making and its end that a policy may allow at most: 30 days.
pub const MAX_REQUEST_LIFETIME_SECONDS: u64 = 2_592_000;
/// Seconds by which a policy may let a request come from the future at most: one hour.
pub const MAX_CLOCK_SKEW_SECONDS: u64 = 3_600;
/// Seconds that the window of a limit may be long at most: 366 days.
pub const MAX_LIMIT_WINDOW_SECONDS: u64 = 31_622_400;
/// Examples of a policy: each is reviewed and judged whenever the policy is read.
pub const MAX_EXAMPLES: usize = 100;
/// Characters of its input that an error text repeats.
pub const MAX_ECHO_CHARACTERS: usize = 80;
/// Bytes of a PSBT or an Ethereum transaction.
pub const MAX_TRANSACTION_BYTES: usize = 1_048_576;
/// Bytes of one previous transaction without witnesses: consensus allows no more (BIP-141).
pub const MAX_PREVIOUS_TRANSACTION_BYTES: usize = 1_000_000;
/// Inputs of a Bitcoin transaction.
pub const MAX_INPUTS: usize = 1_000;
/// Outputs of a Bitcoin transaction.
pub const MAX_OUTPUTS: usize = 1_000;
/// Satoshis that can exist: 21 million bitcoin.
pub const MAX_SATOSHIS: u64 = 2_100_000_000_000_000;
/// Columns of a review screen.
pub const SCREEN_COLUMNS: usize = 76;
/// Keys of a wallet.
pub const MAX_KEYS: usize = 15;
/// Weight units (BIP-141) of a signed Bitcoin transaction: no node relays a heavier one.
pub const MAX_TRANSACTION_WEIGHT: u64 = 400_000;
/// Characters of a message (EIP-191).
pub const MAX_MESSAGE_CHARACTERS: usize = 4_096;
/// Bytes of an Ethereum transaction: nodes relay no larger one.
pub const MAX_ETHEREUM_TRANSACTION_BYTES: usize = 131_072;
/// Entries of an access list.
pub const MAX_ACCESS_LIST_ENTRIES: usize = 64;
/// Storage keys of an access list in all.
pub const MAX_STORAGE_KEYS: usize = 256;
/// Authorizations (EIP-7702) of a transaction.
pub const MAX_AUTHORIZATIONS: usize = 8;
/// Bytes of a Safe's transaction in the form that crosses the gap.
pub const MAX_SAFE_TRANSACTION_BYTES: usize = 65_536;
/// Bytes of the data of one call: what decoding it can cost grows with their square.
pub const MAX_CALL_DATA_BYTES: usize = 32_768;
/// Calls of one batch.
pub const MAX_BATCHED_CALLS: usize = 32;
/// Levels of calls: the transaction's own call is the first, what it carries the second.
pub const MAX_CALL_DEPTH: usize = 3;
/// Calls of a transaction in all.
pub const MAX_CALL_LEAVES: usize = 32;
/// Parameters of a function.
pub const MAX_FUNCTION_PARAMETERS: usize = 16;
/// Characters of a function's signature.
pub const MAX_FUNCTION_CHARACTERS: usize = 256;
/// Tuples inside each other in a parameter of a function.
pub const MAX_TUPLE_DEPTH: usize = 2;
/// Words of 32 bytes that one parameter may need at least: no more fit into call data.
pub const MAX_PARAMETER_WORDS: usize = 1_023;
/// Bytes of a document of typed data.
pub const MAX_TYPED_DATA_BYTES: usize = 65_536;
/// Structs of a document.
pub const MAX_TYPED_TYPES: usize = 32;
/// Members of a struct.
pub const MAX_TYPED_MEMBERS: usize = 32;
/// Structs inside structs, the outermost counted.
pub const MAX_TYPED_DEPTH: usize = 6;
/// Values of a document.
pub const MAX_TYPED_ELEMENTS: usize = 1_024;
/// Lists and structs inside each other as they are encoded: each struct may lie in a list.
pub const MAX_TYPED_NESTING: usize = 12;
