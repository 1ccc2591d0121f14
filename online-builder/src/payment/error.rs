//! Why no transaction can be made of coins and payments.
//! Knows nothing of requests.

use transaction_review::bitcoin::Network;
use transaction_review::{Amount, AmountError, Class, Code};

use super::FeeRate;
use crate::codes::class_of;

/// Why no transaction can be made of coins and payments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// A wallet of another chain.
    #[error("the wallet {wallet} is not one of Bitcoin: correct --wallet")]
    NotBitcoin {
        /// The wallet.
        wallet: String,
    },
    /// A payment that is not written as one.
    #[error("--pay \"{found}\" is not ADDRESS=AMOUNT, such as \"bc1q...=0.5 BTC\"")]
    Form {
        /// What was given.
        found: String,
    },
    /// A text that is no address.
    #[error(
        "\"{found}\" is no Bitcoin address ({reason}): copy it again, whole, from where it was approved"
    )]
    Address {
        /// What was given.
        found: String,
        /// What the reader says.
        reason: String,
    },
    /// An address where other coins live.
    #[error(
        "\"{found}\" is no address of {expected}, where this wallet is: it is of another network"
    )]
    AddressNetwork {
        /// What was given.
        found: String,
        /// The wallet's network.
        expected: Network,
    },
    /// A payment without a proper amount.
    #[error("--pay \"{found}\": {cause}")]
    Amount {
        /// What was given.
        found: String,
        /// Why.
        cause: AmountError,
    },
    /// A fee rate that is none.
    #[error(
        "--fee-rate \"{found}\" is no fee rate: write a number from 0.001 to 1000000 with three \
         decimals at most, a space and the unit, such as \"12 sat/vB\""
    )]
    FeeRate {
        /// What was given.
        found: String,
    },
    /// Data that is none.
    #[error("--op-return \"{found}\" is not 1 to {limit} bytes in hexadecimal digits")]
    Data {
        /// What was given.
        found: String,
        /// Bytes allowed.
        limit: usize,
    },
    /// A change index that no wallet has.
    #[error("--change-index {found} is beyond the last index of a branch, 2147483647")]
    ChangeIndex {
        /// What was given.
        found: u32,
    },
    /// Nobody is paid.
    #[error("the transaction would pay nobody: name payments with --pay")]
    Nothing,
    /// A sum that cannot exist.
    #[error("the amounts add up to more than can exist: correct them")]
    Range,
    /// A coins file that is not in its form.
    #[error("the coins file is not of the form that the preparer's guide gives: {reason}")]
    Coins {
        /// What is wrong, and where.
        reason: String,
    },
    /// More coins than are read.
    #[error(
        "the coins file has {found} coins and at most {limit} are read: leave the smallest out"
    )]
    CoinCount {
        /// Coins found.
        found: usize,
        /// Coins allowed.
        limit: usize,
    },
    /// A coin that is listed twice.
    #[error("the coin {coin} is listed twice: export the list again")]
    CoinTwice {
        /// The coin.
        coin: String,
    },
    /// A coin without its place, of a wallet whose coins have one.
    #[error(
        "the coin {coin} states no branch and index, and each of this wallet's addresses has its own"
    )]
    CoinPlace {
        /// The coin.
        coin: String,
    },
    /// A place that the descriptor does not have.
    #[error(
        "the coin {coin} is said to be at branch {branch}, index {index}, and this wallet has the \
         branches 0 and 1 with the indexes 0 to 2147483647"
    )]
    CoinIndex {
        /// The coin.
        coin: String,
        /// The branch stated.
        branch: u32,
        /// The index stated.
        index: u32,
    },
    /// A coin whose previous transaction is missing or another one.
    #[error("the coin {coin} is not proven: {reason}. Export it with its whole transaction")]
    CoinUnproven {
        /// The coin.
        coin: String,
        /// Why.
        reason: String,
    },
    /// A coin that is worth something else than was said.
    #[error(
        "the coin {coin} is said to be worth {stated}, and its transaction says {proven}: do not \
         trust where the list comes from"
    )]
    CoinAmount {
        /// The coin.
        coin: String,
        /// What was said.
        stated: String,
        /// What its transaction says.
        proven: String,
    },
    /// A coin that the wallet cannot spend.
    #[error(
        "the coin {coin} is not this wallet's at branch {branch}, index {index}: its script is \
         {found} and the wallet's there is {expected}"
    )]
    CoinForeign {
        /// The coin.
        coin: String,
        /// The branch stated.
        branch: u32,
        /// The index stated.
        index: u32,
        /// The coin's script, hexadecimal.
        found: String,
        /// The wallet's, hexadecimal.
        expected: String,
    },
    /// Less than is needed.
    #[error("{}", funds(*.available, *.coins, *.needed, *.fee))]
    Funds {
        /// What the coins that can be used are worth, in satoshis.
        available: u64,
        /// How many coins that are.
        coins: usize,
        /// What the payments need, without the fee, in satoshis.
        needed: u64,
        /// The fee if all of those coins are spent, in satoshis.
        fee: u64,
    },
    /// A transaction that has nothing to raise its fee with.
    #[error(
        "a fee of {} is needed, {} more than before, and the change is {}: add coins with \"build \
         bitcoin --coins ... --replaces\"",
        Amount::satoshis(*.needed), Amount::satoshis(needed.saturating_sub(*.before)),
        Amount::satoshis(*.change)
    )]
    Change {
        /// What the transaction has to pay, in satoshis.
        needed: u64,
        /// What it paid, in satoshis.
        before: u64,
        /// What can be taken away, in satoshis.
        change: u64,
    },
    /// A replacement that pays no more.
    #[error(
        "at {rate} the transaction would cost {}, and it pays {} already: name a higher rate",
        Amount::satoshis(*.asked), Amount::satoshis(*.before)
    )]
    NotMore {
        /// The rate asked for.
        rate: FeeRate,
        /// What it comes to, in satoshis.
        asked: u64,
        /// What it pays, in satoshis.
        before: u64,
    },
    /// A request that cannot be raised here.
    #[error("the request was made of {found}: build it anew from there, with --replaces")]
    NotRaised {
        /// What it was made of.
        found: &'static str,
    },
    /// The parts do not fit together: a fault of the program.
    #[error("the parts of the transaction do not fit together: this is a fault of the program")]
    Internal,
}

