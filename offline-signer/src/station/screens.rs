//! The screens of a founding: everything that the genesis binds, for two people to read.
//! Knows nothing of how the facts were established.

use data_encoding::HEXLOWER;
use transaction_review::{Policy, Screen, Wallet};

use crate::journal::Facts;

/// Writes the screens: the station, its keys and their origin, then the whole policy.
pub(super) fn founding_screens(facts: &Facts, policy: &Policy) -> Vec<Screen> {
    let mut station = vec![
        vec![
            format!("station      {}", facts.station),
            format!("environment  {}", facts.environment),
            format!(
                "rehearsal    {}",
                if facts.rehearsal { "YES" } else { "no" }
            ),
            format!("program      {}", facts.program),
        ],
        vec!["station key".to_owned(), format!("  {}", facts.station_key)],
    ];
    if facts.earlier_stations > 0 {
        station.push(vec![
            format!(
                "EARLIER STATION KEYS IN THIS TOKEN: {}",
                facts.earlier_stations
            ),
            "Another journal may exist for these wallets. What it signed is not known".to_owned(),
            "here, and could be signed again. Approve only if that journal is closed.".to_owned(),
        ]);
    }
    for token in &facts.tokens {
        station.push(vec![
            format!("token        serial {}", token.serial),
            format!("             {} {}", token.manufacturer, token.model),
        ]);
    }
    for module in &facts.modules {
        let mut block = vec![format!("module       {}", module.path.display())];
        let digest = HEXLOWER.encode(&module.sha256);
        let (first, second) = digest.split_at_checked(32).unwrap_or((&digest, ""));
        block.push(format!("  SHA-256    {first}"));
        block.push(format!("             {second}"));
        station.push(block);
    }
    let keys = facts.wallets.iter().map(|wallet| {
        vec![
            format!("wallet       {}", wallet.wallet),
            format!("  {}", wallet.key),
            format!("  pays from  {}", address(policy, &wallet.wallet)),
            format!("  origin     {}", wallet.evidence.class),
        ]
    });
    let lines: Vec<String> = facts.policy.lines().map(str::to_owned).collect();
    let hash = HEXLOWER.encode(&policy.hash());
    let mut text = vec![vec!["policy SHA-256".to_owned(), format!("  {hash}")]];
    text.extend(
        lines
            .split(String::is_empty)
            .filter(|block| !block.is_empty())
            .map(<[_]>::to_vec),
    );
    vec![
        Screen {
            heading: "FOUND A STATION".to_owned(),
            blocks: station,
        },
        Screen {
            heading: "KEYS".to_owned(),
            blocks: keys.collect(),
        },
        Screen {
            heading: "POLICY, WHOLE".to_owned(),
            blocks: text,
        },
    ]
}

fn address(policy: &Policy, wallet: &str) -> String {
    policy
        .wallet(wallet)
        .map(Wallet::address)
        .unwrap_or_default()
}
