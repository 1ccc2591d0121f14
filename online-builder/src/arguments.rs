//! The command line of the online builder, and nothing but its words.
//! Knows nothing of what the commands do; no flag here overrules the policy.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use transfer_format::IntentDigest;
use transfer_format::optical::{Profile, ScreenKind};
use transfer_format::route::{Inbound, Outbound};
use transfer_format::seal::SealKey;

use crate::clock::Lifetime;

/// The online half of Coldsign: builds requests for an air-gapped station, and checks its answers.
#[derive(Debug, Parser)]
#[command(name = "online-builder", version, after_help = EXIT_STATUSES)]
pub struct Arguments {
    /// The builder's folder.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "/var/lib/coldsign-builder"
    )]
    pub home: PathBuf,
    /// Print one JSON object to standard output, and the text for people to standard error.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order in which a builder meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the builder's folder and the key that seals its requests; print its policy line.
    Init,
    /// Pin a station: its key, its wallets, its policy. Once for each station.
    Enrol {
        /// Where from: `camera`, `camera:/dev/videoN`, `y4m:FILE-OR-PIPE`, `y4m:-`, `frames:DIR`,
        /// `gif:FILE`, `usb:DEVICE-OR-IMAGE` or `file:FILE`.
        #[arg(long, value_name = "SOURCE")]
        from: Inbound,
        /// The policy that the station has installed, a TOML file.
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        /// The station's key, as the station's own screen shows it.
        #[arg(long, value_name = "KEY")]
        station_key: SealKey,
    },
    /// Build a request, after the same review and policy as at the station.
    #[command(subcommand)]
    Build(BuildCommand),
    /// Build a Bitcoin request anew with a higher fee, at the expense of its change.
    Bump(BumpArguments),
    /// Send a request that was built.
    Send {
        /// The request: its intent in 64 hexadecimal digits, or a file.
        #[arg(long, value_name = "INTENT-OR-FILE")]
        request: String,
        /// Where to: `screen`, `window`, `frames:DIR`, `gif:FILE`, `usb:DEVICE-OR-IMAGE` or
        /// `file:FILE`.
        #[arg(long, value_name = "DESTINATION")]
        to: Outbound,
    },
    /// Check a station's answer, and write the transaction that can be broadcast.
    Receive {
        /// Where from: `camera`, `camera:/dev/videoN`, `y4m:FILE-OR-PIPE`, `y4m:-`, `frames:DIR`,
        /// `gif:FILE`, `usb:DEVICE-OR-IMAGE` or `file:FILE`.
        #[arg(long, value_name = "SOURCE")]
        from: Inbound,
        /// The folder for the transaction; without it `results/INTENT` in the builder's folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Put what several stations signed together into one transaction.
    Combine {
        /// The results: intents in 64 hexadecimal digits, or files.
        #[arg(value_name = "RESULT", required = true)]
        results: Vec<String>,
        /// The folder for the transaction; without it `results/INTENT` in the builder's folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Take a request back that is not to be signed: its coins are free again.
    Withdraw {
        /// The request: its intent in 64 hexadecimal digits, or a file.
        #[arg(long, value_name = "INTENT-OR-FILE")]
        request: String,
    },
    /// Show what a request would do, and what the policy says of it now.
    Show {
        /// The request: its intent in 64 hexadecimal digits, or a file.
        #[arg(long, value_name = "INTENT-OR-FILE")]
        request: String,
    },
    /// List the requests, a line for each, with what became of them.
    List,
    /// Find out which codes this screen shows and a camera reads best, and remember it.
    CameraTest(CameraTestArguments),
}

/// Where test codes are shown and read.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("side").required(true).multiple(true))]
pub struct CameraTestArguments {
    /// Where test codes are shown.
    #[arg(long, value_enum, group = "side")]
    pub to: Option<ScreenName>,
    /// Where they are read: `camera`, `camera:/dev/videoN`, `y4m:FILE-OR-PIPE`, `y4m:-`,
    /// `frames:DIR` or `gif:FILE`. Without it another machine reads them.
    #[arg(long, value_name = "SOURCE", group = "side")]
    pub from: Option<Inbound>,
    /// Show nothing: remember this profile, which another machine has found, such as v27@15.
    #[arg(long, value_name = "PROFILE", requires = "to", conflicts_with = "from")]
    pub keep: Option<Profile>,
}

/// A kind of screen, by its name on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScreenName {
    /// The terminal.
    Screen,
    /// A window on the whole screen.
    Window,
}

