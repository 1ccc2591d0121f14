//! The first screen of a review: who asks, through which seal, for how long, and where we are.
//! Knows nothing of the transaction; the screens after this one are about that.

use transaction_review::{Quorum, Screen};
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::Station;
use crate::clock::utc;
use crate::isolation::Isolated;

impl Station {
    /// Writes the first screen. All of it is part of what the operators' approvals are bound to.
    pub fn opening(
        &self,
        packet: &Packet<Request>,
        source: &str,
        quorum: &Quorum,
        isolated: &Isolated,
    ) -> Screen {
        let request = packet.payload();
        let intent = packet.intent();
        let mut blocks = vec![
            vec![
                format!("station     {}", request.audience.station),
                format!("environment {}", request.audience.environment),
                format!(
                    "policy      {} version {}",
                    self.policy.id(),
                    self.policy.version()
                ),
            ],
            vec![
                format!("source      {source}, seal verified"),
                format!("reference   {}", request.reference),
                format!("wallet      {}", request.wallet),
                format!("made        {}", utc(request.created)),
                format!("expires     {}", utc(request.expires)),
                format!("size        {} bytes", packet.bytes().len()),
                format!(
                    "preflight   {} (said by the builder)",
                    request.preflight_verdict
                ),
            ],
            vec![
                "Compare these words with the slip from the builder:".to_owned(),
                "intent words".to_owned(),
            ],
            vec![
                format!(
                    "Dual control T0: {} approvals, each signed on an operator's own token;",
                    quorum.need
                ),
                "one typed PIN opens the station's token.".to_owned(),
            ],
        ];
        if let Some(block) = blocks.get_mut(2) {
            let words: Vec<&str> = intent.words().iter().collect();
            block.extend(words.chunks(4).map(|four| format!("  {}", four.join(" "))));
            let hex = intent.to_string();
            block.push("intent digest".to_owned());
            block.extend(chunked(&hex));
        }
        if !isolated.waived().is_empty() {
            blocks.push(vec![
                "NOT ISOLATED: this rehearsal tolerates the network interfaces".to_owned(),
                format!("  {}", isolated.waived().join(", ")),
            ]);
        }
        Screen {
            heading: "REQUEST".to_owned(),
            blocks,
        }
    }
}

fn chunked(hex: &str) -> Vec<String> {
    let characters: Vec<char> = hex.chars().collect();
    let fours: Vec<String> = characters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    fours
        .chunks(8)
        .map(|line| format!("  {}", line.join(" ")))
        .collect()
}
