//! The standards whose documents grant tokens, each known by its whole `encodeType`, and what a document
//! of one grants. Knows nothing of who may be granted anything.

use alloy_primitives::{Address, U256, keccak256};

use super::{TypedData, TypedValue};
use crate::ethereum::Value;

/// A standard document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standard {
    /// `permit` of ERC-2612.
    Permit,
    /// `permit` of DAI: all or nothing.
    DaiPermit,
    /// ERC-3009: a transfer that anybody submits.
    TransferWithAuthorization,
    /// ERC-3009: a transfer that the recipient submits.
    ReceiveWithAuthorization,
    /// Permit2: an allowance of one token.
    PermitSingle,
    /// Permit2: allowances of several tokens.
    PermitBatch,
    /// Permit2: one transfer of one token.
    PermitTransferFrom,
    /// Permit2: one transfer of several tokens.
    PermitBatchTransferFrom,
}

/// What a document grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whose tokens; `None` where the standard takes whoever signs.
    pub owner: Option<Address>,
    /// Each grant.
    pub grants: Vec<Grant>,
    /// The last second (UTC) at which the document can be used.
    pub deadline: U256,
    /// Numbers that the contract takes once, made distinct across tokens and standards.
    pub nonces: Vec<[u8; 32]>,
}

/// One token for one spender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Where in the message.
    pub path: String,
    /// The token's contract.
    pub token: Address,
    /// Who may take it, or gets it.
    pub spender: Address,
    /// How much, in base units; the largest number where there is no limit.
    pub amount: U256,
    /// The last second (UTC) of an allowance that outlives the document.
    pub expires: Option<U256>,
    /// Whether it is taken later or moves at once.
    pub kind: GrantKind,
}

/// What a grant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantKind {
    /// The spender may take it.
    Allowance,
    /// The recipient gets it.
    Transfer,
}

impl Standard {
    /// Every standard.
    pub const ALL: [Self; 8] = [
        Self::Permit,
        Self::DaiPermit,
        Self::TransferWithAuthorization,
        Self::ReceiveWithAuthorization,
        Self::PermitSingle,
        Self::PermitBatch,
        Self::PermitTransferFrom,
        Self::PermitBatchTransferFrom,
    ];

    /// The whole type, as EIP-712 encodes it.
    pub const fn encode_type(self) -> &'static str {
        match self {
            Self::Permit => {
                "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
            }
            Self::DaiPermit => {
                "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)"
            }
            Self::TransferWithAuthorization => {
                "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
            }
            Self::ReceiveWithAuthorization => {
                "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
            }
            Self::PermitSingle => {
                "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"
            }
            Self::PermitBatch => {
                "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"
            }
            Self::PermitTransferFrom => {
                "PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)"
            }
            Self::PermitBatchTransferFrom => {
                "PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)"
            }
        }
    }

    /// The standard with exactly this type.
    pub fn parse(encode_type: &str) -> Option<Self> {
        let mut standards = Self::ALL.into_iter();
        standards.find(|standard| standard.encode_type() == encode_type)
    }

    /// The standard of a document, by its type and never by its name alone.
    pub fn of(document: &TypedData) -> Option<Self> {
        Self::parse(&document.encode_type())
    }

    /// What a document of this standard grants; `None` if it is not one.
    pub fn grants(self, document: &TypedData) -> Option<Statement> {
        Statement::of(document).filter(|_| Self::of(document) == Some(self))
    }

    /// The same of a document whose type is this standard's.
    fn read(self, document: &TypedData) -> Option<Statement> {
        let message = Message(document.message());
        let token = document.verifying_contract();
        match self {
            Self::Permit => Some(Statement {
                owner: Some(message.address("owner")?),
                grants: vec![Grant {
                    path: "value".to_owned(),
                    token,
                    spender: message.address("spender")?,
                    amount: message.number("value")?,
                    expires: None,
                    kind: GrantKind::Allowance,
                }],
                deadline: message.number("deadline")?,
                nonces: vec![message.number("nonce")?.to_be_bytes()],
            }),
            Self::DaiPermit => message.dai(token),
            Self::TransferWithAuthorization | Self::ReceiveWithAuthorization => {
                message.authorization(token)
            }
            Self::PermitSingle | Self::PermitBatch => message.allowances(),
            Self::PermitTransferFrom | Self::PermitBatchTransferFrom => message.transfers(),
        }
    }
}