impl From<ScreenName> for ScreenKind {
    fn from(name: ScreenName) -> Self {
        match name {
            ScreenName::Screen => Self::Terminal,
            ScreenName::Window => Self::Window,
        }
    }
}

/// What can be built.
#[derive(Debug, Subcommand)]
pub enum BuildCommand {
    /// From a PSBT (BIP-174, BIP-370), or from coins and payments.
    Bitcoin {
        /// What every request says.
        #[command(flatten)]
        order: OrderArguments,
        /// Where the transaction comes from.
        #[command(flatten)]
        source: BitcoinArguments,
    },
    /// A payment of ether or of a token, or a call (EIP-1559).
    Ethereum {
        /// What every request says.
        #[command(flatten)]
        order: OrderArguments,
        /// What the transaction says.
        #[command(flatten)]
        transfer: TransferArguments,
    },
    /// A transaction of a Safe for one owner to sign: from the transaction service's JSON, or from
    /// what it pays or calls.
    Safe {
        /// What every request says.
        #[command(flatten)]
        order: OrderArguments,
        /// Where the transaction comes from.
        #[command(flatten)]
        source: SafeArguments,
    },
    /// A document of typed data (EIP-712), from the JSON of `eth_signTypedData_v4`.
    TypedData {
        /// What every request says.
        #[command(flatten)]
        order: OrderArguments,
        /// The JSON file; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        document: PathBuf,
    },
    /// A text of printable ASCII (EIP-191).
    Message {
        /// What every request says.
        #[command(flatten)]
        order: OrderArguments,
        /// The text.
        #[arg(long, value_name = "TEXT")]
        text: String,
    },
    /// An authorization to delegate the account's code (EIP-7702).
    Delegation {
        /// What every request says.
        #[command(flatten)]
        order: OrderArguments,
        /// The chain id (EIP-155).
        #[arg(long, value_name = "NUMBER")]
        chain: u64,
        /// The account's nonce at which it is valid.
        #[arg(long, value_name = "NUMBER")]
        nonce: u64,
        /// The contract, with the capitals of EIP-55.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
}

/// Where a Safe's transaction comes from.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["json_file", "to"]))]
pub struct SafeArguments {
    /// The transaction service's JSON of one transaction; `-` is standard input.
    #[arg(long = "transaction", value_name = "FILE")]
    pub json_file: Option<PathBuf>,
    /// The recipient, or the contract that is called, with the capitals of EIP-55.
    #[arg(long, value_name = "ADDRESS", requires = "value", requires = "nonce")]
    pub to: Option<String>,
    /// What the recipient gets, such as "0.5 ETH" or "250 USDC@1".
    #[arg(long, value_name = "AMOUNT", conflicts_with = "json_file")]
    pub value: Option<String>,
    /// Call data in hexadecimal digits.
    #[arg(long, value_name = "HEX", conflicts_with = "json_file")]
    pub data: Option<String>,
    /// The Safe's next nonce.
    #[arg(long, value_name = "NUMBER", conflicts_with = "json_file")]
    pub nonce: Option<u64>,
}

/// What every request says.
#[derive(Debug, Args)]
pub struct OrderArguments {
    /// The station that shall sign; once for each station of a wallet of several keys.
    #[arg(long, value_name = "ID", required = true)]
    pub station: Vec<String>,
    /// The wallet that pays, by its id in the policy.
    #[arg(long, value_name = "ID")]
    pub wallet: String,
    /// The business reference of the paper order, 1 to 64 characters.
    #[arg(long, value_name = "TEXT")]
    pub reference: String,
    /// How long the request is good for, such as 90m, 24h or 3d.
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    pub expires_in: Lifetime,
    /// The request that this one replaces, by its intent: the same payments, a higher fee.
    #[arg(long, value_name = "INTENT")]
    pub replaces: Option<IntentDigest>,
    /// Also write the sealed request to this new file.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Where a Bitcoin transaction comes from: a wallet's PSBT, or coins and payments.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["psbt", "coins"]))]
pub struct BitcoinArguments {
    /// The PSBT as the wallet software wrote it, with the previous transaction of every input:
    /// bytes, or base64; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub psbt: Option<PathBuf>,
    /// The wallet's coins, a JSON file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub coins: Option<PathBuf>,
    /// What somebody gets, such as "bc1q...=0.5 BTC"; once for each payment, in their order.
    #[arg(long, value_name = "ADDRESS=AMOUNT", conflicts_with = "psbt")]
    pub pay: Vec<String>,
    /// What a virtual byte may cost, such as "12 sat/vB".
    #[arg(
        long,
        value_name = "RATE",
        conflicts_with = "psbt",
        required_unless_present = "psbt"
    )]
    pub fee_rate: Option<String>,
    /// Where change goes, by its index on the change branch; without it the one after the last
    /// that is known here.
    #[arg(long, value_name = "NUMBER", conflicts_with = "psbt")]
    pub change_index: Option<u32>,
    /// Data that is put into the chain, in hexadecimal digits.
    #[arg(long, value_name = "HEX", conflicts_with = "psbt")]
    pub op_return: Option<String>,
    /// The block from which the transaction is valid, or the time as seconds since 1970.
    #[arg(
        long,
        value_name = "NUMBER",
        conflicts_with = "psbt",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub lock_time: u32,
}

