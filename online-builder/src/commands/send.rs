//! `send`: hands a request that was built to a channel, or shows it.
//! Knows nothing of what the request says but when it expires.

use serde_json::json;
use transfer_format::route::Outbound;

use super::{Desk, input};
use crate::clock::utc;
use crate::failure::Failure;
use crate::screen;

pub(super) fn run(desk: &mut Desk<'_, '_>, name: &str, to: &Outbound) -> Result<(), Failure> {
    let request = input::request(desk, name)?;
    let expires = request.payload().expires;
    if desk.now > expires {
        return Err(Failure::Expired {
            expires: utc(expires),
            now: utc(desk.now),
        });
    }
    if *to == Outbound::Screen {
        screen::show(request.bytes(), desk.console.canvas())?;
    } else {
        let written = to.write(request.bytes())?;
        desk.console.say(&format!("Written: {written}.\n"))?;
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
