//! The trials: a list of profiles, the same in every copy of the program, and a test packet for each.
//! Knows nothing of screens and cameras.

use sha2::{Digest, Sha256};

use crate::optical::{FrameRate, Profile, ScreenKind, SendError, Sender};

/// Screens that one trial shows.
pub const SCREENS_PER_TRIAL: u32 = 30;

/// Bytes of a test packet. The fountain code makes as many frames of it as a trial shows.
const PACKET_BYTES: usize = 4096;

/// What makes the bytes of test packets different from all others.
const TAG: &[u8] = b"coldsign/camera-test/v1";

/// Layouts and rates tried in a window: every camera that was modelled reads 15 screens a second,
/// a good one 20.
const WINDOW_LAYOUTS: [&str; 7] = ["v15", "v20", "v27", "v40", "v20x4", "v27x4", "v38x4"];
const WINDOW_RATES: [u8; 3] = [10, 15, 20];
/// Layouts and rates tried in a terminal, which draws more slowly.
const TERMINAL_LAYOUTS: [&str; 5] = ["v7", "v10", "v15", "v20", "v25"];
const TERMINAL_RATES: [u8; 3] = [6, 8, 10];

/// One trial: a profile, shown for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    kind: ScreenKind,
    profile: Profile,
}

impl Trial {
    /// The trials for a kind of screen, the easiest first.
    pub fn all(kind: ScreenKind) -> Vec<Self> {
        let (layouts, rates): (&[&str], &[u8]) = match kind {
            ScreenKind::Terminal => (&TERMINAL_LAYOUTS, &TERMINAL_RATES),
            ScreenKind::Window => (&WINDOW_LAYOUTS, &WINDOW_RATES),
        };
        let steps = layouts.iter().filter_map(|name| name.parse().ok());
        steps
            .flat_map(|layout| {
                let ladder = FrameRate::LADDER.into_iter();
                ladder
                    .filter(|rate| rates.contains(&rate.per_second()))
                    .map(move |rate| Self {
                        kind,
                        profile: Profile { layout, rate },
                    })
            })
            .collect()
    }

    /// The kind of screen it is for.
    pub const fn kind(self) -> ScreenKind {
        self.kind
    }

    /// What it shows, and how fast.
    pub const fn profile(self) -> Profile {
        self.profile
    }

    /// Codes that it shows in all.
    pub fn codes(self) -> u32 {
        SCREENS_PER_TRIAL.saturating_mul(u32::from(self.profile.layout.codes().count()))
    }

    /// The sender of its packet.
    pub(super) fn sender(self) -> Result<Sender, SendError> {
        let kind = match self.kind {
            ScreenKind::Terminal => "terminal",
            ScreenKind::Window => "window",
        };
        sender_of(&format!("{kind} {}", self.profile))
    }
}

/// The sender of the codes that come before the first trial, for the camera to settle.
pub(super) fn beginning() -> Result<Sender, SendError> {
    sender_of("beginning")
}

/// The sender of the codes that come behind the last trial.
pub(super) fn end() -> Result<Sender, SendError> {
    sender_of("end")
}

fn sender_of(name: &str) -> Result<Sender, SendError> {
    let mut packet = Vec::with_capacity(PACKET_BYTES);
    let mut number = 0_u32;
    while packet.len() < PACKET_BYTES {
        let block = Sha256::new()
            .chain_update(TAG)
            .chain_update(name.as_bytes())
            .chain_update(number.to_be_bytes());
        packet.extend_from_slice(&block.finalize());
        number = number.saturating_add(1);
    }
    Sender::new(&packet)
}