impl PaymentError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotBitcoin { .. } => Code::KindMismatch.as_str(),
            Self::Form { .. } | Self::Address { .. } | Self::AddressNetwork { .. } => "E_ADDRESS",
            Self::Amount { .. } | Self::FeeRate { .. } => "E_AMOUNT",
            Self::Data { .. } => "E_DATA",
            Self::ChangeIndex { .. } => "E_CHANGE_INDEX",
            Self::Nothing => Code::PaymentNone.as_str(),
            Self::Range => Code::AmountRange.as_str(),
            Self::Coins { .. }
            | Self::CoinTwice { .. }
            | Self::CoinPlace { .. }
            | Self::CoinIndex { .. } => "E_COINS",
            Self::CoinCount { .. } => "E_COIN_COUNT",
            Self::CoinUnproven { .. } => Code::UtxoUnproven.as_str(),
            Self::CoinAmount { .. } => Code::UtxoConflict.as_str(),
            Self::CoinForeign { .. } => Code::InputForeign.as_str(),
            Self::Funds { .. } | Self::Change { .. } => "E_FUNDS",
            Self::NotMore { .. } => "E_FEE_NOT_MORE",
            Self::NotRaised { .. } => "E_NOT_RAISED",
            Self::Internal => Code::ReviewInternal.as_str(),
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
    }
}

fn funds(available: u64, coins: usize, needed: u64, fee: u64) -> String {
    let total = needed.saturating_add(fee);
    format!(
        "the wallet's free coins do not suffice: {coins} of them are worth {}, and {} are needed for \
         the payments and {} for the fee, {} more than there is. Coins that other requests spend, and \
         those that cost more than they are worth, are not counted",
        Amount::satoshis(available),
        Amount::satoshis(needed),
        Amount::satoshis(fee),
        Amount::satoshis(total.saturating_sub(available)),
    )
}
