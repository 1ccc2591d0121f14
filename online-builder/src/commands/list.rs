//! `list`: the requests of this builder, what became of each, and which of them cannot both be.
//! Knows nothing of transactions but what they use up.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Desk;
use crate::clock::utc;
use crate::console::counted;
use crate::earlier::{Earlier, Ledger, Taken};
use crate::failure::Failure;

pub(super) fn run(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let ledger = desk.home.ledger(&desk.source.public_key(), desk.now)?;
    let users = users(&ledger)?;
    let mut listed = Vec::new();
    for earlier in ledger.requests() {
        let (packet, outcome) = (&earlier.request, earlier.outcome.text());
        let (request, intent) = (packet.payload(), packet.intent());
        let before = request.replaces.and_then(|intent| ledger.find(&intent));
        let before = before.map(|earlier| earlier.request.payload().sequence);
        let conflicts = conflicts(&ledger, &users, earlier)?;
        let mut lines = vec![
            format!(
                "{:>6}  {}  {intent}",
                request.sequence,
                utc(request.created)
            ),
            format!(
                "        {} {}  \"{}\"  {outcome}",
                request.audience.station, request.wallet, request.reference,
            ),
        ];
        lines.extend(before.map(|number| format!("        replaces request {number}")));
        lines.extend(conflicts.iter().map(|number| {
            format!("        CONFLICT: spends the same coin, or uses the same nonce, as request {number}")
        }));
        desk.console.say(&format!("{}\n", lines.join("\n")))?;
        listed.push(json!({
            "intent": intent.to_string(),
            "sequence": request.sequence,
            "created": request.created,
            "expires": request.expires,
            "station": request.audience.station,
            "wallet": request.wallet,
            "reference": request.reference,
            "replaces": request.replaces.map(|replaced| replaced.to_string()),
            "conflicts": conflicts,
            "outcome": outcome,
        }));
    }
    desk.console.say(&format!(
        "{}\n",
        counted(ledger.requests().len(), "request")
    ))?;
    desk.console
        .object(&json!({ "schema": "list/1", "requests": Value::Array(listed) }))
}

/// The requests that use up each coin and each nonce and count, oldest first.
fn users(ledger: &Ledger) -> Result<BTreeMap<Taken, Vec<&Earlier>>, Failure> {
    let mut users: BTreeMap<Taken, Vec<&Earlier>> = BTreeMap::new();
    for earlier in ledger.requests().iter().filter(|earlier| earlier.counts()) {
        for spend in ledger.review(earlier)?.spends() {
            users.entry(Taken::of(spend)).or_default().push(earlier);
        }
    }
    Ok(users)
}

/// The numbers of the requests that cannot be confirmed beside this one, though neither replaces
/// the other: those for the same transaction at other stations are no conflict.
fn conflicts(
    ledger: &Ledger,
    users: &BTreeMap<Taken, Vec<&Earlier>>,
    earlier: &Earlier,
) -> Result<Vec<u64>, Failure> {
    if !earlier.counts() {
        return Ok(Vec::new());
    }
    let family = ledger.family(earlier);
    let mut numbers = Vec::new();
    for spend in ledger.review(earlier)?.spends() {
        for other in users.get(&Taken::of(spend)).into_iter().flatten() {
            let number = other.request.payload().sequence;
            if !family.contains(&number) {
                numbers.push(number);
            }
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}
