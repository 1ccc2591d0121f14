//! `enrol`: pins a station whose key people compared with the station's screen.
//! Knows nothing of what makes a station trustworthy; see [`crate::station`].

use std::path::Path;

use serde_json::json;
use transaction_review::limits::MAX_POLICY_BYTES;
use transfer_format::route::Inbound;
use transfer_format::seal::SealKey;

use super::{Desk, input};
use crate::failure::Failure;
use crate::station::{Station, hexadecimal, key_words};

pub(super) fn run(
    desk: &mut Desk<'_, '_>,
    from: &Inbound,
    policy: &Path,
    key: &SealKey,
) -> Result<(), Failure> {
    let lock = desk.home.lock()?;
    let limit = u64::try_from(MAX_POLICY_BYTES).unwrap_or(u64::MAX);
    let policy = input::read_text(policy, limit)?;
    let packet = input::arrived(desk, from)?;
    let station = Station::establish(packet, &policy, key, &desk.source.public_key())?;
    let folder = desk.home.pin(&lock, &station)?;
    desk.console.say(&text(&station))?;
    desk.console
        .say(&format!("Pinned in {}.\n", folder.display()))?;
    let wallets = station.policy().wallets().iter().map(|wallet| {
        json!({
            "wallet": wallet.id(),
            "kind": wallet.kind().name(),
            "address": wallet.address(),
        })
    });
    desk.console.object(&json!({
        "schema": "enrol/1",
        "station": station.id(),
        "environment": station.environment(),
        "rehearsal": station.is_rehearsal(),
        "station_key": key.to_string(),
        "policy_hash": hexadecimal(&station.policy().hash()),
        "wallets": wallets.collect::<Vec<_>>(),
    }))
}

fn text(station: &Station) -> String {
    let (policy, token) = (station.policy(), &station.enrolled().token);
    let mut lines = vec![
        format!("STATION  {} ({})", station.id(), station.environment()),
        format!("KEY      {}", station.key()),
        format!("WORDS    {}", key_words(station.key())),
        format!(
            "TOKEN    {} {}, serial {}",
            token.manufacturer, token.model, token.serial
        ),
        format!("POLICY   {} version {}", policy.id(), policy.version()),
        format!("         {}", hexadecimal(&policy.hash())),
    ];
    if station.is_rehearsal() {
        lines.push("REHEARSAL: not for real funds".to_owned());
    }
    for wallet in policy.wallets() {
        lines.push(format!(
            "WALLET   {} ({}) {}, {}",
            wallet.id(),
            wallet.kind(),
            wallet.address(),
            if wallet.key().account.is_some() {
                "keys derived from a seed that the token keeps sealed"
            } else {
                "key born in the token"
            },
        ));
    }
    lines.push(
        "Compare the words with the station's screen before any money goes to these wallets."
            .to_owned(),
    );
    lines.push(String::new());
    lines.join("\n")
}
