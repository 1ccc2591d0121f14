//! `withdraw`: a request that is not to be signed any more. What it spends is free again here.
//! Knows nothing of what the station does: a request that was sent can still be signed there.

use serde_json::json;

use super::{Desk, input};
use crate::earlier::{EarlierError, Outcome};
use crate::failure::Failure;

pub(super) fn run(desk: &mut Desk<'_, '_>, name: &str) -> Result<(), Failure> {
    let lock = desk.home.lock()?;
    let intent = input::request(desk, name)?.intent();
    let ledger = desk.home.ledger(&desk.source.public_key(), desk.now)?;
    let earlier = ledger.find(&intent);
    let earlier = earlier.ok_or(Failure::RequestUnknown { intent })?;
    if earlier.outcome == Outcome::Signed {
        return Err(EarlierError::Signed { intent }.into());
    }
    desk.home.withdraw(&lock, &intent)?;
    desk.console.say(&format!(
        "WITHDRAWN  request {}, \"{}\"\n{intent}\nIt is not sent from here any more, and its coins \
         are free. Where it was sent already,\nthe station can still sign it until it expires: tell \
         the operators, and destroy the medium.\n",
        earlier.request.payload().sequence,
        earlier.request.payload().reference,
    ))?;
    desk.console.object(&json!({
        "schema": "withdraw/1",
        "intent": intent.to_string(),
    }))
}
