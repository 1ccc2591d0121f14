//! `list`: the requests of this builder, and what became of each.
//! Knows nothing of transactions.

use std::collections::BTreeMap;

use serde_json::json;

use super::Desk;
use crate::clock::utc;
use crate::console::counted;
use crate::failure::Failure;

pub(super) fn run(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let source = desk.source.public_key();
    let mut outcomes = BTreeMap::new();
    for station in desk.home.stations(&source)? {
        for refusal in desk.home.refusals(&station)? {
            outcomes.insert(refusal.intent, format!("refused {}", refusal.code));
        }
        // A request may have been refused at first and signed later.
        for result in desk.home.results(&station)? {
            outcomes.insert(result.intent, "signed".to_owned());
        }
    }
    let requests = desk.home.requests(&source)?;
    let mut listed = Vec::new();
    for packet in &requests {
        let (request, intent) = (packet.payload(), packet.intent());
        let waiting = if desk.now >= request.expires {
            "expired"
        } else {
            "no answer"
        };
        let outcome = outcomes.get(&intent).map_or(waiting, String::as_str);
        desk.console.say(&format!(
            "{:>6}  {}  {intent}\n        {} {}  \"{}\"  {outcome}\n",
            request.sequence,
            utc(request.created),
            request.audience.station,
            request.wallet,
            request.reference,
        ))?;
        listed.push(json!({
            "intent": intent.to_string(),
            "sequence": request.sequence,
            "created": request.created,
            "expires": request.expires,
            "station": request.audience.station,
            "wallet": request.wallet,
            "reference": request.reference,
            "outcome": outcome,
        }));
    }
    desk.console
        .say(&format!("{}\n", counted(requests.len(), "request")))?;
    desk.console
        .object(&json!({ "schema": "list/1", "requests": listed }))
}