/// What a higher fee needs.
#[derive(Debug, Args)]
pub struct BumpArguments {
    /// The request whose transaction does not confirm, by its intent.
    #[arg(value_name = "INTENT")]
    pub intent: IntentDigest,
    /// What a virtual byte may cost now, such as "30 sat/vB".
    #[arg(long, value_name = "RATE")]
    pub fee_rate: String,
    /// How long the request is good for, such as 90m, 24h or 3d.
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    pub expires_in: Lifetime,
    /// Also write the sealed request to this new file.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What an Ethereum transaction says.
#[derive(Debug, Args)]
pub struct TransferArguments {
    /// The chain id (EIP-155).
    #[arg(long, value_name = "NUMBER")]
    pub chain: u64,
    /// The account's next nonce on that chain.
    #[arg(long, value_name = "NUMBER")]
    pub nonce: u64,
    /// The recipient, or the contract that is called, with the capitals of EIP-55.
    #[arg(long, value_name = "ADDRESS")]
    pub to: String,
    /// What the recipient gets, such as "0.5 ETH" or "250 USDC@1".
    #[arg(long, value_name = "AMOUNT")]
    pub value: String,
    /// Call data in hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    pub data: Option<String>,
    /// Gas, at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 21_000)]
    pub gas_limit: u64,
    /// What one gas may cost in all, such as "30 gwei".
    #[arg(long, value_name = "AMOUNT")]
    pub max_fee: String,
    /// What of it may go to the block's proposer, such as "1 gwei".
    #[arg(long, value_name = "AMOUNT")]
    pub tip: String,
}

const EXIT_STATUSES: &str = "\
Exit status:
   0 done                     16 a signature does not verify
   2 usage or policy file     19 a cap was exceeded
  10 format                   20 medium
  11 authentication           21 cancelled
  12 freshness or rollback    22 storage
  13 transaction semantics    23 another builder is at work
  14 policy                   70 internal fault; nothing was sent";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
