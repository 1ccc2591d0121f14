//! `send`: hands a request that was built to a channel, or shows it.
//! Knows nothing of what the request says but when it expires.

use serde_json::json;
use transfer_format::optical::{Profile, ScreenKind};
use transfer_format::route::Outbound;

use super::{Desk, input};
use crate::clock::utc;
use crate::earlier::{EarlierError, Outcome};
use crate::failure::Failure;
use crate::screen;

pub(super) fn run(desk: &mut Desk<'_, '_>, name: &str, to: &Outbound) -> Result<(), Failure> {
    let request = input::request(desk, name)?;
    let intent = request.intent();
    let ledger = desk.home.ledger(&desk.source.public_key(), desk.now)?;
    if let Some(Outcome::Withdrawn) = ledger.find(&intent).map(|earlier| &earlier.outcome) {
        return Err(EarlierError::Withdrawn { intent }.into());
    }
    let expires = request.payload().expires;
    if desk.now >= expires {
        return Err(Failure::Expired {
            expires: utc(expires),
            now: utc(desk.now),
        });
    }
    match to {
        Outbound::Screen => {
            let start = profile(desk, ScreenKind::Terminal)?;
            screen::show(request.bytes(), desk.console.canvas(), start)?;
        }
        Outbound::Window => {
            let start = profile(desk, ScreenKind::Window)?;
            screen::show_window(request.bytes(), start)?;
        }
        Outbound::Frames(_) | Outbound::Gif(_) | Outbound::Usb(_) | Outbound::File(_) => {
            let written = to.write(request.bytes())?;
            desk.console.say(&format!("Written: {written}.\n"))?;
        }
    }
    desk.console.say(&format!(
        "INTENT   {}\nWORDS    {}\n",
        request.intent(),
        request.intent().words()
    ))?;
    desk.console.object(&json!({
        "schema": "send/1",
        "intent": request.intent().to_string(),
        "to": to.to_string(),
    }))
}

/// How codes are shown here; that they are shown at all does not depend on what is remembered.
fn profile(desk: &mut Desk<'_, '_>, kind: ScreenKind) -> Result<Profile, Failure> {
    let (profile, damaged) = screen::remembered(desk.home.folder(), kind);
    if let Some(sentence) = damaged {
        desk.console.say(&format!("{sentence}\n"))?;
    }
    Ok(profile)
}