impl Statement {
    /// What a document grants, if it is of a standard.
    pub fn of(document: &TypedData) -> Option<Self> {
        Standard::of(document)?.read(document)
    }
}

/// The message of a document, member by member.
struct Message<'d>(&'d TypedValue);

impl Message<'_> {
    fn address(&self, name: &str) -> Option<Address> {
        let Value::Address(address) = self.0.atom(name)? else {
            return None;
        };
        Some(*address)
    }

    fn number(&self, name: &str) -> Option<U256> {
        let Value::Unsigned(number) = self.0.atom(name)? else {
            return None;
        };
        Some(*number)
    }

    /// A struct or a list of structs: each with its path.
    fn each(&self, name: &str) -> Option<Vec<(String, Self)>> {
        Some(match self.0.member(name)? {
            TypedValue::List(values) => {
                let values = values.iter().enumerate();
                values
                    .map(|(index, value)| (format!("{name}[{index}]"), Self(value)))
                    .collect()
            }
            other @ (TypedValue::Atom(_) | TypedValue::Struct(_, _)) => {
                vec![(name.to_owned(), Self(other))]
            }
        })
    }

    /// `allowed` is everything for ever, until it is taken back; an expiry of 0 is none.
    fn dai(&self, token: Address) -> Option<Statement> {
        let allowed = *self.0.atom("allowed")? == Value::Bool(true);
        let expiry = self.number("expiry")?;
        Some(Statement {
            owner: Some(self.address("holder")?),
            grants: vec![Grant {
                path: "allowed".to_owned(),
                token,
                spender: self.address("spender")?,
                amount: if allowed { U256::MAX } else { U256::ZERO },
                expires: None,
                kind: GrantKind::Allowance,
            }],
            deadline: if expiry.is_zero() { U256::MAX } else { expiry },
            nonces: vec![self.number("nonce")?.to_be_bytes()],
        })
    }

    fn authorization(&self, token: Address) -> Option<Statement> {
        let Value::FixedBytes(nonce) = self.0.atom("nonce")? else {
            return None;
        };
        Some(Statement {
            owner: Some(self.address("from")?),
            grants: vec![Grant {
                path: "value".to_owned(),
                token,
                spender: self.address("to")?,
                amount: self.number("value")?,
                expires: None,
                kind: GrantKind::Transfer,
            }],
            deadline: self.number("validBefore")?,
            nonces: vec![keccak256([b"ERC-3009".as_slice(), nonce].concat()).0],
        })
    }

    /// Permit2 counts the nonces of allowances by token and spender.
    fn allowances(&self) -> Option<Statement> {
        let spender = self.address("spender")?;
        let mut grants = Vec::new();
        let mut nonces = Vec::new();
        for (path, details) in self.each("details")? {
            let token = details.address("token")?;
            let nonce = details.number("nonce")?.to_be_bytes::<32>();
            let parts = [token.as_slice(), spender.as_slice(), &nonce];
            nonces.push(keccak256(parts.concat()).0);
            grants.push(Grant {
                path,
                token,
                spender,
                amount: details.number("amount")?,
                expires: Some(details.number("expiration")?),
                kind: GrantKind::Allowance,
            });
        }
        Some(Statement {
            owner: None,
            grants,
            deadline: self.number("sigDeadline")?,
            nonces,
        })
    }

    /// Permit2 takes each nonce of a transfer once, in any order.
    fn transfers(&self) -> Option<Statement> {
        let spender = self.address("spender")?;
        let mut grants = Vec::new();
        for (path, permitted) in self.each("permitted")? {
            grants.push(Grant {
                path,
                token: permitted.address("token")?,
                spender,
                amount: permitted.number("amount")?,
                expires: None,
                kind: GrantKind::Allowance,
            });
        }
        let nonce = self.number("nonce")?.to_be_bytes::<32>();
        Some(Statement {
            owner: None,
            grants,
            deadline: self.number("deadline")?,
            nonces: vec![keccak256([b"transfer".as_slice(), &nonce].concat()).0],
        })
    }
}
