//! The screens of a founding: everything that the genesis binds, for two people to read.
//! Knows nothing of how the facts were established.

use data_encoding::HEXLOWER;
use hsm_adapter::OriginClass;
use transaction_review::{Policy, Screen, Wallet};

use crate::journal::Facts;

/// What the class of an account's keys means.
const SEALED_SEED: [&str; 3] = [
    "  Not born in the token: derived from a seed that the token keeps sealed.",
    "  While this station signs, the seed is in its memory, and whoever can read",
    "  that memory has every key of every account of the seed.",
];

/// Lines that are not split over two pages.
type Block = Vec<String>;

/// Writes the screens: the station, its keys and their origin, then the whole policy.
pub(super) fn founding_screens(facts: &Facts, policy: &Policy) -> Vec<Screen> {
    let screen = |heading: &str, blocks| Screen {
        heading: heading.to_owned(),
        blocks,
    };
    vec![
        screen("FOUND A STATION", station(facts)),
        screen("KEYS", keys(facts, policy)),
        screen("POLICY, WHOLE", whole(policy)),
    ]
}

fn station(facts: &Facts) -> Vec<Block> {
    let rehearsal = if facts.rehearsal { "YES" } else { "no" };
    let mut blocks = vec![
        vec![
            format!("station      {}", facts.station),
            format!("environment  {}", facts.environment),
            format!("rehearsal    {rehearsal}"),
            format!("program      {}", facts.program),
        ],
        vec!["station key".to_owned(), format!("  {}", facts.station_key)],
    ];
    if facts.earlier_stations > 0 {
        blocks.push(vec![
            format!(
                "EARLIER STATION KEYS IN THIS TOKEN: {}",
                facts.earlier_stations
            ),
            "Another journal may exist for these wallets. What it signed is not known".to_owned(),
            "here, and could be signed again. Approve only if that journal is closed.".to_owned(),
        ]);
    }
    for token in &facts.tokens {
        blocks.push(vec![
            format!("token        serial {}", token.serial),
            format!("             {} {}", token.manufacturer, token.model),
        ]);
    }
    for module in &facts.modules {
        let digest = HEXLOWER.encode(&module.sha256);
        let (first, second) = digest.split_at_checked(32).unwrap_or((&digest, ""));
        blocks.push(vec![
            format!("module       {}", module.path.display()),
            format!("  SHA-256    {first}"),
            format!("             {second}"),
        ]);
    }
    blocks
}

fn keys(facts: &Facts, policy: &Policy) -> Vec<Block> {
    let described = facts.wallets.iter().map(|wallet| {
        let address = policy.wallet(&wallet.wallet).map(Wallet::address);
        let mut block = vec![
            format!("wallet       {}", wallet.wallet),
            format!("  {}", wallet.key),
            format!("  pays from  {}", address.unwrap_or_default()),
            format!("  origin     {}", wallet.evidence.class),
        ];
        if wallet.evidence.class == OriginClass::SealedSeed.as_str() {
            block.extend(SEALED_SEED.map(str::to_owned));
        }
        block
    });
    described.collect()
}

fn whole(policy: &Policy) -> Vec<Block> {
    let lines: Block = policy.text().lines().map(str::to_owned).collect();
    let paragraphs = lines
        .split(String::is_empty)
        .filter(|block| !block.is_empty());
    let hash = HEXLOWER.encode(&policy.hash());
    let mut blocks = vec![vec!["policy SHA-256".to_owned(), format!("  {hash}")]];
    blocks.extend(paragraphs.map(<[_]>::to_vec));
    blocks
}
