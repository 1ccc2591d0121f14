//! `show`: what a request would do, and what the policy says of it now.
//! Knows nothing of how it was built.

use serde_json::json;
use transaction_review::judge;

use super::{Desk, input};
use crate::clock::utc;
use crate::failure::Failure;
use crate::request::review_again;

pub(super) fn run(desk: &mut Desk<'_, '_>, name: &str) -> Result<(), Failure> {
    let packet = input::request(desk, name)?;
    let (request, intent) = (packet.payload(), packet.intent());
    let source = desk.source.public_key();
    let station = desk.home.station(&request.audience.station, &source)?;
    let review = review_again(&station, request)?;
    let ledger = desk.home.ledger(&source, desk.now)?;
    let history = ledger.history(&station, Some(intent))?;
    let verdict = judge(station.policy(), &review, &history, desk.now);
    desk.console.say(&format!(
        "REQUEST  {} of this builder, \"{}\"\nFOR      {} ({}), wallet {}\nCREATED  {}\n\
         EXPIRES  {}\nINTENT   {intent}\nWORDS    {}\n\n",
        request.sequence,
        request.reference,
        request.audience.station,
        request.audience.environment,
        request.wallet,
        utc(request.created),
        utc(request.expires),
        intent.words(),
    ))?;
    desk.console
        .screens(&review.screens(station.policy(), &verdict))?;
    desk.console.object(&json!({
        "schema": "show/1",
        "intent": intent.to_string(),
        "verdict": verdict.code_text(),
    }))
}
