//! The command line of the offline signer, and nothing but its words.
//! Knows nothing of what the commands do; no flag here answers a question for an operator.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use transfer_format::optical::{Profile, ScreenKind};
use transfer_format::route::{Inbound, Outbound};

/// The air-gapped half of Coldsign: shows a request, has two people approve it, has the HSM sign
/// it, and writes down what it did before a signature leaves.
#[derive(Debug, Parser)]
#[command(name = "offline-signer", version, after_help = EXIT_STATUSES)]
pub struct Arguments {
    /// The station's folder.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "/var/lib/coldsign"
    )]
    pub home: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order in which a station meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key in a token, or list the keys of one.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Found a station from a policy, a token and two operators.
    Init {
        /// The station's id, one of the policy's signers.
        #[arg(long, value_name = "ID")]
        station: String,
        /// The policy, a TOML file.
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        /// A PKCS#11 module, by absolute path; may be given again for the operators' tokens.
        #[arg(long = "module", value_name = "PATH", required = true)]
        modules: Vec<PathBuf>,
        /// A rehearsal: every screen says so, and every result is marked.
        #[arg(long)]
        rehearsal: bool,
    },
    /// Show the station to a builder: its keys, their origin, its policy's hash, sealed.
    Enrol {
        /// Where to: `frames:DIR`, `gif:FILE`, `usb:DEVICE-OR-IMAGE`, `file:FILE`, `screen` or
        /// `window`.
        #[arg(long, value_name = "DESTINATION")]
        to: Outbound,
    },
    /// Hold the ceremony for one request.
    Sign {
        /// Where from: `camera`, `camera:/dev/videoN`, `y4m:FILE-OR-PIPE`, `y4m:-`, `frames:DIR`,
        /// `gif:FILE`, `usb:DEVICE-OR-IMAGE` or `file:FILE`.
        #[arg(long, value_name = "SOURCE")]
        from: Inbound,
        /// Where the result goes: `frames:DIR`, `gif:FILE`, `usb:…`, `file:FILE`, `screen` or
        /// `window`.
        #[arg(long, value_name = "DESTINATION")]
        to: Outbound,
    },
    /// Show what a request would do and what the policy says, without signing it.
    Review {
        /// Where from: `camera`, `camera:/dev/videoN`, `y4m:FILE-OR-PIPE`, `y4m:-`, `frames:DIR`,
        /// `gif:FILE`, `usb:DEVICE-OR-IMAGE` or `file:FILE`.
        #[arg(long, value_name = "SOURCE")]
        from: Inbound,
    },
    /// Read the policy: show it, lint it, explain what it says about a request.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Read the journal.
    #[command(subcommand)]
    Journal(JournalCommand),
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

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Have a key born in a token, to sign and nothing else, and print its policy line.
    Create {
        /// The PKCS#11 module, by absolute path.
        #[arg(long, value_name = "PATH")]
        module: PathBuf,
        /// The token's serial.
        #[arg(long, value_name = "SERIAL")]
        token: String,
        /// The curve: secp256k1 for wallets, p256 for operators.
        #[arg(long, value_enum)]
        curve: CurveName,
        /// The key's id (`CKA_ID`), in lower-case hexadecimal digits.
        #[arg(long, value_name = "HEX")]
        id: String,
        /// The key's label.
        #[arg(long, value_name = "TEXT")]
        label: String,
    },
    /// Make a seed in a token, sealed there, and print the policy line of its first account.
    CreateSeed {
        /// The PKCS#11 module, by absolute path.
        #[arg(long, value_name = "PATH")]
        module: PathBuf,
        /// The token's serial.
        #[arg(long, value_name = "SERIAL")]
        token: String,
        /// The seed's id (`CKA_ID`), in lower-case hexadecimal digits.
        #[arg(long, value_name = "HEX")]
        id: String,
        /// The seed's label.
        #[arg(long, value_name = "TEXT")]
        label: String,
        /// The account.
        #[command(flatten)]
        account: AccountArguments,
    },
    /// Print the policy line of an account of a seed that is in a token.
    Account {
        /// The PKCS#11 module, by absolute path.
        #[arg(long, value_name = "PATH")]
        module: PathBuf,
        /// The token's serial.
        #[arg(long, value_name = "SERIAL")]
        token: String,
        /// The seed's id (`CKA_ID`), in lower-case hexadecimal digits.
        #[arg(long, value_name = "HEX")]
        id: String,
        /// The account.
        #[command(flatten)]
        account: AccountArguments,
    },
    /// List the keys and seeds of a token and what it claims of their origin.
    List {
        /// The PKCS#11 module, by absolute path.
        #[arg(long, value_name = "PATH")]
        module: PathBuf,
        /// The token's serial.
        #[arg(long, value_name = "SERIAL")]
        token: String,
    },
}

/// What can be done with a policy.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Print the policy in force and its hash.
    Show,
    /// Look for what is allowed and unwise. Exits with 14 if something was found.
    Lint {
        /// A policy, a TOML file; without it, the one in force.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print every check that a request meets or fails. Nothing is recorded, nothing is signed.
    Explain {
        /// Where the request is, as for `sign`.
        #[arg(long, value_name = "SOURCE")]
        from: Inbound,
        /// What another policy, a TOML file, would say.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
}

/// Which account of a seed (BIP-32).
#[derive(Debug, Args)]
pub struct AccountArguments {
    /// The account's path from the master key, every step hardened, such as 48h/0h/0h/2h.
    #[arg(long, value_name = "PATH")]
    pub path: String,
    /// The network: test networks write the extended key as tpub.
    #[arg(long, value_enum, default_value_t = NetworkName::Mainnet)]
    pub network: NetworkName,
    /// A rehearsal: the seed is worth nothing, and the machine may have a network.
    #[arg(long)]
    pub rehearsal: bool,
}

/// A Bitcoin network, by its name in policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NetworkName {
    /// The main network.
    Mainnet,
    /// A test network.
    Testnet,
    /// A test network.
    Signet,
    /// A test network on one machine.
    Regtest,
}

/// What can be done with the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum JournalCommand {
    /// Verify the journal and print it, a line for each record.
    Show,
    /// Verify every link of the journal and every approval in it, and print its head.
    Verify,
}

/// A curve, by its name on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CurveName {
    /// For wallets (SEC 2).
    Secp256k1,
    /// For operators (FIPS 186).
    P256,
}

const EXIT_STATUSES: &str = "\
Exit status:
   0 done                     16 HSM
   2 usage or policy file     17 journal does not verify (P1)
  10 format                   18 isolation (P1)
  11 authentication (P1)      19 a cap was exceeded
  12 freshness or replay      20 medium
  13 transaction semantics    21 cancelled by an operator
  14 policy                   22 storage
  15 approval                 23 locked or busy
                              70 internal fault; nothing was signed";
