//! The published bytecode of the contracts, as their packages carry it.
//! It knows nothing of what they do.

/// The releases of Safe that a wallet record may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SafeRelease {
    /// 1.3.0
    V1_3_0,
    /// 1.4.1
    V1_4_1,
    /// 1.5.0
    V1_5_0,
}

impl SafeRelease {
    /// Every release there is bytecode of.
    pub const ALL: [Self; 3] = [Self::V1_3_0, Self::V1_4_1, Self::V1_5_0];
}

macro_rules! published {
    ($($name:literal),+) => {
        read(include_str!(concat!("../../vectors/contracts/", $($name,)+ ".hex")))
    };
}

macro_rules! of_release {
    ($(#[$doc:meta] $function:ident = $name:literal, $end:literal;)*) => {$(
        #[$doc]
        pub fn $function(release: SafeRelease) -> Vec<u8> {
            match release {
                SafeRelease::V1_3_0 => published!($name, "-1.3.0", $end),
                SafeRelease::V1_4_1 => published!($name, "-1.4.1", $end),
                SafeRelease::V1_5_0 => published!($name, "-1.5.0", $end),
            }
        }
    )*};
}

of_release! {
    /// Creation code of the singleton.
    safe = "safe", "";
    /// Creation code of the proxy; its constructor takes the singleton.
    safe_proxy = "safe-proxy", "";
    /// Runtime code of the proxy: the singleton is in slot 0.
    safe_proxy_runtime = "safe-proxy", ".runtime";
    /// Creation code of the proxy factory.
    safe_proxy_factory = "safe-proxy-factory", "";
    /// Creation code of `MultiSend`.
    multi_send = "multi-send", "";
    /// Creation code of `MultiSendCallOnly`.
    multi_send_call_only = "multi-send-call-only", "";
    /// Runtime code of `MultiSendCallOnly`, for a fixed address.
    multi_send_call_only_runtime = "multi-send-call-only", ".runtime";
    /// Creation code of the fallback handler that answers EIP-1271.
    compatibility_fallback_handler = "compatibility-fallback-handler", "";
}

/// Creation code of `OpenZeppelin`'s ERC-20 of a fixed supply: (name, symbol, supply, owner).
pub fn erc20() -> Vec<u8> {
    published!("erc20-preset-fixed-supply-4.9.6")
}

/// Its runtime code.
pub fn erc20_runtime() -> Vec<u8> {
    published!("erc20-preset-fixed-supply-4.9.6.runtime")
}

fn read(file: &str) -> Vec<u8> {
    let code = file
        .lines()
        .find(|line| !line.starts_with('#'))
        .expect("a line of hex");
    data_encoding::HEXLOWER_PERMISSIVE
        .decode(code.as_bytes())
        .expect("hex")
}
