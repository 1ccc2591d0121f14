//! What `build` says of the requests that it made, to people and to programs.
//! Knows nothing of how they were made.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use transfer_format::limits::SYMBOL_BYTES;
use transfer_format::optical::Density;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::Desk;
use crate::clock::utc;
use crate::console::counted;
use crate::failure::Failure;

pub(super) fn say(
    desk: &mut Desk<'_, '_>,
    requests: &[(Packet<Request>, PathBuf)],
) -> Result<(), Failure> {
    for (position, (packet, path)) in requests.iter().enumerate() {
        let space = if position > 0 { "\n" } else { "" };
        desk.console
            .say(&format!("{space}{}", text(packet, path)))?;
    }
    let mut objects = requests.iter().map(|(packet, path)| object(packet, path));
    match (objects.next(), objects.len()) {
        (Some(only), 0) => desk.console.object(&only),
        (first, _) => {
            let all: Vec<Value> = first.into_iter().chain(objects).collect();
            desk.console
                .object(&json!({ "schema": "builds/1", "requests": all }))
        }
    }
}

fn text(packet: &Packet<Request>, path: &Path) -> String {
    let (request, intent) = (packet.payload(), packet.intent());
    let bytes = packet.bytes().len();
    let replaces = request.replaces.map_or_else(String::new, |replaced| {
        format!("INSTEAD  of request {replaced}\n")
    });
    format!(
        "REQUEST  {} of this builder, \"{}\"\nFOR      {} ({}), wallet {}\n{replaces}EXPIRES  {}\n\
         INTENT   {intent}\nWORDS    {}\nSIZE     {bytes} bytes, {} at least\n\
         FILE     {}\n",
        request.sequence,
        request.reference,
        request.audience.station,
        request.audience.environment,
        request.wallet,
        utc(request.expires),
        intent.words(),
        counted(frames(bytes), "frame"),
        path.display(),
    )
}

fn object(packet: &Packet<Request>, path: &Path) -> Value {
    let (request, intent) = (packet.payload(), packet.intent());
    let bytes = packet.bytes().len();
    json!({
        "schema": "build/1",
        "intent": intent.to_string(),
        "words": intent.words().to_string(),
        "station": request.audience.station,
        "wallet": request.wallet,
        "reference": request.reference,
        "replaces": request.replaces.map(|replaced| replaced.to_string()),
        "sequence": request.sequence,
        "created": request.created,
        "expires": request.expires,
        "verdict": request.preflight_verdict,
        "bytes": bytes,
        "frames": frames(bytes),
        "path": path.to_string_lossy(),
    })
}

/// Codes that a station has to read at least, at the usual density.
fn frames(packet_length: usize) -> usize {
    let density = Density::DEFAULT.no_more_than_needed(packet_length);
    packet_length
        .div_ceil(SYMBOL_BYTES)
        .div_ceil(usize::from(density.symbols_per_frame()))
}

#[cfg(test)]
mod tests {
    use super::frames;

    #[test]
    fn the_estimate_counts_symbols_and_rounds_up() {
        for (bytes, expected) in [(1, 1), (120, 1), (121, 1), (840, 1), (841, 2), (8_400, 10)] {
            assert_eq!(frames(bytes), expected, "{bytes}");
        }
    }
}
